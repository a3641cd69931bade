import type { Message, Person } from './person.ts';
import type { StreamState } from './updates/update-events.ts';

/** Events of a `LiveRoom`. */
export interface LiveEvents {
  /** Somebody else entered after you began to watch, or you entered. */
  join: { readonly person: Person };
  leave: { readonly person: Person };
  message: Message;
  /** A message was removed. `message` is undefined if it was said before this visit. */
  unsaid: { readonly url: string; readonly message: Message | undefined };
  /** Documents changed and the room shows it: clothes, furniture, names, the room itself. `urls` are those documents. */
  change: { readonly urls: readonly string[] };
  /** Somebody began to do something else. */
  presence: { readonly person: Person };
  /** `connected`; `reconnecting`: the room may be out of date; `off`: the stream ended for good, or the room has none. */
  state: StreamState;
  /** Somebody was muted or hidden, or became visible again; my rights changed; I entered or left. */
  me: undefined;
  /** Something failed outside of the app's calls: an event cannot be read, or a stream was refused. */
  failed: { readonly error: unknown };
}
