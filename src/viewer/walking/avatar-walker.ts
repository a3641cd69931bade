import { type PerspectiveCamera, Vector3 } from 'three';
import type { Disposable } from '../../core/disposal.ts';
import type { LiveRoom } from '../../live/live-room.ts';
import { freeWay } from '../../render/covered.ts';
import type { LiveAvatar } from '../../room/avatars/live-avatar.ts';
import type { CameraRig } from '../camera/camera-rig.ts';
import type { RoomPick } from '../camera/pick-room.ts';
import type { Walker } from './walker.ts';

/** Metres that the camera keeps from one's own head at first, in third person. */
const BEHIND = 3;
/** Seen from the eyes, the camera's target is so far ahead; nearer than the other distance, third person ends, and begins again beyond it. */
const EYES = 0.4;
const LEAVE_EYES = 0.7;
/** A surface that one can walk on: the y of its normal, and metres above or below where one stands. */
const FLAT = 0.7;
const STEP = 0.4;

const ahead = new Vector3();
const face = new Vector3();
const behind = new Vector3();
/** The camera stops that far before a wall, metres, and only for what is as large as one: radius. */
const WALL = 0.2;
const NEAREST = 0.4;
const TOO_NEAR = 1;
const LARGE = 1.2;
/** Share of the way back that the camera takes in a frame when the wall is gone. */
const EASE = 0.1;

/** Walks one's own avatar in a live room by keys and clicks; the camera follows in third person, or sees from its eyes. */
export class AvatarWalker implements Walker, Disposable {
  readonly #live: LiveRoom;
  readonly #camera: PerspectiveCamera;
  /** Seen from the eyes. */
  #eyes = false;
  #avatar: LiveAvatar | undefined;
  #walks = false;
  /** A wall has brought the camera so near that one's own head would fill the picture. */
  #near = false;

  constructor(live: LiveRoom, camera: PerspectiveCamera) {
    this.#live = live;
    this.#camera = camera;
  }

  get present(): boolean {
    return this.#live.me !== undefined;
  }

  /** Whether the room is seen from one's own eyes. */
  get fromEyes(): boolean {
    return this.#eyes;
  }

  walk(forward: number, aside: number): void {
    if (forward === 0 && aside === 0) {
      if (this.#walks) this.#live.steer(0, 0);
      this.#walks = false;
      return;
    }
    this.#walks = true;
    this.#camera.getWorldDirection(ahead);
    const size = Math.hypot(ahead.x, ahead.z) || 1;
    const x = ahead.x / size;
    const z = ahead.z / size;
    this.#live.steer(x * forward - z * aside, z * forward + x * aside);
  }

  picked({ kind, point, normal, url }: RoomPick): boolean {
    const { me } = this.#live;
    if (!me || kind !== 'furniture') return false;
    const seat = this.#live.seatNear(point);
    if (seat?.furniture === url) return this.#live.sit(seat);
    const level = me.avatar.group.matrix.elements[13];
    return normal[1] > FLAT && Math.abs(point[1] - level) < STEP && this.#live.walkTo(point);
  }

  /** Changes between third person and the eyes. */
  toggle(rig: CameraRig): void {
    if (!this.#avatar) return;
    this.#eyes = !this.#eyes;
    this.#avatar.face(face);
    rig.lookAt(face, this.#eyes ? EYES : BEHIND);
    this.#show();
  }

  follow(rig: CameraRig): void {
    const avatar = this.#live.me?.avatar;
    if (avatar !== this.#avatar) this.#changed(avatar, rig);
    if (!avatar) return;
    avatar.face(face);
    if (this.#eyes === rig.distance > LEAVE_EYES) {
      this.#eyes = !this.#eyes;
      this.#show();
    }
    // The camera stands at the eyes where its target is ahead of them.
    if (this.#eyes) face.addScaledVector(this.#camera.getWorldDirection(ahead), rig.distance);
    rig.follow(face);
    this.#keepFromWalls(rig);
  }

  /** The camera behind somebody who stands at a wall comes nearer, at once; it goes back slowly. */
  #keepFromWalls(rig: CameraRig): void {
    const { distance } = rig;
    behind
      .setFromMatrixPosition(this.#camera.matrixWorld)
      .sub(face)
      .setLength(distance + WALL)
      .add(face);
    const free = freeWay(this.#live.session.root, face, behind, LARGE) * (distance + WALL) - WALL;
    // By the camera's place, not by `clearance`: the bounds of the room bring it nearer too.
    if (this.#near !== this.#camera.position.distanceToSquared(face) < TOO_NEAR * TOO_NEAR) {
      this.#near = !this.#near;
      this.#show();
    }
    const before = Math.min(rig.clearance, distance);
    rig.clearance = free < before ? Math.max(NEAREST, free) : before + (free - before) * EASE;
  }

  dispose(): void {
    this.#eyes = this.#near = false;
    this.#show();
    this.#avatar = undefined;
  }

  #changed(avatar: LiveAvatar | undefined, rig: CameraRig): void {
    const entered = this.#avatar === undefined;
    this.#eyes &&= avatar !== undefined;
    this.#show();
    this.#avatar = avatar;
    rig.clearance = Number.POSITIVE_INFINITY;
    this.#near = false;
    if (!avatar) return;
    avatar.face(face);
    if (entered) rig.lookAt(face, BEHIND);
    this.#show();
  }

  /** Nobody sees their own head from inside. */
  #show(): void {
    if (this.#avatar) this.#avatar.group.visible = !this.#eyes && !this.#near;
  }
}
