import { type PerspectiveCamera, Vector3 } from 'three';
import { quote } from '../../core/errors.ts';
import { type Bounds, keepInside, wayToWalls } from './keep-inside.ts';

/** The position of a camera and its target, metres. */
export interface View {
  readonly position: readonly [number, number, number];
  readonly target: readonly [number, number, number];
}

/** Limits of the pitch, radians: nearly straight up, and as far below the target as a standing eye can be. */
const PITCH_MIN = -1.2;
const PITCH_MAX = 1.45;
const DISTANCE_MIN = 0.4;
const DISTANCE_MAX = 60;
/** Time constant of approaching the goal, seconds: quick and smooth. */
const SETTLE_SECONDS = 0.12;
const FLY_SECONDS = 0.35;

const forward = new Vector3();
const right = new Vector3();
const back = new Vector3();
const eye = new Vector3();

/**
 * A camera that looks at a target from a distance, turned by yaw and pitch. Input moves the goal. `update` moves the camera
 * towards it smoothly. Allocates nothing after construction.
 *
 * npm's camera-controls 3.1.2 does this and more, in 10.3 KB min+gzip. This file and camera-input.ts take 3.0 KB of the page's 130.
 */
export class CameraRig {
  readonly camera: PerspectiveCamera;
  /** Whether to move without easing (reduced motion, golden images). */
  immediate = false;
  /** Limits of the target. Undefined: none. */
  bounds: Bounds | undefined;
  /** Whether the camera stays within `bounds` too, for rooms with walls. */
  inside = false;
  /** Metres from the target at which something blocks the camera. */
  clearance = Number.POSITIVE_INFINITY;
  /** Minimum and maximum distance from the target, metres, within 0.4 and 60. */
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

  /** Sets the minimum and maximum distance, metres, clamped to 0.4 to 60. */
  limitDistance(min = DISTANCE_MIN, max = DISTANCE_MAX): void {
    this.#limits.min = clamp(min, DISTANCE_MIN, DISTANCE_MAX);
    this.#limits.max = Math.max(this.#limits.min, clamp(max, DISTANCE_MIN, DISTANCE_MAX));
    this.#goalDistance = this.#within(this.#goalDistance);
  }

  /** Moves to a view at once. */
  jump({ position, target }: View): void {
    this.#aim(position, target);
    this.#arrive();
  }

  /** Moves to a view smoothly. */
  fly({ position, target }: View): void {
    this.#aim(position, target);
    this.#settle = FLY_SECONDS;
  }

  /** Looks at `point` from `distance`, from the current side. */
  lookAt(point: Vector3, distance: number): void {
    this.#goalTarget.copy(point);
    this.#goalDistance = this.#within(distance);
    this.#settle = FLY_SECONDS;
  }

  /** Follows a moving target without restarting the easing. */
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
   * Turns the camera in place. The target moves with it and stays in the room. Radians, to the left and up.
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

  /** Moves over the floor: metres ahead and to the right, seen from the camera. */
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
    // The shorter way round, if the camera flies.
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

  /** Writes the direction from the target to the camera into `back`, length 1. */
  #backOf(yaw: number, pitch: number): Vector3 {
    const flat = Math.cos(pitch);
    return back.set(Math.sin(yaw) * flat, Math.sin(pitch), Math.cos(yaw) * flat);
  }

  #within(distance: number): number {
    return clamp(distance, this.#limits.min, this.#limits.max);
  }

  /** Returns the distance between target and camera along `back`, also without easing. */
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

  /** Returns the largest distance from the target at which the camera is not behind a wall. */
  #reach(target: Vector3): number {
    return this.inside ? Math.max(DISTANCE_MIN, this.#wayTo(target, back)) : DISTANCE_MAX;
  }

  /** Distance from a point to the walls, metres. */
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

/** @throws RangeError if a coordinate is not a finite number. The camera could never recover from a NaN. */
export function checkView({ position, target }: View): void {
  const numbers = [...position, ...target];
  if (numbers.length !== 6 || !numbers.every(Number.isFinite))
    throw new RangeError(`a view has two points of three finite coordinates, got ${quote({ position, target })}`);
}
