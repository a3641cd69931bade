import { Box3, Group, type Object3D, Sphere, Vector3 } from 'three';
import type { MeshPart } from '../../assets/meshes/mesh-asset.ts';
import { Avatar } from '../../avatar/avatar.ts';
import { checkWeight } from '../../avatar/clips/morph-weights.ts';
import { createWalkPath, type WalkPath } from '../../avatar/motion/walk-path.ts';
import type { SkinBinding } from '../../avatar/skeleton/palette.ts';
import { FormatError, quote } from '../../core/errors.ts';
import type { AvatarInfo, OutfitPartInfo, ProductInfo } from '../documents/room-info.ts';
import type { LiveProduct } from '../furniture/live-product.ts';
import { keyOf, type LiveProducts } from '../furniture/live-products.ts';
import type { Placed } from '../resources/room-priorities.ts';
import { JointAttachments } from './joint-attachments.ts';
import { LiveClips } from './live-clips.ts';
import { LiveOutfit } from './live-outfit.ts';
import { type LiveSkeleton, liveSkeleton } from './live-skeleton.ts';
import type { Wearer } from './outfit-item.ts';

/** m/s of somebody who walks a path, where neither the edge nor the clip says. */
const STROLL = 1.2;
/** Of the height: where the face is, where the skeleton names no head. */
const FACE = 0.9;

const size = new Vector3();

/** Moves an avatar in place of its documents. */
export interface AvatarGuide {
  /** Name of the clip that plays. */
  readonly clip: string | undefined;
  /** Plays the clip and puts the avatar in its place: its skeleton, or its clip, has just arrived. */
  begin(avatar: Avatar): void;
}

/**
 * Somebody in the room: what is worn, on a skeleton that moves. The skeleton comes first; then parts are put on and clips begin
 * as they come. Without a skeleton the parts stand in their bind pose; without the wanted clip, one of that name of somebody else's
 * is played, else any other.
 */
export class LiveAvatar implements Placed, Wearer {
  readonly group = new Group();
  readonly sphere = new Sphere();
  /** In the world, upright: for picking. */
  readonly box = new Box3();
  /** Something worn does not fit. */
  readonly onError: (url: string, error: unknown) => void;
  readonly #products: LiveProducts;
  readonly #skeleton: LiveProduct;
  readonly #outfit: LiveOutfit;
  readonly #clips: LiveClips;
  #info: AvatarInfo;
  #path: WalkPath | undefined;
  /** Set by name: for a skeleton that is still to come, or another body. */
  readonly #morphs = new Map<string, number>();
  readonly #held = new JointAttachments();
  #avatar: Avatar | undefined;
  /** Joint of the head. */
  #head: number | undefined;
  #live: LiveSkeleton | undefined;
  #playing: string | undefined;
  #guide: AvatarGuide | undefined;
  #left = false;

  /** @param onError - something worn does not fit. */
  constructor(info: AvatarInfo, products: LiveProducts, onError: (url: string, error: unknown) => void) {
    this.#info = info;
    this.onError = onError;
    this.#products = products;
    this.group.name = info.name;
    this.group.matrixAutoUpdate = false;
    this.#path = pathOf(info);
    this.#skeleton = products.acquire(info.skeleton, this);
    this.#outfit = new LiveOutfit(info.outfit, products, this);
    this.#clips = new LiveClips(this.#skeleton, products, this, { onError, onFitted: () => this.#takeClips() });
    this.#standThere();
  }

  /** What its documents say. */
  get info(): AvatarInfo {
    return this.#info;
  }

