import type { PerspectiveCamera } from 'three';
import type { Clock } from '../../../core/clock.ts';
import type { LiveAvatar } from '../../../room/avatars/live-avatar.ts';
import type { RoomSession } from '../../../room/room-session.ts';
import type { ViewerLayer } from '../../visit/viewer-layer.ts';
import { CoverCheck, type IsCovered } from './cover-check.ts';
import { FloatingElements } from './floating-elements.ts';
import { HeadProjection } from './head-projection.ts';
import { PersonLabel } from './person-label.ts';
import { TakenPlaces } from './taken-places.ts';

/** Maximum number of tags, and in pictures narrower than `NARROW` CSS pixels. The nearest people have them. */
const MOST_TAGS = 14;
const MOST_TAGS_NARROW = 7;
const NARROW = 520;
/** Smaller figures have no tag, CSS pixels. */
const SMALLEST = 44;
/** Pixels between a tag and a bubble, and from the edges of the picture. */
const GAP = 4;
const EDGE = 8;
/** A visible tag may overlap another by this many pixels, and a hidden one needs this much space to appear. Prevents flicker. */
const OVERLAP = -3;
const SPARE = 5;
/** People without a tag or bubble are projected every so many frames. */
const FRAMES_A_ROUND = 8;
/** Labels are placed again when somebody has moved by this many pixels. Until then, visible ones only follow their heads. */
const MOVED = 2;
/** Share of the remaining way that a bubble moves in a frame. */
const EASE = 0.2;
/** A bubble this near to its place has come to rest, pixels. */
const AT_REST = 0.5;
/** Labels are placed for this many frames after the last movement, and after this many seconds without one. */
const SETTLING = 4;
const SECONDS_AT_REST = 2;

export interface LabelOptions {
  readonly layer: HTMLElement;
  readonly clock: Clock;
  /** The visitor's own avatar has no tag. */
  readonly isMe: (avatar: LiveAvatar) => boolean;
  readonly isCovered: IsCovered;
}

/**
 * Name tags and speech bubbles over people's heads. Each frame projects the people who have one, and a few others. It moves elements only by
 * `transform`. Bubbles do not overlap: the latest is nearest to its head, older ones move up. A tag without space is hidden.
 */
export class LabelLayer implements ViewerLayer {
  /** Whether tags are shown. Bubbles always are. */
  tags = true;
  readonly #options: LabelOptions;
  /** `session.avatars`, and the labels in that order. */
  #avatars: readonly LiveAvatar[] = [];
  readonly #labels: PersonLabel[] = [];
  /** Nearest first. */
  readonly #order: PersonLabel[] = [];
  /** People who speak, the latest first. */
  readonly #speakers: PersonLabel[] = [];
  readonly #tags: FloatingElements;
  readonly #bubbles: FloatingElements;
  readonly #places = new TakenPlaces();
  readonly #size = { width: 0, height: 0 };
  readonly #resizes: ResizeObserver;
  readonly #projection = new HeadProjection();
  readonly #coverCheck: CoverCheck;
  #frame = 0;
  /** The view (`HeadProjection.views`) that everybody was last projected in. */
  #view = -1;
  #hadTags = true;
  /** When labels were last placed. */
  #placedAt = 0;
  /** Whether a bubble is moving up or down. */
  #bubblesMove = false;
  /** Frames left in which labels are placed although nobody moves: sizes are known a frame later, names and clothes change at any time. */
  #unsettled = 0;

  constructor(options: LabelOptions) {
    this.#options = options;
    this.#coverCheck = new CoverCheck(options.isCovered);
    this.#tags = new FloatingElements(options.layer, 'tag');
    this.#bubbles = new FloatingElements(options.layer, 'bubble');
    // Reading the size in each frame would force a layout whenever something else had changed.
    const measure = () => {
      this.#size.width = options.layer.clientWidth;
      this.#size.height = options.layer.clientHeight;
    };
    this.#resizes = new ResizeObserver(measure);
    this.#resizes.observe(options.layer);
    measure();
  }

