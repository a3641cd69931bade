import { Box3, Group, type Object3D, Sphere, type Vector3 } from 'three';
import type { MeshPart } from '../../assets/meshes/mesh-asset.ts';
import { Avatar } from '../../avatar/avatar.ts';
import { checkWeight } from '../../avatar/clips/morph-weights.ts';
import type { WalkPath } from '../../avatar/motion/walk-path.ts';
import type { SkinBinding } from '../../avatar/skeleton/palette.ts';
import { FormatError, quote } from '../../core/errors.ts';
import type { AvatarInfo, OutfitPartInfo, ProductInfo } from '../documents/room-info.ts';
import type { LiveProduct } from '../furniture/live-product.ts';
import type { LiveProducts } from '../furniture/live-products.ts';
import type { Placed } from '../resources/room-priorities.ts';
import type { AvatarGuide } from './avatar-guide.ts';
import { outfitKey, pathOf, standAsPosed, standAt, wayKey } from './avatar-place.ts';
import { JointAttachments } from './joint-attachments.ts';
import { LiveClips } from './live-clips.ts';
import { LiveOutfit } from './live-outfit.ts';
import { type LiveSkeleton, liveSkeleton } from './live-skeleton.ts';
import type { Wearer } from './outfit-item.ts';

/** Speed on a path if neither the edge nor the clip has one, m/s. */
const STROLL = 1.2;
/** Height of the face as a share of the avatar's, if the skeleton has no head. */
const FACE = 0.9;

/**
 * An avatar in the room: an outfit on a skeleton that moves. Once the skeleton has arrived, parts and clips are added as they arrive.
 * Without a skeleton, the parts stand in their bind pose. If the wanted clip is missing, the avatar plays another avatar's clip of that
 * name, or any other clip.
 */
export class LiveAvatar implements Placed, Wearer {
  readonly group = new Group();
  readonly sphere = new Sphere();
  /** In world space, axis-aligned, for picking. */
  readonly box = new Box3();
  /** Called when something worn does not fit. */
  readonly onError: (url: string, error: unknown) => void;
  readonly #products: LiveProducts;
  readonly #skeleton: LiveProduct;
  readonly #outfit: LiveOutfit;
  readonly #clips: LiveClips;
  #info: AvatarInfo;
  #path: WalkPath | undefined;
  /** Morph weights by name, kept for a skeleton that has not arrived, or another body. */
  readonly #morphs = new Map<string, number>();
  readonly #held = new JointAttachments();
  #avatar: Avatar | undefined;
  /** Joint of the head. */
  #head: number | undefined;
  #live: LiveSkeleton | undefined;
  #playing: string | undefined;
  #guide: AvatarGuide | undefined;
  #left = false;

  /** @param onError - called when something worn does not fit. */
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
    standAt(this.#info, this);
  }

  /** Its documents. */
  get info(): AvatarInfo {
    return this.#info;
  }

  /**
   * Applies changed documents: place, path, clip, and the outfit if it changed. If it did not, an outfit set by `wear` stays on. The
   * skeleton must be the same.
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
      else standAt(this.#info, this);
      this.moved();
    } else if (info.data.animation !== before.data.animation && this.#avatar) {
      this.#playing = this.#wanted(this.#avatar);
      if (this.#playing !== undefined) this.#avatar.animator.play(this.#playing);
      // The clip may have to be borrowed.
      this.refresh();
    }
  }

  /** Moves the avatar instead of its documents. Undefined: its documents do. */
  get guide(): AvatarGuide | undefined {
    return this.#guide;
  }

