import type { LiveAvatar } from '../room/avatars/live-avatar.ts';

/** Somebody in a live room. The object stays the same while they are there. */
export interface Person {
  /** Of the edge that puts them into the room; a key for `LiveRoom.people`. */
  readonly url: string;
  /** Of their avatar's document: the same in every room. */
  readonly node: string;
  readonly name: string;
  /** Body, place and clothes; another one where their body changes. */
  readonly avatar: LiveAvatar;
  readonly isMe: boolean;
  /** I do not want to read what they say. */
  readonly muted: boolean;
  /** I do not want to see them. */
  readonly hidden: boolean;
  readonly activity: 'standing' | 'walking' | 'sitting' | 'dancing';
}

export interface Message {
  /** Of its document: what `LiveRoom.removeMessage` takes. */
  readonly url: string;
  /** Of the speaker's avatar: `Person.node`. */
  readonly node: string;
  /** Who said it, while they are in the room. */
  readonly person: Person | undefined;
  /** The speaker's name as far as it is known; '' otherwise. */
  readonly name: string;
  /** At most 280 characters. Data of a stranger: never to be put in as HTML. */
  readonly text: string;
  /** When the server took it. */
  readonly at: Date;
  readonly isMine: boolean;
  /** Its speaker is muted. */
  readonly muted: boolean;
}
