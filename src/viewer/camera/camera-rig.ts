import { type PerspectiveCamera, Vector3 } from 'three';
import { quote } from '../../core/errors.ts';
import { type Bounds, keepInside, wayToWalls } from './keep-inside.ts';

/** Where a camera stands and what it looks at, metres. */
export interface View {
  readonly position: readonly [number, number, number];
  readonly target: readonly [number, number, number];
}

/** Radians: nearly straight up, and as far below the target as a standing eye ever is. */
const PITCH_MIN = -1.2;
const PITCH_MAX = 1.45;
const DISTANCE_MIN = 0.4;
const DISTANCE_MAX = 60;
/** The way left to the goal shrinks by e in that many seconds: quick, without a jerk. */
const SETTLE_SECONDS = 0.12;
const FLY_SECONDS = 0.35;

const forward = new Vector3();
const right = new Vector3();
const back = new Vector3();
const eye = new Vector3();

/**
 * A camera that looks at a target from a distance, turned by yaw and pitch. Input moves the goal; `update` brings the camera
 * there smoothly. Allocates nothing after construction.
 *
 * npm's camera-controls 3.1.2 does this and more, in 10.3 KB min+gzip. This file and camera-input.ts take 3.0 KB of the page's 130.
 */
export class CameraRig {
  readonly camera: PerspectiveCamera;
  /** Without easing: what is asked for is there at once (reduced motion, golden images). */
  immediate = false;
  /** Where the target may go; undefined: anywhere. */
  bounds: Bounds | undefined;
  /** Whether the camera too stays within `bounds`: a room with walls is looked at from inside. */
  inside = false;
  /** Metres from the target at which something is in the camera's way. */
  clearance = Number.POSITIVE_INFINITY;
  /** Metres from the target: the least and the most, within 0.4 and 60. */
  readonly #limits = { min: DISTANCE_MIN, max: DISTANCE_MAX };
  readonly #target = new Vector3(0, 1, 0);
  #yaw = 0;
  #pitch = 0.2;
  #distance = 4;
  readonly #goalTarget = new Vector3(0, 1, 0);
  #goalYaw = 0;
  #goalPitch = 0.2;
  #goalDistance = 4;
  #settle = SETTLE_SECONDS;

  constructor(camera: PerspectiveCamera) {
    this.camera = camera;
  }

  get target(): Vector3 {
    return this.#goalTarget;
  }

  get distance(): number {
    return this.#goalDistance;
  }

  /** How near and how far the visitor may come, metres; what is not between 0.4 and 60 is brought there. */
  limitDistance(min = DISTANCE_MIN, max = DISTANCE_MAX): void {
    this.#limits.min = clamp(min, DISTANCE_MIN, DISTANCE_MAX);
    this.#limits.max = Math.max(this.#limits.min, clamp(max, DISTANCE_MIN, DISTANCE_MAX));
    this.#goalDistance = this.#within(this.#goalDistance);
  }

  /** Goes to a view at once. */
  jump({ position, target }: View): void {
    this.#aim(position, target);
    this.#arrive();
  }

  /** Goes to a view smoothly. */
  fly({ position, target }: View): void {
    this.#aim(position, target);
    this.#settle = FLY_SECONDS;
  }

  /** Looks at `point` from `distance`, from the side that the camera is on. */
  lookAt(point: Vector3, distance: number): void {
    this.#goalTarget.copy(point);
    this.#goalDistance = this.#within(distance);
    this.#settle = FLY_SECONDS;
  }

  /** Keeps looking at something that moves, without starting over. */
  follow(point: Vector3): void {
    this.#goalTarget.copy(point);
  }

  /** Turns around the target. Radians. */
  orbit(yaw: number, pitch: number): void {
    this.#goalYaw += yaw;
    this.#goalPitch = clamp(this.#goalPitch + pitch, PITCH_MIN, PITCH_MAX);
    this.#settle = SETTLE_SECONDS;
  }

