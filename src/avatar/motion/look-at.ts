import { quat, vec3 } from 'gl-matrix';
import type { Pose } from '../skeleton/pose.ts';
import type { Skeleton } from '../skeleton/skeleton.ts';

/** How far a head turns before the body would have to: radians to the side, and up or down. */
const MAX_YAW = 1.2;
const MAX_PITCH = 0.6;
/**
 * A point farther behind is looked at over the nearer shoulder. A point that circles the figure must not make the head swing
 * round.
 */
const BEHIND = 2.4;
/** The neck's share of the turn, if there is a neck. */
const NECK_SHARE = 0.4;
/** Time constant in seconds: after it, the gaze has covered two thirds of the way. */
const SETTLE_SECONDS = 0.18;

const rotation = quat.create();
const turn = quat.create();
const local = quat.create();
const facing = vec3.create();

/**
 * Turns an avatar's head towards a point, smoothly and within a neck's limits. The neck takes part of the turn if there is one.
 * It changes the pose before world matrices are computed, using only the few joints above the head.
 */
export class LookAt {
  readonly #parents: Int16Array;
  readonly #chain: readonly number[];
  readonly #neck: number;
  readonly #restInverse: quat;
  /** Yaw of the target, radians; NaN if there is none. */
  #wantsYaw = Number.NaN;
  #wantsPitch = 0;
  #yaw = 0;
  #pitch = 0;
  /** 0: the animation controls the head; 1: the target does. */
  #weight = 0;

  /**
   * Creates the look-at of a skeleton.
   *
   * @returns undefined if the skeleton has no head.
   */
  static of(skeleton: Skeleton): LookAt | undefined {
    const head = skeleton.humanoid.get('head');
    return head === undefined ? undefined : new LookAt(skeleton, head);
  }

  private constructor({ parents, rest, humanoid }: Skeleton, head: number) {
    this.#parents = parents;
    const chain: number[] = [];
    for (let joint = head; joint >= 0; joint = parents[joint]) chain.unshift(joint);
    this.#chain = chain;
    const neck = humanoid.get('neck') ?? -1;
    this.#neck = chain.includes(neck) ? neck : -1;
    const world = quat.create();
    for (const joint of chain) quat.multiply(world, world, rest.rotations.subarray(joint * 4, joint * 4 + 4));
    this.#restInverse = quat.invert(quat.create(), world);
  }

  get head(): number {
    return this.#chain[this.#chain.length - 1];
  }

  /**
   * Sets the target.
   *
   * @param point - x y z from the head to the point, in the avatar's space (the figure faces +z).
   */
  towards(point: Float32Array): void {
    const x = point[0];
    const y = point[1];
    const z = point[2];
    const yaw = Math.atan2(x, z);
    const overOther = Math.abs(yaw) > BEHIND && yaw * this.#wantsYaw < 0;
    this.#wantsYaw = clamp(overOther ? -yaw : yaw, MAX_YAW);
    this.#wantsPitch = clamp(Math.atan2(y, Math.sqrt(x * x + z * z)), MAX_PITCH);
  }

  /** Returns the head to the animation. */
  release(): void {
    this.#wantsYaw = Number.NaN;
  }

  /**
   * Turns the neck and head of `pose`. Allocates nothing.
   *
   * @param seconds - since the last call.
   */
  apply(pose: Pose, seconds: number): void {
    const looking = !Number.isNaN(this.#wantsYaw);
    if (!looking && this.#weight < 1e-3) return;
    const share = 1 - Math.exp(-seconds / SETTLE_SECONDS);
    this.#weight += ((looking ? 1 : 0) - this.#weight) * share;
    if (looking) {
      this.#yaw += (this.#wantsYaw - this.#yaw) * share;
      this.#pitch += (this.#wantsPitch - this.#pitch) * share;
    }
    if (this.#weight < 1e-3) return;
    if (this.#neck >= 0) this.#turn(pose, this.#neck, NECK_SHARE);
    this.#turn(pose, this.head, 1);
  }

  /** Turns `joint` so that the head's direction covers `share` of the way to its goal. */
  #turn({ rotations }: Pose, joint: number, share: number): void {
    const weight = share * this.#weight;
    quat.identity(rotation);
    worldRotation(this.#chain, rotations, this.head, rotation);
    quat.multiply(rotation, rotation, this.#restInverse);
    vec3.transformQuat(facing, FORWARD, rotation);
    const yaw = (wrap(this.#yaw - Math.atan2(facing[0], facing[2])) * weight) / 2;
    const pitch = ((this.#pitch - Math.atan2(facing[1], Math.sqrt(facing[0] ** 2 + facing[2] ** 2))) * weight) / 2;
    // In the avatar's space: first about y to the side, then up or down about the sideways axis.
    // Written out instead of quat.setAxisAngle, because number arguments may be boxed.
    turn[0] = turn[2] = 0;
    turn[1] = Math.sin(yaw);
    turn[3] = Math.cos(yaw);
    const sin = -Math.sin(pitch);
    local[0] = Math.cos(this.#yaw) * sin;
    local[1] = 0;
    local[2] = -Math.sin(this.#yaw) * sin;
    local[3] = Math.cos(pitch);
    quat.multiply(turn, local, turn);
    // From the avatar's space to that of the joint's parent: p^-1 turn p q.
    quat.identity(rotation);
    if (this.#parents[joint] >= 0) worldRotation(this.#chain, rotations, this.#parents[joint], rotation);
    load(local, rotations, joint);
    quat.multiply(local, rotation, local);
    quat.multiply(local, turn, local);
    quat.conjugate(rotation, rotation);
    quat.multiply(local, rotation, local);
    quat.normalize(local, local);
    for (let k = 0; k < 4; k++) rotations[joint * 4 + k] = local[k];
  }
}

const FORWARD = vec3.fromValues(0, 0, 1);
const step = quat.create();

function load(out: quat, rotations: Float32Array, joint: number): void {
  for (let k = 0; k < 4; k++) out[k] = rotations[joint * 4 + k];
}

/** Multiplies the rotations along `chain` down to `joint`, into `out`. */
function worldRotation(chain: readonly number[], rotations: Float32Array, joint: number, out: quat): void {
  for (let i = 0; i < chain.length; i++) {
    load(step, rotations, chain[i]);
    quat.multiply(out, out, step);
    if (chain[i] === joint) return;
  }
}

function clamp(angle: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, angle));
}

function wrap(angle: number): number {
  return angle > Math.PI ? angle - 2 * Math.PI : angle < -Math.PI ? angle + 2 * Math.PI : angle;
}
