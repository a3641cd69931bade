import type { Data } from '../log/change.ts';

/** Messages between processes that serve the same rooms, of what is not in the log: intents, and whose streams are open. */

export interface PresenceMessage {
  readonly room: string;
  /** An avatar's edge and what it does now. */
  readonly intents?: readonly { readonly path: string; readonly data: Data }[];
  /** Users with an open stream of the room. */
  readonly renewed?: readonly string[];
  /** A process that has just started requests what the others know. */
  readonly asks?: boolean;
}

export interface PresenceBus {
  /** Sends to all other processes. Delivery is not guaranteed. */
  send(message: PresenceMessage): void;
  /** Calls `listener` for what others send. */
  listen(listener: (message: PresenceMessage) => void): void;
  close(): void;
}

/** The bus of a single process: it sends nothing. */
export const noBus: PresenceBus = { send: () => {}, listen: () => {}, close: () => {} };
