import * as v from 'valibot';
import { avatarDocument } from '../graph/room-documents.ts';
import type { LiveContext } from './live-context.ts';

/** People whose names are requested: those who spoke last. */
const MOST = 20;

/**
 * Requests the names of people who spoke and left before this visit: their avatars outlive the visit to the room.
 * @param nodes - URLs of avatars, the earliest first.
 * @returns names by URL, without those that the server no longer has.
 */
export async function namesOfSpeakersWhoLeft(
  { api, signal }: Pick<LiveContext, 'api' | 'signal'>,
  nodes: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const request = async (url: string) => {
    const { documents } = await api.ask({ url, signal });
    names.set(url, v.parse(avatarDocument, documents[url]).data.name);
  };
  // From the latest message back: a set keeps the first place of what it has twice.
  await Promise.allSettled([...new Set([...nodes].reverse())].slice(0, MOST).map(request));
  return names;
}