  /**
   * Its documents changed: it stands, walks and plays what they say now, and changes its clothes where they changed; what only
   * `wear` knows of stays on otherwise. The skeleton must be the same.
   */
  change(info: AvatarInfo): void {
    const before = this.#info;
    this.#info = info;
    this.group.name = info.name;
    if (info.outfit !== before.outfit && outfitKey(info.outfit) !== outfitKey(before.outfit)) {
      this.wear(info.outfit).catch(error => {
        if (error?.name !== 'AbortError') this.onError(info.url, error);
      });
    }
    if (this.#guide) return;
    if (wayKey(info) !== wayKey(before)) {
      this.#path = pathOf(info);
      if (this.#avatar) this.#begin(this.#avatar);
      else this.#standThere();
      this.moved();
    } else if (info.data.animation !== before.data.animation && this.#avatar) {
      this.#playing = this.#wanted(this.#avatar);
      if (this.#playing !== undefined) this.#avatar.animator.play(this.#playing);
      // It may have to borrow the clip.
      this.refresh();
    }
  }

  /** What moves it in place of its documents; undefined: its documents do. */
  get guide(): AvatarGuide | undefined {
    return this.#guide;
  }

  set guide(guide: AvatarGuide | undefined) {
    this.#guide = guide;
    this.#playing = guide?.clip ?? this.#playing;
    if (!guide && this.#avatar) this.#begin(this.#avatar);
  }

  /** What moves it; undefined until its skeleton is there. */
  get avatar(): Avatar | undefined {
    return this.#avatar;
  }

  /** Whether there is anything of it to see yet. */
  get shown(): boolean {
    return this.#outfit.shown;
  }

  /** `LiveOutfit.ownBytes` */
  get ownBytes(): number {
    return this.#outfit.ownBytes;
  }

  eachProduct(use: (product: LiveProduct) => void): void {
    use(this.#skeleton);
    if (this.#clips.lender) use(this.#clips.lender);
    this.#outfit.eachProduct(use);
  }

  /** What is worn now; `info.outfit` is what the documents say. */
  get outfit(): readonly OutfitPartInfo[] {
    return this.#outfit.parts;
  }

  /**
   * Changes to another outfit, given whole: what is in both stays on. The old one is kept until the new one can be drawn, with its
   * low textures at least; high ones come later. The latest call counts.
   *
   * @param blame - told of the product of it that the promise is about to reject for.
   * @returns resolves when it is on. Rejects, and the old outfit stays, with what a mesh of it failed with, with FormatError where
   * it does not fit the skeleton, with an AbortError when another change came after it, with the signal's reason.
   */
  wear(outfit: readonly OutfitPartInfo[], signal?: AbortSignal, blame?: (product: ProductInfo) => void): Promise<void> {
    return this.#outfit.wear(outfit, signal, blame);
  }

  /** Names of the morph targets (a smile, a blink) that what is worn has, as far as it has come. */
  get morphs(): readonly string[] {
    return this.#outfit.morphs;
  }

  /** `Avatar.setMorph`, kept until the skeleton is there and through changes of the outfit. */
  setMorph(name: string, weight: number): void {
    checkWeight(name, weight);
    this.#morphs.set(name, weight);
    this.#avatar?.setMorph(name, weight);
  }

  /** Is somebody in another body from now on: what `setMorph` and `attach` asked of `before`, which goes, holds for this one. */
  takeOver(before: LiveAvatar): void {
    this.#guide = before.#guide;
    for (const [name, weight] of before.#morphs) this.setMorph(name, weight);
    before.#held.handOver(this.#held);
    if (this.#avatar) this.#hold(this.#avatar);
  }

  /**
   * Hangs an object of three's on a joint, until it is taken off: its own place and turn are within the joint's. It stays its maker's.
   * Where the skeleton is still to come, it is hung then.
   *
   * @returns takes it off.
   * @throws RangeError where the skeleton has no such joint.
   */
  attach(object: Object3D, joint: string): () => void {
    const { skeleton } = this.#avatar ?? {};
    if (skeleton && skeleton.joint(joint) < 0) throw new RangeError(`${this.info.name} has no joint ${quote(joint)}`);
    return this.#held.add(object, joint, this.#avatar, this.group);
  }

  /** @throws FormatError where the skin names a joint that the skeleton lacks. */
  bind({ skin }: MeshPart, url: string): SkinBinding | undefined {
    return skin && this.#live?.bind(skin, url);
  }

  plays(clip: string): boolean {
    return this.#clips.plays(clip, this.#clip);
  }

  /** Its guide names another clip: brings it where it is not here, from somebody else if need be. */
  clipChanged(): void {
    this.#takeClips();
  }

  /** Takes up what changed of what it acquired: the skeleton, clips, clothes. Meshes appear by themselves (`LiveProduct`). */
  refresh(): void {
    if (this.#left) return;
    const [skeleton] = this.#skeleton.skeletons;
    if (!this.#avatar && skeleton?.value) this.#rise(liveSkeleton(skeleton.value));
    // Whoever has no skeleton, or never will have one, is shown as modelled.
    if (!this.#avatar && (!skeleton || skeleton.state === 'failed')) this.#outfit.putOn();
    this.#takeClips();
    this.#outfit.refresh();
  }

  /** To the moment that is `seconds` after it began: the same pose every time, whatever was before. */
  poseAt(seconds: number): void {
    if (!this.#avatar) return;
    this.#begin(this.#avatar);
    this.#avatar.advance(Math.max(0, seconds));
    this.#avatar.evaluate();
    this.moved();
  }

  /** Puts the group where the avatar is, and rigid parts where its joints are. Every frame; allocates nothing. */
  moved(): void {
    if (!this.#avatar) return;
    this.group.matrix.fromArray(this.#avatar.matrix);
    this.group.matrixWorldNeedsUpdate = true;
    const b = this.#avatar.bounds;
    this.box.min.set(b[0], b[1], b[2]);
    this.box.max.set(b[3], b[4], b[5]);
    this.box.applyMatrix4(this.group.matrix);
    this.box.getBoundingSphere(this.sphere);
    this.#outfit.moved();
    this.#held.moved();
  }

  /** Writes where its face is: what one looks at. */
  face(target: Vector3): void {
    const head = this.#head;
    if (this.#avatar && head !== undefined) target.fromArray(this.#avatar.world, head * 16 + 12);
    else target.set(0, this.info.height * FACE, 0);
    target.applyMatrix4(this.group.matrix);
  }

  dispose(): void {
    this.#left = true;
    this.#outfit.dispose();
    this.#held.dispose();
    this.#products.release(this.#skeleton, this);
    this.#clips.dispose();
    this.#avatar = undefined;
    this.group.removeFromParent();
  }

  #rise(live: LiveSkeleton): void {
    this.#live = live;
    this.#avatar = new Avatar(live.skeleton);
    this.#head = live.skeleton.humanoid.get('head');
    for (const [name, weight] of this.#morphs) this.#avatar.setMorph(name, weight);
    this.#takeClips();
    this.#begin(this.#avatar);
    this.#outfit.putOn();
    this.#hold(this.#avatar);
    this.moved();
  }

  #hold(avatar: Avatar): void {
    const { url } = this.info.skeleton;
    for (const joint of this.#held.holdAll(avatar, this.group))
      this.onError(
        url,
        new FormatError('something hangs on a joint that the skeleton lacks', { url, at: 'joint', value: joint }),
      );
  }

  #takeClips(): void {
    const avatar = this.#avatar;
    if (!avatar || !this.#live) return;
    this.#clips.take(avatar, this.#live, this.#clip);
    const wanted = this.#wanted(avatar);
    if (wanted !== undefined && wanted !== this.#playing) this.#begin(avatar);
  }

  /** The clip that its guide or its documents name. */
  get #clip(): string | undefined {
    return this.#guide ? this.#guide.clip : this.info.data.animation;
  }

  #wanted(avatar: Avatar): string | undefined {
    return this.#clips.playable(avatar, this.#clip);
  }

  /** Moment 0: where it stands, what it plays. */
  #begin(avatar: Avatar): void {
    const { position, rotation, speed, phase = 0 } = this.info.data;
    this.#playing = this.#wanted(avatar);
    if (this.#guide) {
      this.#guide.begin(avatar);
      avatar.evaluate();
      return;
    }
    if (this.#playing !== undefined) avatar.animator.play(this.#playing, { fade: 0, phase });
    if (this.#path) {
      const pace = speed ?? (avatar.animator.current?.speed || STROLL);
      avatar.follow(this.#path, pace, phase * pace);
    } else avatar.place(position, rotation);
    avatar.evaluate();
  }

  /** Until there is an avatar that writes the group's matrix. */
  #standThere(): void {
    const { data, height } = this.info;
    this.group.position.fromArray(data.position);
    this.group.quaternion.fromArray(data.rotation);
    this.group.updateMatrix();
    this.group.matrixWorldNeedsUpdate = true;
    this.box.setFromCenterAndSize(this.group.position, size.set(height * 0.4, height, height * 0.4));
    this.box.translate(size.set(0, height / 2, 0));
    this.box.getBoundingSphere(this.sphere);
  }
}

/** A path with a `start` is walked once, by a guide; the others are loops. */
function pathOf({ data: { path, start } }: AvatarInfo): WalkPath | undefined {
  return path && path.length > 1 && start === undefined ? createWalkPath(path) : undefined;
}

/** Where somebody stands or walks. */
function wayKey({ data: { position, rotation, path, speed, phase }, height }: AvatarInfo): string {
  return JSON.stringify([position, rotation, path, speed, phase, height]);
}

/** Two outfits of the same key are the same; their order means nothing. */
function outfitKey(outfit: readonly OutfitPartInfo[]): string {
  const parts = outfit.map(({ product, joint }) => `${keyOf(product)} ${joint ?? ''}`);
  return parts.sort().join(' + ');
}
