import type { DataTexture, Group } from 'three';
import type { Holding, MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { Ground } from '../../avatar/motion/foot-plant.ts';
import { PoseScheduler } from '../../avatar/pose-scheduler.ts';
import { geometryBytes } from '../../render/geometry/geometry-bytes.ts';
import { createFigure, type Figure } from '../../render/impostors/figure.ts';
import { ContactShadows } from '../../render/materials/contact-shadows.ts';
import type { ViewScore } from '../resources/view-score.ts';
import type { LiveAvatar } from './live-avatar.ts';

/** Radius of the shadow under an avatar, as a share of its height. */
const SHADOW = 0.2;
/** Feet are planted for avatars larger than this share of the picture's height. Smaller ones slide unseen. */
const PLANTED = 0.2;
const MOST_SHADOWS = 16_383;

interface Member {
  readonly avatar: LiveAvatar;
  /** Its place in the scheduler; undefined until it can move. */
  entry: ReturnType<PoseScheduler['add']> | undefined;
  readonly figure: Figure;
  /** The `Avatar.version` that `figure` describes. */
  posed: number;
}

/** Maximum number of avatars and clips that the renderer may keep pictures of: see Figure. */
const MOST_LOOKS = 256;
const MOST_CLIPS = 32;

/** All avatars of the room: moved in each frame, and posed the more often the larger they are in the picture. */
export class Crowd {
  readonly avatars: LiveAvatar[] = [];
  /** The floor that feet stand on. If undefined, it is flat at each avatar's own height. */
  ground: Ground | undefined;
  readonly #members: Member[] = [];
  readonly #scheduler = new PoseScheduler();
  readonly #root: Group;
  readonly #budget: MemoryBudget;
  #holding: Holding | undefined;
  #shadows: ContactShadows | undefined;
  #shadowCount = 0;

  /**
   * @param root - the room: parent of all avatars and shadows.
   * @param budget - counts the shadows.
   */
  constructor(root: Group, budget: MemoryBudget) {
    this.#root = root;
    this.#budget = budget;
  }

  add(avatar: LiveAvatar): void {
    this.avatars.push(avatar);
    this.#root.add(avatar.group);
    const figure = createFigure(avatar.info.height);
    figure.look = this.#freeLook();
    avatar.group.userData.foyerFigure = figure;
    this.#members.push({ avatar, entry: undefined, figure, posed: -1 });
  }

  /** Removes an avatar. The caller disposes of it. */
  remove(avatar: LiveAvatar): void {
    const place = this.avatars.indexOf(avatar);
    if (place < 0) return;
    this.avatars.splice(place, 1);
    const [{ entry }] = this.#members.splice(place, 1);
    if (entry) this.#scheduler.remove(entry);
    // The last shadow moves into the gap.
    this.#shadows?.place(this.avatars.length, 0, 0, 0, 0);
  }

  /** @param seconds - since the last frame. Allocates nothing once all avatars have arrived. */
  update(seconds: number, view: ViewScore): void {
    for (let i = 0; i < this.#members.length; i++) {
      const member = this.#members[i];
      if (!member.entry && member.avatar.avatar) member.entry = this.#scheduler.add(member.avatar.avatar);
      const { avatar } = member.avatar;
      if (!member.entry || !avatar) continue;
      const share = view.share(member.avatar.sphere);
      this.#scheduler.see(member.entry, Math.ceil(share * 1000));
      avatar.plantsFeet = share > PLANTED;
      avatar.ground = this.ground;
    }
    this.#scheduler.frame(seconds);
    for (let i = 0; i < this.#members.length; i++) describe(this.#members[i]);
    this.#move();
  }

  /** `PoseScheduler.slowness`: 1, or more on slow machines. */
  set poseSlowness(slowness: number) {
    this.#scheduler.slowness = slowness;
  }

  /** Poses all avatars as of `seconds` after their start. */
  poseAt(seconds: number): void {
    for (const avatar of this.avatars) avatar.poseAt(seconds);
    this.#move();
  }

  dispose(): void {
    for (const { avatar, entry } of this.#members) {
      if (entry) this.#scheduler.remove(entry);
      avatar.dispose();
    }
    this.avatars.length = this.#members.length = 0;
    this.#dropShadows();
  }

  #move(): void {
    if (Math.min(MOST_SHADOWS, this.avatars.length) > this.#shadowCount) this.#makeShadows();
    for (let i = 0; i < this.avatars.length; i++) {
      const avatar = this.avatars[i];
      avatar.moved();
      const at = avatar.group.matrix.elements;
      this.#shadows?.place(i, at[12], at[13], at[14], avatar.shown ? avatar.info.height * SHADOW : 0);
    }
    this.#shadows?.update();
  }

  /** Returns a number that no other avatar here has; -1 if all are taken. */
  #freeLook(): number {
    const taken = new Uint8Array(MOST_LOOKS);
    for (const { figure } of this.#members) if (figure.look >= 0) taken[figure.look] = 1;
    return taken.indexOf(0);
  }

  /** Creates one mesh for the shadows of all avatars. */
  #makeShadows(): void {
    this.#dropShadows();
    this.#shadowCount = Math.min(MOST_SHADOWS, 2 ** Math.ceil(Math.log2(this.avatars.length)));
    this.#shadows = new ContactShadows(this.#shadowCount);
    const { mesh } = this.#shadows;
    this.#root.add(mesh);
    const { data } = (mesh.material.map as DataTexture).image;
    const bytes = geometryBytes([mesh.geometry]) + (data?.byteLength ?? 0);
    this.#holding = this.#budget.hold({ gpu: bytes, cpu: bytes, visibility: 0 }, 'fixed');
  }

  #dropShadows(): void {
    this.#shadows?.dispose();
    this.#shadows = undefined;
    if (this.#holding) this.#budget.release(this.#holding);
    this.#holding = undefined;
  }
}

/** Describes to the renderer what a picture of an avatar would show. */
function describe(member: Member): void {
  const { figure } = member;
  const { avatar } = member.avatar;
  if (!avatar || avatar.version === member.posed) return;
  member.posed = avatar.version;
  const { playing, phase } = avatar.animator;
  figure.clip = phase >= 0 && playing < MOST_CLIPS ? playing : -1;
  figure.phase = phase;
}
