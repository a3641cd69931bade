import { Matrix4, type Object3D, type PerspectiveCamera, Vector3 } from 'three';
import type { Clock } from '../../../core/clock.ts';
import type { LiveAvatar } from '../../../room/avatars/live-avatar.ts';
import type { RoomSession } from '../../../room/room-session.ts';
import { writeAboveHead } from '../../anchors/anchor-of.ts';
import type { ViewerLayer } from '../../element/viewer-layer.ts';
import { FloatingElements } from './floating-elements.ts';
import { PersonLabel } from './person-label.ts';
import { TakenPlaces } from './taken-places.ts';

/** Tags shown at a time, and in pictures narrower than `NARROW` CSS pixels; the nearest people have them. */
const MOST_TAGS = 14;
const MOST_TAGS_NARROW = 7;
const NARROW = 520;
/** Figures of fewer CSS pixels have no tag. */
const SMALLEST = 44;
/** Pixels between a tag and a bubble, and from the edges of the picture. */
const GAP = 4;
const EDGE = 8;
/** A tag that is shown may overlap another by so many pixels; one that is not yet needs so many to spare. They would flicker. */
const OVERLAP = -3;
const SPARE = 5;
/** In every so many frames it is looked whether one person is covered: a ray costs 0.14 ms in the lounge. */
const FRAMES_A_RAY = 2;
/** Share of the way to its new place that a bubble moves a frame. */
const EASE = 0.2;
/** Frames in which labels are placed after the last movement, and how often they are placed where nobody moves. */
const SETTLING = 4;
const FRAMES_AT_REST = 30;

const point = new Vector3();
const viewProjection = new Matrix4();

export interface LabelOptions {
  readonly layer: HTMLElement;
  readonly clock: Clock;
  /** Who has no tag: I know who I am. */
  readonly isMe: (avatar: LiveAvatar) => boolean;
  /** Whether something stands between the camera and a point of the world. */
  readonly isCovered: (camera: PerspectiveCamera, root: Object3D, point: Vector3) => boolean;
}

/**
 * Name tags and speech bubbles over people's heads. Each frame projects everybody, shows the nearest, and moves elements by
 * `transform` alone. Bubbles do not overlap: the latest is nearest to its head, older ones move up. A tag without room is hidden.
 */
export class LabelLayer implements ViewerLayer {
  /** Whether tags are shown; bubbles always are. */
  tags = true;
  readonly #options: LabelOptions;
  /** In the order of `session.avatars`. */
  #labels: PersonLabel[] = [];
  /** Nearest first. */
  readonly #order: PersonLabel[] = [];
  /** Who speaks, latest first. */
  readonly #speakers: PersonLabel[] = [];
  readonly #tags: FloatingElements;
  readonly #bubbles: FloatingElements;
  readonly #places = new TakenPlaces();
  readonly #size = { width: 0, height: 0 };
  readonly #resizes: ResizeObserver;
  #turn = 0;
  #frame = 0;
  #hadTags = true;
  /** Frames in which labels are placed though nobody moved: sizes come a frame later, names and clothes at any time. */
  #unsettled = 0;

  constructor(options: LabelOptions) {
    this.#options = options;
    this.#tags = new FloatingElements(options.layer, 'tag');
    this.#bubbles = new FloatingElements(options.layer, 'bubble');
    // To read the size in each frame would make the browser lay the page out whenever something else had changed.
    const measure = () => {
      this.#size.width = options.layer.clientWidth;
      this.#size.height = options.layer.clientHeight;
    };
    this.#resizes = new ResizeObserver(measure);
    this.#resizes.observe(options.layer);
    measure();
  }

