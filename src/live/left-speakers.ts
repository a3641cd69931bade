import * as v from 'valibot';
import { avatarDocument } from '../graph/room-documents.ts';
import type { LiveContext } from './live-context.ts';

/** Maximum number of people whose names are requested: those who spoke last. */
const MOST = 20;

/**
 * Requests the names of people who spoke and left before this visit. Avatars outlive visits to the room.
 * @param nodes - URLs of avatars, the earliest first.
 * @returns names by URL. Avatars that the server no longer has are left out.
 */
export async function namesOfSpeakersWhoLeft(
  { api, signal }: Pick<LiveContext, 'api' | 'signal'>,
  nodes: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const request = async (url: string) => {
    const { document } = await api.ask({ url, signal });
    names.set(url, v.parse(avatarDocument, document).data.name);
  };
  // From the latest message back. A set keeps the first of equal members.
  await Promise.allSettled([...new Set([...nodes].reverse())].slice(0, MOST).map(request));
  return names;
}
