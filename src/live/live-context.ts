import type { Clock } from '../core/clock.ts';
import type { Emitter } from '../core/emitter.ts';
import type { Random } from '../core/random.ts';
import { roomDocument } from '../graph/room-documents.ts';
import type { RoomSession } from '../room/room-session.ts';
import type { LiveEvents } from './live-events.ts';
import type { ApiClient } from './server/api-client.ts';
import { LiveError } from './server/live-error.ts';
import type { ServerClock } from './server/server-clock.ts';

/** Everything that the parts of one live room share. */
export interface LiveContext {
  readonly session: RoomSession;
  readonly events: Emitter<LiveEvents>;
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly serverClock: ServerClock;
  /** Aborts when the room is left. */
  readonly signal: AbortSignal;
}

/** Returns the URL of one of the room's edge groups. @throws LiveError if the room has none; what `graph.get` throws */
export async function roomGroup(session: RoomSession, name: 'furniture' | 'avatars' | 'messages'): Promise<string> {
  const { relations } = await session.graph.get(session.url, roomDocument);
  const url = relations[name];
  if (url === undefined) throw new LiveError(`the room has no ${name}`, { url: session.url });
  return url;
}

/** Returns a new `Idempotency-Key`. Pages without TLS lack `crypto.randomUUID`. */
export function newKey(random: Random): string {
  return Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32).toString(36)).join('-');
}
