import type { Addresses } from '../documents/addresses.ts';
import type { Documents } from '../documents/documents.ts';
import type { Responses } from '../documents/responses/responses.ts';
import type { Append } from '../documents/writes/append.ts';
import type { Writes } from '../documents/writes/writes.ts';
import type { RoomLog } from '../log/room-log.ts';
import type { Intents } from '../presence/intents.ts';
import type { Guests } from '../rights/guests.ts';
import type { Rights } from '../rights/rights.ts';
import type { Tokens } from '../rights/tokens.ts';
import type { Updates } from '../updates/updates.ts';
import type { Resources } from './resources.ts';
import type { Sessions } from './sessions.ts';

/** The parts of a server that its routes use. */
export interface ServerContext {
  readonly version: string;
  readonly addresses: Addresses;
  readonly log: RoomLog;
  readonly documents: Documents;
  readonly responses: Responses;
  readonly append: Append;
  readonly writes: Writes;
  readonly updates: Updates;
  readonly intents: Intents;
  readonly rights: Rights;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly guests: Guests;
  readonly resources: Resources;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
}
