import type { Message, Person } from './person.ts';
import type { StreamState } from './updates/update-events.ts';

/** What a live room tells. */
export interface LiveEvents {
  /** Somebody came in after you began to watch, or you did. */
  join: { readonly person: Person };
  leave: { readonly person: Person };
  message: Message;
  /** A message was removed, by its URL; `message` is there where it was said during this visit. */
  unsaid: { readonly url: string; readonly message: Message | undefined };
  /** Documents changed and the room shows it: clothes, furniture, names, the room itself. URLs of the documents. */
  change: { readonly urls: readonly string[] };
  /** Somebody does something else than before. */
  presence: { readonly person: Person };
  /** `connected`; `reconnecting`: what is shown may be old; `off`: the stream ended for good, or the room has none. */
  state: StreamState;
  /** Somebody was muted or hidden, or became visible again; my rights changed; I entered or left. */
  me: undefined;
  /** Something went wrong beside the calls of the app: an event that cannot be read, a stream that was refused. */
  failed: { readonly error: unknown };
}