  /** Shows what somebody says over their head. */
  say(avatar: LiveAvatar, text: string): void {
    let label = this.#labels.find(label => label.avatar === avatar);
    if (!label) this.#labels.push((label = this.#labelOf(avatar)));
    label.say(text, this.#options.clock.now());
    const at = this.#speakers.indexOf(label);
    if (at >= 0) this.#speakers.splice(at, 1);
    this.#speakers.unshift(label);
  }

  /** Takes somebody's bubble away: they left, are muted, or what they said was removed. */
  hush(avatar: LiveAvatar): void {
    this.#labels.find(label => label.avatar === avatar)?.hush();
  }

  update({ avatars, root }: RoomSession, camera: PerspectiveCamera): void {
    this.#follow(avatars);
    const { width, height } = this.#size;
    viewProjection.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    const lens = (camera.projectionMatrix.elements[5] * height) / 2;
    let moved = false;
    for (let i = 0; i < this.#labels.length; i++) moved = project(this.#labels[i], width, height, lens) || moved;
    moved = this.#lookWhoIsCovered(camera, root) || moved;
    // Bubbles age, and move up smoothly. What a tag depends on beside places: see `#unsettled`.
    if (!moved && this.#speakers.length === 0 && this.#unsettled === 0 && this.tags === this.#hadTags) return;
    if (moved || this.#speakers.length > 0 || this.tags !== this.#hadTags) this.#unsettled = SETTLING;
    else this.#unsettled--;
    this.#hadTags = this.tags;
    this.#sort();
    this.#places.clear();
    this.#placeBubbles(width);
    this.#placeTags(width < NARROW ? MOST_TAGS_NARROW : MOST_TAGS);
  }

  dispose(): void {
    this.#resizes.disconnect();
    for (const label of this.#labels) label.dispose();
    this.#labels = [];
    this.#order.length = this.#speakers.length = 0;
    this.#tags.dispose();
    this.#bubbles.dispose();
  }

  #labelOf(avatar: LiveAvatar): PersonLabel {
    return new PersonLabel(avatar, this.#tags, this.#bubbles);
  }

  /** Takes up who came and who left; where nobody did, it only compares. */
  #follow(avatars: readonly LiveAvatar[]): void {
    const labels = this.#labels;
    let same = labels.length === avatars.length;
    for (let i = 0; same && i < avatars.length; i++) same = labels[i].avatar === avatars[i];
    if (same) return;
    this.#unsettled = SETTLING;
    const known = new Map(labels.map(label => [label.avatar, label]));
    this.#labels = avatars.map(avatar => known.get(avatar) ?? this.#labelOf(avatar));
    for (const label of this.#labels) known.delete(label.avatar);
    for (const label of known.values()) {
      label.dispose();
      const at = this.#speakers.indexOf(label);
      if (at >= 0) this.#speakers.splice(at, 1);
    }
    this.#order.splice(0, Number.POSITIVE_INFINITY, ...this.#labels);
  }

  /** By insertion: from frame to frame hardly anybody changes places. */
  #sort(): void {
    const order = this.#order;
    for (let i = 1; i < order.length; i++) {
      const label = order[i];
      let at = i;
      for (; at > 0 && order[at - 1].distance > label.distance; at--) order[at] = order[at - 1];
      order[at] = label;
    }
  }

  /** @returns whether that changed, or it is time to place labels again. */
  #lookWhoIsCovered(camera: PerspectiveCamera, root: RoomSession['root']): boolean {
    const count = Math.min(this.#order.length, 2 * MOST_TAGS);
    if (count === 0 || ++this.#frame % FRAMES_A_RAY > 0) return false;
    const isTime = this.#frame % FRAMES_AT_REST === 0;
    this.#turn = (this.#turn + 1) % count;
    const label = this.#order[this.#turn];
    if (label.distance === Number.POSITIVE_INFINITY) return isTime;
    label.avatar.face(point);
    const before = label.covered;
    label.covered = this.#options.isCovered(camera, root, point);
    return label.covered !== before || isTime;
  }

  #placeBubbles(width: number): void {
    const now = this.#options.clock.now();
    const speakers = this.#speakers;
    for (let i = 0; i < speakers.length; i++) {
      const label = speakers[i];
      label.age(now);
      if (!label.speaks) {
        speakers.splice(i--, 1);
        continue;
      }
      if (label.distance === Number.POSITIVE_INFINITY || !label.avatar.group.visible) {
        if (label.bubble) label.bubble.shown = false;
        continue;
      }
      const bubble = label.takeBubble();
      if (bubble.width === 0) continue;
      // The tag stands below, whether it is shown or not: it must not push the bubble about.
      const bottom = label.y - (label.tag ? label.tag.height + GAP : 0);
      const left = Math.min(width - EDGE - bubble.width, Math.max(EDGE, label.x - bubble.width / 2));
      const at = this.#places.stack(left, left + bubble.width, Math.max(bottom, bubble.height + EDGE), bubble.height, GAP);
      if (Number.isNaN(at)) {
        bubble.shown = false;
        continue;
      }
      const lift = bottom - at;
      label.lift = bubble.shown ? label.lift + (lift - label.lift) * EASE : lift;
      bubble.move(left, bottom - label.lift - bubble.height);
      bubble.shown = true;
    }
  }

  #placeTags(most: number): void {
    let left = this.tags ? most : 0;
    for (let i = 0; i < this.#order.length; i++) {
      const label = this.#order[i];
      // Nobody else is in the picture: they are in order.
      if (label.distance === Number.POSITIVE_INFINITY && !label.tag) continue;
      const { avatar, x, y } = label;
      const wanted =
        left > 0 &&
        label.size >= SMALLEST &&
        !label.covered &&
        avatar.shown &&
        avatar.info.name !== '' &&
        avatar.group.visible &&
        !this.#options.isMe(avatar);
      if (!wanted || label.distance === Number.POSITIVE_INFINITY) {
        // Who is far from being shown needs no element.
        if (label.tag && i > most * 3) label.dropTag();
        else if (label.tag) label.tag.shown = false;
        continue;
      }
      const tag = label.takeTag(avatar.info.name);
      if (tag.width === 0) continue;
      const margin = tag.shown ? OVERLAP : SPARE;
      const from = x - tag.width / 2;
      const free = Number.isNaN(this.#places.blockedBy(from, y - tag.height, from + tag.width, y, margin));
      tag.shown = free;
      if (!free) continue;
      this.#places.take(from, y - tag.height, from + tag.width, y);
      tag.move(from, y - tag.height);
      left--;
    }
  }
}

/**
 * @param lens - pixels of a metre at a distance of one metre.
 * @returns whether it moved by a pixel, came into the picture, left it or was hidden.
 */
function project(label: PersonLabel, width: number, height: number, lens: number): boolean {
  writeAboveHead(label.avatar, point);
  const e = viewProjection.elements;
  const { x, y, z } = point;
  const w = e[3] * x + e[7] * y + e[11] * z + e[15];
  const across = (e[0] * x + e[4] * y + e[8] * z + e[12]) / w;
  const up = (e[1] * x + e[5] * y + e[9] * z + e[13]) / w;
  label.x = (across + 1) * 0.5 * width;
  label.y = (1 - up) * 0.5 * height;
  label.size = (label.avatar.info.height * lens) / w;
  label.distance = w > 0.1 && Math.abs(across) < 1.05 && Math.abs(up) < 1.2 ? w : Number.POSITIVE_INFINITY;
  const isSeen = label.distance < Number.POSITIVE_INFINITY && label.avatar.group.visible;
  const column = isSeen ? Math.round(label.x) : 0;
  const row = isSeen ? Math.round(label.y) : 0;
  const { placed } = label;
  if (placed[0] === column && placed[1] === row) return false;
  placed[0] = column;
  placed[1] = row;
  return true;
}