  /**
   * Looks elsewhere from where the camera stands. The target is where it looks, and stays in the room. Radians: to the left, and up.
   */
  turn(yaw: number, up: number): void {
    eye.copy(this.#goalTarget).addScaledVector(this.#backOf(this.#goalYaw, this.#goalPitch), this.#reached(this.#goalTarget));
    this.#goalYaw += yaw;
    this.#goalPitch = clamp(this.#goalPitch - up, PITCH_MIN, PITCH_MAX);
    const away = this.#backOf(this.#goalYaw, this.#goalPitch).negate();
    this.#goalDistance = Math.max(DISTANCE_MIN, Math.min(this.#goalDistance, this.#wayTo(eye, away)));
    this.#goalTarget.copy(eye).addScaledVector(away, this.#goalDistance);
    this.#settle = SETTLE_SECONDS;
  }

  /** Multiplies the distance: below 1 comes nearer. */
  zoom(factor: number): void {
    this.#goalDistance = this.#within(this.#goalDistance * factor);
    this.#settle = SETTLE_SECONDS;
  }

  /** Moves target and camera along the picture, by shares of its height. */
  pan(x: number, y: number): void {
    const height = 2 * this.#goalDistance * Math.tan((this.camera.fov * Math.PI) / 360);
    right.setFromMatrixColumn(this.camera.matrixWorld, 0);
    forward.setFromMatrixColumn(this.camera.matrixWorld, 1);
    this.#goalTarget.addScaledVector(right, -x * height).addScaledVector(forward, y * height);
    this.#keepInside();
    this.#settle = SETTLE_SECONDS;
  }

  /** Walks over the floor: metres ahead and to the right, as the camera looks. */
  walk(ahead: number, aside: number): void {
    const sin = Math.sin(this.#goalYaw);
    const cos = Math.cos(this.#goalYaw);
    this.#goalTarget.x += -sin * ahead + cos * aside;
    this.#goalTarget.z += -cos * ahead - sin * aside;
    this.#keepInside();
    this.#settle = SETTLE_SECONDS;
  }

  /** @param seconds - since the last update. @returns whether the camera moved. */
  update(seconds: number): boolean {
    const left = this.immediate ? 0 : Math.exp(-seconds / this.#settle);
    const moved =
      Math.abs(this.#goalYaw - this.#yaw) + Math.abs(this.#goalPitch - this.#pitch) > 1e-4 ||
      Math.abs(this.#goalDistance - this.#distance) > 1e-4 ||
      this.#target.distanceToSquared(this.#goalTarget) > 1e-7;
    this.#yaw += (this.#goalYaw - this.#yaw) * (1 - left);
    this.#pitch += (this.#goalPitch - this.#pitch) * (1 - left);
    this.#distance += (this.#goalDistance - this.#distance) * (1 - left);
    this.#target.lerp(this.#goalTarget, 1 - left);
    this.#place();
    return moved;
  }

  #aim(position: readonly [number, number, number], target: readonly [number, number, number]): void {
    const x = position[0] - target[0];
    const y = position[1] - target[1];
    const z = position[2] - target[2];
    const distance = Math.hypot(x, y, z);
    this.#goalTarget.fromArray(target);
    this.#goalDistance = this.#within(distance);
    if (distance < 1e-6) return;
    // The nearer way round, should the camera fly.
    const turn = Math.atan2(x, z) - this.#goalYaw;
    this.#goalYaw += turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
    this.#goalPitch = clamp(Math.asin(y / distance), PITCH_MIN, PITCH_MAX);
  }

  #arrive(): void {
    this.#yaw = this.#goalYaw;
    this.#pitch = this.#goalPitch;
    this.#distance = this.#goalDistance;
    this.#target.copy(this.#goalTarget);
    this.#place();
  }

  /** Into `back`: from the target to the camera, length 1. */
  #backOf(yaw: number, pitch: number): Vector3 {
    const flat = Math.cos(pitch);
    return back.set(Math.sin(yaw) * flat, Math.sin(pitch), Math.cos(yaw) * flat);
  }

  #within(distance: number): number {
    return clamp(distance, this.#limits.min, this.#limits.max);
  }

  /** How far from `target` the camera is, along `back`, or would be without easing. */
  #reached(target: Vector3): number {
    return Math.min(this.#goalDistance, this.clearance, this.#reach(target));
  }

  #place(): void {
    this.#backOf(this.#yaw, this.#pitch);
    const { camera } = this;
    camera.position.copy(this.#target).addScaledVector(back, Math.min(this.#distance, this.clearance, this.#reach(this.#target)));
    camera.lookAt(this.#target);
    camera.updateMatrixWorld();
  }

  /** How far back from the target the camera may stand, so that it is not behind a wall. */
  #reach(target: Vector3): number {
    return this.inside ? Math.max(DISTANCE_MIN, this.#wayTo(target, back)) : DISTANCE_MAX;
  }

  /** Metres from a point to the walls. */
  #wayTo(from: Vector3, direction: Vector3): number {
    return this.bounds ? wayToWalls(this.bounds, from, direction, DISTANCE_MAX) : DISTANCE_MAX;
  }

  #keepInside(): void {
    if (this.bounds) keepInside(this.bounds, this.#goalTarget);
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** @throws RangeError where a coordinate is no finite number: a camera that is nowhere never comes back. */
export function checkView({ position, target }: View): void {
  const numbers = [...position, ...target];
  if (numbers.length !== 6 || !numbers.every(Number.isFinite))
    throw new RangeError(`a view is from three coordinates to three, got ${quote({ position, target })}`);
}
