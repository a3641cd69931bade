import type { LiveAvatar } from '../room/avatars/live-avatar.ts';

/** Somebody in a live room. The object stays the same until they leave. */
export interface Person {
  /** URL of their edge in the room; the key in `LiveRoom.people`. */
  readonly url: string;
  /** URL of their avatar's document: the same in every room. */
  readonly node: string;
  readonly name: string;
  /** Body, place and clothes. Replaced when their body changes. */
  readonly avatar: LiveAvatar;
  readonly isMe: boolean;
  /** Whether I muted them: their messages are not shown. */
  readonly muted: boolean;
  /** Whether I hid them. */
  readonly hidden: boolean;
  readonly activity: 'standing' | 'walking' | 'sitting' | 'dancing';
}

export interface Message {
  /** URL of its document, for `LiveRoom.removeMessage`. */
  readonly url: string;
  /** URL of the speaker's avatar: `Person.node`. */
  readonly node: string;
  /** The speaker, while they are in the room. */
  readonly person: Person | undefined;
  /** The speaker's name; '' if it is unknown. */
  readonly name: string;
  /** At most 280 characters. Untrusted: never insert it as HTML. */
  readonly text: string;
  /** When the server received it. */
  readonly at: Date;
  readonly isMine: boolean;
  /** Whether its speaker is muted. */
  readonly muted: boolean;
}
