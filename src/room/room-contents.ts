import type { Group } from 'three';
import type { Holding, MemoryBudget } from '../assets/memory/memory-budget.ts';
import { Crowd } from './avatars/crowd.ts';
import { LiveAvatar } from './avatars/live-avatar.ts';
import type { AvatarInfo, FurnitureInfo, RoomChange } from './documents/room-info.ts';
import { LiveFurniture } from './furniture/live-furniture.ts';
import { keyOf, type LiveProducts } from './furniture/live-products.ts';
import type { Placed } from './resources/room-priorities.ts';
import type { ViewScore } from './resources/view-score.ts';
import type { ScrollingTextures } from './textures/scrolling-textures.ts';

export interface RoomContentsOptions {
  /** The room: the parent of everything. */
  readonly root: Group;
  readonly products: LiveProducts;
  readonly budget: MemoryBudget;
  readonly scrolling: ScrollingTextures;
  /** Called when something does not fit. */
  readonly onError: (url: string, error: unknown) => void;
}

/** All furniture and avatars of a room, by the URLs of their edges. */
export class RoomContents {
  readonly crowd: Crowd;
  readonly #options: RoomContentsOptions;
  readonly #furniture = new Map<string, LiveFurniture>();
  readonly #avatars = new Map<string, LiveAvatar>();
  /** Furniture that turns: a few pieces of hundreds. */
  #spinning: readonly LiveFurniture[] = [];
  /** Seconds since the room opened. */
  #seconds = 0;

  /** Memory of moving faces. It changes with every smile, so the budget asks for it. */
  readonly #faces: Holding;

  constructor(options: RoomContentsOptions) {
    this.#options = options;
    this.crowd = new Crowd(options.root, options.budget);
    const ownBytes = () => this.avatars.reduce((sum, avatar) => sum + avatar.ownBytes, 0);
    this.#faces = options.budget.hold(new FaceHolding(ownBytes), 'fixed');
  }

  get furniture(): readonly LiveFurniture[] {
    return [...this.#furniture.values()];
  }

  get avatars(): readonly LiveAvatar[] {
    return this.crowd.avatars;
  }

  /** URLs of the edges of everything. */
  get urls(): Readonly<Record<'furniture' | 'avatars', Iterable<string>>> {
    return { furniture: this.#furniture.keys(), avatars: this.#avatars.keys() };
  }

  addFurniture(info: FurnitureInfo): void {
    const furniture = new LiveFurniture(info, this.#options.products);
    this.#furniture.set(info.url, furniture);
    this.#options.root.add(furniture.group);
    if (info.data.spin) this.#findSpinning();
  }

  /** Moves avatars, and furniture that turns. @param seconds - since the last call, >= 0. */
  update(seconds: number, view: ViewScore): void {
    this.crowd.update(seconds, view);
    if (seconds > 0) this.#spinTo(this.#seconds + seconds);
  }

  /** Poses everything as of `seconds` after the room opened. */
  poseAt(seconds: number): void {
    this.crowd.poseAt(seconds);
    this.#spinTo(seconds);
  }

  #spinTo(seconds: number): void {
    this.#seconds = seconds;
    this.#options.scrolling.moveTo(seconds);
    for (let i = 0; i < this.#spinning.length; i++) this.#spinning[i].spinTo(seconds);
  }

  #findSpinning(): void {
    this.#spinning = this.furniture.filter(({ info }) => info.data.spin);
  }

  addAvatar(info: AvatarInfo): LiveAvatar {
    const { products, onError } = this.#options;
    const avatar = new LiveAvatar(info, products, onError);
    this.#avatars.set(info.url, avatar);
    this.crowd.add(avatar);
    return avatar;
  }

  /** Finds an avatar by the URL of its edge. */
  avatarAt(url: string): LiveAvatar | undefined {
    return this.#avatars.get(url);
  }

  /**
   * Applies changed documents. New things are added before old ones are removed, so that what both need is not released in between. Things
   * that could not be read completely stay as they are.
   */
  renew({ furniture, avatars, lost }: RoomChange): void {
    const gone: { dispose(): void }[] = [];
    for (const [url, info] of furniture.read) {
      const known = this.#furniture.get(url);
      if (!known) this.addFurniture(info);
      else if (!lost.has(url)) known.change(info);
    }
    for (const url of furniture.gone) {
      const known = this.#furniture.get(url);
      if (known) gone.push(known);
      this.#furniture.delete(url);
    }
    if (furniture.read.size + furniture.gone.length > 0) this.#findSpinning();
    for (const [url, info] of avatars.read) {
      const avatar = this.#avatars.get(url);
      if (!avatar) this.addAvatar(info);
      else if (lost.has(url)) continue;
      else if (keyOf(avatar.info.skeleton) === keyOf(info.skeleton)) avatar.change(info);
      else {
        // Another skeleton is another body. Morph weights and attached objects stay.
        this.addAvatar(info).takeOver(avatar);
        gone.push(avatar);
      }
    }
    for (const url of avatars.gone) {
      const avatar = this.#avatars.get(url);
      if (avatar) gone.push(avatar);
      this.#avatars.delete(url);
    }
    for (const thing of gone) {
      if (thing instanceof LiveAvatar) this.crowd.remove(thing);
      thing.dispose();
    }
  }

  *placed(): Generator<Placed> {
    yield* this.#furniture.values();
    yield* this.avatars;
  }

  dispose(): void {
    this.#options.budget.release(this.#faces);
    this.crowd.dispose();
    for (const furniture of this.#furniture.values()) furniture.dispose();
    this.#furniture.clear();
    this.#avatars.clear();
  }
}

/** Moved vertices: once on the GPU, and twice in the page, before and after the movement. */
class FaceHolding implements Holding {
  readonly visibility = 0;
  readonly #ownBytes: () => number;

  constructor(ownBytes: () => number) {
    this.#ownBytes = ownBytes;
  }

  get gpu(): number {
    return this.#ownBytes();
  }

  get cpu(): number {
    return 2 * this.#ownBytes();
  }
}
