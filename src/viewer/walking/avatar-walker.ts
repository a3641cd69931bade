import { type PerspectiveCamera, Vector3 } from 'three';
import type { Disposable } from '../../core/disposal.ts';
import type { LiveRoom } from '../../live/live-room.ts';
import { freeWay } from '../../render/covered.ts';
import type { LiveAvatar } from '../../room/avatars/live-avatar.ts';
import type { CameraRig } from '../camera/camera-rig.ts';
import type { RoomPick } from '../camera/pick-room.ts';
import type { Walker } from './walker.ts';

/** Initial distance of the camera from the avatar's head in third person, metres. */
const BEHIND = 3;
/** Distance of the camera's target in the view from the eyes, metres. That view begins below `LEAVE_EYES` and ends above it. */
const EYES = 0.4;
const LEAVE_EYES = 0.7;
/** A surface that an avatar can walk on: the least y of its normal, and the largest difference of height, metres. */
const FLAT = 0.7;
const STEP = 0.4;

const ahead = new Vector3();
const face = new Vector3();
const behind = new Vector3();
/** Metres: the camera's distance from a wall behind it; its least distance from the face; the distance at which the head is hidden; and the least radius of a thing that counts as a wall. */
const WALL = 0.2;
const NEAREST = 0.4;
const TOO_NEAR = 1;
const LARGE = 1.2;
/** Share of the distance that the camera moves back in a frame, once no wall is in the way. */
const EASE = 0.1;

/** Walks the visitor's own avatar in a live room by keys and clicks. The camera follows in third person, or sees from its eyes. */
export class AvatarWalker implements Walker, Disposable {
  readonly #live: LiveRoom;
  readonly #camera: PerspectiveCamera;
  /** Whether the camera sees from the avatar's eyes. */
  #eyes = false;
  #avatar: LiveAvatar | undefined;
  #walks = false;
  /** Whether a wall has brought the camera so near that the avatar's own head would fill the picture. */
  #near = false;

  constructor(live: LiveRoom, camera: PerspectiveCamera) {
    this.#live = live;
    this.#camera = camera;
  }

  get present(): boolean {
    return this.#live.me !== undefined;
  }

  /** Whether the camera sees from the avatar's eyes. */
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

  /** Moves the camera nearer at once if a wall is in the way. It moves back slowly. */
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

  /** Hides the avatar's own body while the camera is inside its head. */
  #show(): void {
    if (this.#avatar) this.#avatar.group.visible = !this.#eyes && !this.#near;
  }
}
