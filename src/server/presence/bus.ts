import type { Data } from '../log/change.ts';

/** How processes that serve the same rooms tell each other what is not in the log: intents, and whose streams are open. */

export interface PresenceMessage {
  readonly room: string;
  /** An avatar's edge and what it does now. */
  readonly intents?: readonly { readonly path: string; readonly data: Data }[];
  /** Users with an open stream of the room. */
  readonly renewed?: readonly string[];
  /** A process that has just begun asks for what the others know. */
  readonly asks?: boolean;
}

export interface PresenceBus {
  /** Sends to all other processes; what is lost is lost. */
  send(message: PresenceMessage): void;
  /** Calls `listener` for what others send. */
  listen(listener: (message: PresenceMessage) => void): void;
  close(): void;
}

/** One process alone has nobody to tell. */
export const noBus: PresenceBus = { send: () => {}, listen: () => {}, close: () => {} };
