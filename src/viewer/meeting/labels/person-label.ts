import type { LiveAvatar } from '../../../room/avatars/live-avatar.ts';

/** Milliseconds that a bubble stays: long enough to read it at 15 characters a second, after it was seen. */
const READ_MS = 2500;
const READ_MS_PER_CHARACTER = 66;
const LONGEST_MS = 15_000;

/** Pixels beside the picture at which an element may lie; farther ones are brought there. */
const BESIDE = 512;
/** The pictures up to this size, CSS pixels, share their strings. */
const MOST_PIXELS = 8192;

/** `translate(12px,` and `34px)` by whole pixels: a frame that moves thirty elements would make 6 KB of strings otherwise. */
const across: string[] = [];
const down: string[] = [];

function translation(x: number, y: number): string {
  const column = x + BESIDE;
  const row = y + BESIDE;
  across[column] ??= `translate(${x}px,`;
  down[row] ??= `${y}px)`;
  return across[column] + down[row];
}

const whole = (pixels: number) => Math.round(Math.min(MOST_PIXELS, Math.max(-BESIDE, pixels)));

/** An element that is moved over the picture by its transform alone. */
export class FloatingElement {
  readonly element: HTMLElement;
  width = 0;
  height = 0;
  #x = Number.NaN;
  #y = Number.NaN;
  #shown = false;

  constructor(className: string, part: string) {
    this.element = document.createElement('div');
    this.element.className = className;
    this.element.setAttribute('part', part);
  }

  get shown(): boolean {
    return this.#shown;
  }

  set shown(shown: boolean) {
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.element.classList.toggle('shown', shown);
  }

  /** Reads how large it is; once for each text, because it makes the browser lay out. */
  measure(): void {
    this.width = this.element.offsetWidth;
    this.height = this.element.offsetHeight;
  }

  /** Moves its left top corner, to whole pixels: letters stay sharp. Standing still costs nothing. */
  move(x: number, y: number): void {
    const left = whole(x);
    const top = whole(y);
    if (left === this.#x && top === this.#y) return;
    this.#x = left;
    this.#y = top;
    this.element.style.transform = translation(left, top);
  }
}

/** What floats over one person: a tag with the name, and a bubble while they speak. Elements are made when first shown. */
export class PersonLabel {
  readonly avatar: LiveAvatar;
  /** In the picture: the point above the head, and the height of the figure. CSS pixels. */
  x = 0;
  y = 0;
  size = 0;
  /** Metres ahead of the camera; infinite where they are not in the picture. */
  distance = Number.POSITIVE_INFINITY;
  covered = false;
  tag: FloatingElement | undefined;
  bubble: FloatingElement | undefined;
  /** How far the bubble has moved up to make room, CSS pixels: it goes there smoothly. */
  lift = 0;
  #name: string | undefined;
  #endsAt = 0;

  constructor(avatar: LiveAvatar) {
    this.avatar = avatar;
  }

  /** Shows a tag of that name, and makes it where there is none. */
  showTag(layer: HTMLElement, name: string): FloatingElement {
    let { tag } = this;
    if (!tag) {
      tag = this.tag = new FloatingElement('tag', 'tag');
      layer.append(tag.element);
    }
    if (this.#name !== name) {
      this.#name = tag.element.textContent = name;
      tag.measure();
    }
    return tag;
  }

  /** Says something for a while. @param now - milliseconds. */
  say(layer: HTMLElement, text: string, now: number): void {
    let { bubble } = this;
    if (!bubble) {
      bubble = this.bubble = new FloatingElement('bubble', 'bubble');
      layer.append(bubble.element);
    }
    // Text of a stranger: only ever text.
    bubble.element.textContent = text;
    bubble.measure();
    this.#endsAt = now + Math.min(LONGEST_MS, READ_MS + text.length * READ_MS_PER_CHARACTER);
  }

  /** Takes the bubble away when its time is over. */
  age(now: number): void {
    if (this.bubble && now > this.#endsAt) this.hush();
  }

  hush(): void {
    this.bubble?.element.remove();
    this.bubble = undefined;
    this.lift = 0;
  }

  dispose(): void {
    this.tag?.element.remove();
    this.tag = undefined;
    this.hush();
  }
}
