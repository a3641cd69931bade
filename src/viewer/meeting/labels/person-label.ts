import type { LiveAvatar } from '../../../room/avatars/live-avatar.ts';
import type { FloatingElement, FloatingElements } from './floating-elements.ts';

/** Milliseconds that a bubble stays: long enough to read it at 15 characters a second, after it was seen. */
const READ_MS = 2500;
const READ_MS_PER_CHARACTER = 66;
const LONGEST_MS = 15_000;

interface Looked {
  second: number;
  view: number;
  x: number;
  y: number;
}

interface Placed {
  isInPicture: boolean;
  x: number;
  y: number;
}

/** What floats over one person: a tag with the name, and a bubble while they speak. It has elements only while they are in the picture. */
export class PersonLabel {
  readonly avatar: LiveAvatar;
  /** Whether the point above the head is in the picture; the four numbers below are of when it last was. */
  isInPicture = false;
  /** That point, and the height of the figure. Whole CSS pixels. */
  x = 0;
  y = 0;
  size = 0;
  /** Millimetres ahead of the camera. */
  distance = 0;
  covered = false;
  /** When it was last looked whether the head is covered: seconds, view (`HeadProjection.views`) and place. */
  readonly looked: Looked = { second: -1, view: -1, x: 0, y: 0 };
  /** Where labels were last placed for it. */
  readonly placed: Placed = { isInPicture: false, x: 0, y: 0 };
  tag: FloatingElement | undefined;
  bubble: FloatingElement | undefined;
  /** How far the bubble has moved up to make room, CSS pixels: it goes there smoothly. */
  lift = 0;
  #name: string | undefined;
  #said: string | undefined;
  #endsAt = 0;
  readonly #tags: FloatingElements;
  readonly #bubbles: FloatingElements;

  constructor(avatar: LiveAvatar, tags: FloatingElements, bubbles: FloatingElements) {
    this.avatar = avatar;
    this.#tags = tags;
    this.#bubbles = bubbles;
  }

  get speaks(): boolean {
    return this.#said !== undefined;
  }

  /** A tag of that name: made where there is none. */
  takeTag(name: string): FloatingElement {
    this.tag ??= this.#tags.take();
    if (this.#name !== name) this.#name = this.tag.element.textContent = name;
    return this.tag;
  }

  dropTag(): void {
    if (this.tag) this.#tags.giveBack(this.tag);
    this.tag = this.#name = undefined;
  }

  /** Says something for a while. @param now - milliseconds. */
  say(text: string, now: number): void {
    this.#said = text;
    // Text of a stranger: only ever text.
    if (this.bubble) this.bubble.element.textContent = text;
    this.#endsAt = now + Math.min(LONGEST_MS, READ_MS + text.length * READ_MS_PER_CHARACTER);
  }

  /** The bubble of what is said: made where there is none. */
  takeBubble(): FloatingElement {
    if (this.bubble) return this.bubble;
    this.bubble = this.#bubbles.take();
    this.bubble.element.textContent = this.#said ?? '';
    return this.bubble;
  }

  /** Ends what is said when its time is over. */
  age(now: number): void {
    if (now > this.#endsAt) this.hush();
  }

  hush(): void {
    if (this.bubble) this.#bubbles.giveBack(this.bubble);
    this.bubble = this.#said = undefined;
    this.lift = 0;
  }

  dispose(): void {
    this.dropTag();
    this.hush();
  }
}