  /** Shows a message over the speaker's head. */
  say(avatar: LiveAvatar, text: string): void {
    // The speaker may have entered since the last frame.
    this.#follow(this.#avatars);
    const label = this.#labels.find(label => label.avatar === avatar);
    if (!label) return;
    label.say(text, this.#options.clock.now());
    remove(this.#speakers, label);
    this.#speakers.unshift(label);
    this.#unsettled = SETTLING;
  }

  /** Removes a bubble: the speaker left or was muted, or the message was removed. */
  hush(avatar: LiveAvatar): void {
    this.#labels.find(label => label.avatar === avatar)?.hush();
  }

  /** Furniture changed: other people may be covered now. */
  furnitureChanged(): void {
    for (const { looked } of this.#labels) looked.view = -1;
  }

  update({ avatars, root }: RoomSession, camera: PerspectiveCamera): void {
    this.#frame++;
    this.#follow(avatars);
    const { width, height } = this.#size;
    this.#projection.look(camera, width, height);
    const now = this.#options.clock.now();
    const second = Math.floor(now / 1000);
    let changed = this.#project();
    changed =
      this.#coverCheck.next(this.#order, 2 * MOST_TAGS, SMALLEST, this.#projection.views, camera, root, second) || changed;
    changed = this.#age(now) || changed;
    changed ||= this.#bubblesMove || this.tags !== this.#hadTags;
    if (changed) this.#unsettled = SETTLING;
    // Tags depend on more than places: see `#unsettled`.
    else if (this.#unsettled > 0) this.#unsettled--;
    else if (second - this.#placedAt < SECONDS_AT_REST) return;
    this.#placedAt = second;
    this.#hadTags = this.tags;
    this.#sort();
    this.#places.clear();
    this.#placeBubbles(width);
    this.#placeTags(width < NARROW ? MOST_TAGS_NARROW : MOST_TAGS);
  }

  dispose(): void {
    this.#resizes.disconnect();
    for (const label of this.#labels) label.dispose();
    this.#labels.length = this.#order.length = this.#speakers.length = 0;
    this.#tags.dispose();
    this.#bubbles.dispose();
  }

  /** Updates the labels to `avatars`, which get new members at the end. */
  #follow(avatars: readonly LiveAvatar[]): void {
    const labels = this.#labels;
    this.#avatars = avatars;
    let kept = 0;
    while (kept < labels.length && labels[kept].avatar === avatars[kept]) kept++;
    if (kept === labels.length && kept === avatars.length) return;
    this.#unsettled = SETTLING;
    for (let i = kept; i < labels.length; i++) {
      const label = labels[i];
      if (label.avatar === avatars[kept]) labels[kept++] = label;
      else this.#drop(label);
    }
    labels.length = kept;
    for (let i = kept; i < avatars.length; i++) {
      const label = new PersonLabel(avatars[i], this.#tags, this.#bubbles);
      labels.push(label);
      this.#order.push(label);
      this.#projection.write(label);
    }
  }

  #drop(label: PersonLabel): void {
    label.dispose();
    remove(this.#order, label);
    remove(this.#speakers, label);
  }

  /** Insertion sort, because the order hardly changes between frames. People outside of the picture are last. */
  #sort(): void {
    const order = this.#order;
    for (let i = 1; i < order.length; i++) {
      const label = order[i];
      let at = i;
      for (; at > 0 && isBefore(label, order[at - 1]); at--) order[at] = order[at - 1];
      order[at] = label;
    }
  }

  /** @returns whether somebody moved so far that labels must be placed again. */
  #project(): boolean {
    const labels = this.#labels;
    const projection = this.#projection;
    const all = this.#view !== projection.views;
    this.#view = projection.views;
    let changed = false;
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i];
      const { tag } = label;
      if (!all && !tag?.shown && !label.bubble && (i + this.#frame) % FRAMES_A_ROUND !== 0) continue;
      projection.write(label);
      const { placed, isInPicture } = label;
      if (tag?.shown && isInPicture) tag.move(label.x - (tag.width >> 1), label.y - tag.height);
      if (
        placed.isInPicture === isInPicture &&
        (!isInPicture || (Math.abs(placed.x - label.x) < MOVED && Math.abs(placed.y - label.y) < MOVED))
      )
        continue;
      placed.isInPicture = isInPicture;
      placed.x = label.x;
      placed.y = label.y;
      changed = true;
    }
    return changed;
  }

  /** @returns whether a bubble was removed. */
  #age(now: number): boolean {
    const speakers = this.#speakers;
    let left = 0;
    for (let i = 0; i < speakers.length; i++) {
      speakers[i].age(now);
      if (speakers[i].speaks) speakers[left++] = speakers[i];
    }
    if (left === speakers.length) return false;
    speakers.length = left;
    return true;
  }

  #placeBubbles(width: number): void {
    const speakers = this.#speakers;
    this.#bubblesMove = false;
    for (let i = 0; i < speakers.length; i++) {
      const label = speakers[i];
      if (!label.isInPicture) {
        if (label.bubble) label.bubble.shown = false;
        continue;
      }
      const bubble = label.takeBubble();
      if (bubble.width === 0) continue;
      // Space for the tag is kept, whether it is shown or not, so that the bubble does not jump.
      const bottom = label.y - (label.tag ? label.tag.height + GAP : 0);
      const left = Math.min(width - EDGE - bubble.width, Math.max(EDGE, label.x - (bubble.width >> 1)));
      const at = this.#places.stack(left, left + bubble.width, Math.max(bottom, bubble.height + EDGE), bubble.height, GAP);
      if (Number.isNaN(at)) {
        bubble.shown = false;
        continue;
      }
      const lift = bottom - at;
      label.lift = bubble.shown ? label.lift + (lift - label.lift) * EASE : lift;
      if (Math.abs(lift - label.lift) > AT_REST) this.#bubblesMove = true;
      else label.lift = lift;
      bubble.move(left, bottom - label.lift - bubble.height);
      bubble.shown = true;
    }
  }

  #placeTags(most: number): void {
    let left = this.tags ? most : 0;
    const order = this.#order;
    for (let i = 0; i < order.length; i++) {
      const label = order[i];
      const isNear = i < 2 * most && label.isInPicture;
      if (!isNear && !label.tag) continue;
      if (!isNear || left === 0 || !this.#isWanted(label)) {
        // People who left the picture need no element. Others keep it, because a new one would cost a layout.
        if (label.tag && !label.isInPicture && i > most * 3) label.dropTag();
        else if (label.tag) label.tag.shown = false;
        continue;
      }
      const tag = label.takeTag(label.avatar.info.name);
      if (tag.width === 0) continue;
      const margin = tag.shown ? OVERLAP : SPARE;
      const from = label.x - (tag.width >> 1);
      const to = from + tag.width;
      const top = label.y - tag.height;
      const free = Number.isNaN(this.#places.blockedBy(from, top, to, label.y, margin));
      tag.shown = free;
      if (!free) continue;
      this.#places.take(from, top, to, label.y);
      tag.move(from, top);
      left--;
    }
  }

  #isWanted(label: PersonLabel): boolean {
    const { avatar, size, covered } = label;
    return size >= SMALLEST && !covered && avatar.shown && avatar.info.name !== '' && !this.#options.isMe(avatar);
  }
}

function isBefore(a: PersonLabel, b: PersonLabel): boolean {
  return a.isInPicture ? !b.isInPicture || a.distance < b.distance : false;
}

function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
}
