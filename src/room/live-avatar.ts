import { Box3, Group, Sphere, Vector3 } from 'three';
import type { MeshPart } from '../assets/mesh-asset.ts';
import { Avatar } from '../avatar/avatar.ts';
import { createWalkPath, type WalkPath } from '../avatar/walk-path.ts';
import { identityPalette } from '../render/part-mesh.ts';
import type { AvatarInfo, OutfitPartInfo, ProductInfo } from './follow-room.ts';
import type { LiveProduct, ProductInstance } from './live-product.ts';
import { type LiveSkeleton, liveSkeleton } from './live-skeleton.ts';
import type { Placed } from './room-priorities.ts';

/** m/s of somebody who walks a path, where neither the edge nor the clip says. */
const STROLL = 1.2;
/** Of the height: where the face is, where the skeleton names no head. */
const FACE = 0.9;

const size = new Vector3();

/** A rigid part that hangs on a joint. */
interface Attachment {
  readonly group: Group;
  readonly joint: Float32Array;
}

interface Worn {
  readonly part: OutfitPartInfo;
  readonly product: LiveProduct;
  instance: ProductInstance | undefined;
}

/**
 * Somebody in the room: what is worn, on a skeleton that moves. The skeleton comes first; then parts are put on and clips begin
 * as they come. Without a skeleton the parts stand in their bind pose; without the wanted clip, any other is played.
 */
export class LiveAvatar implements Placed {
  readonly info: AvatarInfo;
  readonly group = new Group();
  readonly sphere = new Sphere();
  /** In the world, upright: for picking. */
  readonly box = new Box3();
  readonly #skeleton: LiveProduct;
  readonly #outfit: readonly Worn[];
  readonly #onError: (url: string, error: unknown) => void;
  readonly #path: WalkPath | undefined;
  readonly #attachments: Attachment[] = [];
  #avatar: Avatar | undefined;
  #live: LiveSkeleton | undefined;
  #playing: string | undefined;

  /** @param onError - something worn does not fit. */
  constructor(info: AvatarInfo, productOf: (info: ProductInfo) => LiveProduct, onError: (url: string, error: unknown) => void) {
    this.info = info;
    this.#onError = onError;
    const { position, rotation, path } = info.data;
    this.group.name = info.name;
    this.group.position.fromArray(position);
    this.group.quaternion.fromArray(rotation);
    this.group.updateMatrix();
    // From here on the avatar writes it.
    this.group.matrixAutoUpdate = false;
    this.#path = path && path.length > 1 ? createWalkPath(path) : undefined;
    this.#skeleton = productOf(info.skeleton);
    this.#outfit = info.outfit.map(part => ({ part, product: productOf(part.product), instance: undefined }));
    this.#standStill();
  }

  /** What moves it; undefined until its skeleton is there. */
  get avatar(): Avatar | undefined {
    return this.#avatar;
  }

  /** Whether there is anything of it to see yet. */
  get shown(): boolean {
    for (const { instance } of this.#outfit) if (instance && instance.meshes.length > 0) return true;
    return false;
  }

  eachProduct(use: (product: LiveProduct) => void): void {
    use(this.#skeleton);
    for (const { product } of this.#outfit) use(product);
  }

  plays(clip: string): boolean {
    return clip === this.info.data.animation;
  }

  /** Takes up what has come: the skeleton, clips. Parts come by themselves (`LiveProduct`). */
  resourcesChanged(): void {
    const [skeleton] = this.#skeleton.skeletons;
    if (!this.#avatar && skeleton?.value) this.#rise(liveSkeleton(skeleton.value));
    // Whoever has no skeleton, or never will have one, is shown as modelled.
    if (!this.#avatar && (!skeleton || skeleton.state === 'failed')) this.#dress();
    this.#takeClips();
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
    for (let i = 0; i < this.#attachments.length; i++) {
      const { group, joint } = this.#attachments[i];
      group.matrix.fromArray(joint);
      group.matrixWorldNeedsUpdate = true;
    }
  }

  /** Writes where its face is: what one looks at. */
  face(target: Vector3): void {
    const head = this.#avatar?.skeleton.humanoid.get('head');
    if (this.#avatar && head !== undefined) target.fromArray(this.#avatar.world, head * 16 + 12);
    else target.set(0, this.info.height * FACE, 0);
    target.applyMatrix4(this.group.matrix);
  }

  dispose(): void {
    for (const worn of this.#outfit) if (worn.instance) worn.product.remove(worn.instance);
    this.#attachments.length = 0;
    this.#avatar = undefined;
    this.group.removeFromParent();
  }

  #rise(live: LiveSkeleton): void {
    this.#live = live;
    this.#avatar = new Avatar(live.skeleton);
    this.#takeClips();
    this.#begin(this.#avatar);
    this.#dress();
    this.moved();
  }

  #takeClips(): void {
    const avatar = this.#avatar;
    if (!avatar || !this.#live) return;
    for (const { value, info } of this.#skeleton.animations) {
      const name = info.name || value?.name;
      if (value && name && !avatar.animator.has(name)) avatar.animator.add(this.#live.clip(value), name);
    }
    const wanted = this.#wanted(avatar);
    if (wanted !== undefined && wanted !== this.#playing) this.#begin(avatar);
  }

  /** The clip that the document names; when that one failed, whatever there is. */
  #wanted(avatar: Avatar): string | undefined {
    const { animation } = this.info.data;
    if (animation === undefined) return undefined;
    if (avatar.animator.has(animation)) return animation;
    const mayCome = this.#skeleton.animations.some(({ info, state }) => info.name === animation && state !== 'failed');
    return mayCome ? undefined : avatar.animator.names[0];
  }

  /** Moment 0: where it stands, what it plays. */
  #begin(avatar: Avatar): void {
    const { position, rotation, speed, phase = 0 } = this.info.data;
    this.#playing = this.#wanted(avatar);
    if (this.#playing !== undefined) avatar.animator.play(this.#playing, { fade: 0, phase });
    if (this.#path) {
      const pace = speed ?? (avatar.animator.current?.speed || STROLL);
      avatar.follow(this.#path, pace, phase * pace);
    } else avatar.place(position, rotation);
    avatar.evaluate();
  }

  #dress(): void {
    for (const worn of this.#outfit) {
      worn.instance ??= worn.product.place(this.#hanger(worn.part), this.#paletteOf, this.#onError);
    }
  }

  /** What a part hangs on: the joint that it names, else the avatar itself. */
  #hanger({ joint }: OutfitPartInfo): Group {
    const matrix = joint === undefined ? undefined : this.#avatar?.attach(joint);
    if (!matrix) return this.group;
    const group = new Group();
    group.matrixAutoUpdate = false;
    this.#attachments.push({ group, joint: matrix });
    this.group.add(group);
    return group;
  }

  readonly #paletteOf = (part: MeshPart, url: string): Float32Array | undefined => {
    if (!part.skin) return undefined;
    if (!this.#avatar || !this.#live) return identityPalette();
    return this.#avatar.addSkin(this.#live.bind(part.skin, url), part.bounds);
  };

  #standStill(): void {
    const { height } = this.info;
    this.box.setFromCenterAndSize(this.group.position, size.set(height * 0.4, height, height * 0.4));
    this.box.translate(size.set(0, height / 2, 0));
    this.box.getBoundingSphere(this.sphere);
  }
}