  set guide(guide: AvatarGuide | undefined) {
    this.#guide = guide;
    this.#playing = guide?.clip ?? this.#playing;
    if (!guide && this.#avatar) this.#begin(this.#avatar);
  }

  /** Its skeleton and pose. Undefined until the skeleton has arrived. */
  get avatar(): Avatar | undefined {
    return this.#avatar;
  }

  /** Whether any part of it can be seen yet. */
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

  /** The outfit that is worn now. `info.outfit` is that of the documents. */
  get outfit(): readonly OutfitPartInfo[] {
    return this.#outfit.parts;
  }

  /**
   * Replaces the outfit. Items of both outfits stay on. The old outfit stays until the new one can be drawn, with its low textures at
   * least. The latest call counts.
   *
   * @param blame - called with the product that the promise is about to reject for.
   * @returns resolves when it is on. Rejects with the error of a mesh, FormatError if a product does not fit the skeleton, an AbortError
   * if a later call replaced this one, or the signal's reason. The old outfit stays then.
   */
  wear(outfit: readonly OutfitPartInfo[], signal?: AbortSignal, blame?: (product: ProductInfo) => void): Promise<void> {
    return this.#outfit.wear(outfit, signal, blame);
  }

  /** Names of the morph targets (a smile, a blink) of the worn meshes that have arrived. */
  get morphs(): readonly string[] {
    return this.#outfit.morphs;
  }

  /** `Avatar.setMorph`. The weight is kept until the skeleton arrives, and through changes of the outfit. */
  setMorph(name: string, weight: number): void {
    checkWeight(name, weight);
    this.#morphs.set(name, weight);
    this.#avatar?.setMorph(name, weight);
  }

  /** Takes over from `before`, the same person in another body: morph weights, attached objects and guide. */
  takeOver(before: LiveAvatar): void {
    this.#guide = before.#guide;
    for (const [name, weight] of before.#morphs) this.setMorph(name, weight);
    before.#held.handOver(this.#held);
    if (this.#avatar) this.#hold(this.#avatar);
  }

  /**
   * Attaches an object of three.js to a joint. Its position and rotation are relative to the joint. The caller keeps ownership. If the
   * skeleton has not arrived, the object is attached then.
   *
   * @returns detaches it.
   * @throws RangeError if the skeleton has no such joint.
   */
  attach(object: Object3D, joint: string): () => void {
    const { skeleton } = this.#avatar ?? {};
    if (skeleton && skeleton.joint(joint) < 0) throw new RangeError(`${this.info.name} has no joint ${quote(joint)}`);
    return this.#held.add(object, joint, this.#avatar, this.group);
  }

  /** @throws FormatError if the skin names a joint that the skeleton lacks. */
  bind({ skin }: MeshPart, url: string): SkinBinding | undefined {
    return skin && this.#live?.bind(skin, url);
  }

  plays(clip: string): boolean {
    return this.#clips.plays(clip, this.#clip);
  }

  /** The guide names another clip: loads it if necessary, or borrows it. */
  clipChanged(): void {
    this.#takeClips();
  }

  /** Applies changes of its resources: skeleton, clips, clothes. `LiveProduct` adds meshes by itself. */
  refresh(): void {
    if (this.#left) return;
    const [skeleton] = this.#skeleton.skeletons;
    if (!this.#avatar && skeleton?.value) this.#rise(liveSkeleton(skeleton.value));
    // Without a skeleton, or if it failed, the parts are shown in their bind pose.
    if (!this.#avatar && (!skeleton || skeleton.state === 'failed')) this.#outfit.putOn();
    this.#takeClips();
    this.#outfit.refresh();
  }

  /** Poses the avatar as of `seconds` after its start. The result does not depend on earlier poses. */
  poseAt(seconds: number): void {
    if (!this.#avatar) return;
    this.#begin(this.#avatar);
    this.#avatar.advance(Math.max(0, seconds));
    this.#avatar.evaluate();
    this.moved();
  }

  /** Moves the group to the avatar's place, and rigid parts to their joints. Call it in each frame. Allocates nothing. */
  moved(): void {
    if (!this.#avatar) return;
    standAsPosed(this.#avatar, this);
    this.#outfit.moved();
    this.#held.moved();
  }

  /** Writes the position of its face, in world space. */
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
        new FormatError('an object is attached to a joint that the skeleton lacks', { url, at: 'joint', value: joint }),
      );
  }

  #takeClips(): void {
    const avatar = this.#avatar;
    if (!avatar || !this.#live) return;
    this.#clips.take(avatar, this.#live, this.#clip);
    const wanted = this.#wanted(avatar);
    if (wanted !== undefined && wanted !== this.#playing) this.#begin(avatar);
  }

  /** Name of the clip that its guide or its documents want. */
  get #clip(): string | undefined {
    return this.#guide ? this.#guide.clip : this.info.data.animation;
  }

  #wanted(avatar: Avatar): string | undefined {
    return this.#clips.playable(avatar, this.#clip);
  }

  /** Starts at moment 0: place, path and clip. */
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
}
