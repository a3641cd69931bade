/** Bakes the swing of cloth chains into clips. */
import { mat4, quat, vec3 } from 'gl-matrix';
import type { AnimationAsset, AnimationTrack } from '../../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../../assets/motion/skeleton-asset.ts';
import { PoseSampler } from '../../model/pose-sampler.ts';

/** A chain in the skeleton: its joints, from the one that is held, and the length of the last segment. */
export interface SwingingChain {
  readonly parent: number;
  readonly joints: readonly number[];
  /** From the last joint to the tip, in the space of the last joint, metres. */
  readonly tip: readonly [number, number, number];
}

/** Steps a second of the simulation; every second one becomes a key. */
const STEPS = 60;
/** The part of the velocity that a step keeps, and of the way to the rest pose that it goes. Tuned to shoulder-long hair. */
const KEPT = 0.93;
const PULL = 0.08;
/** m/s^2. */
const GRAVITY = 9.81;
/** A segment turns at most this far from its rest direction (radians), because nothing collides with the body. */
const WIDEST = 0.6;
/** Seconds that a clip plays before it is recorded, so that its start fits its end. */
const WARM = 2;
/** The last share of a looping clip, which fades into its first keys. */
const FADE = 0.2;
/** Maximum seconds of a clip whose cloth swings. Longer ones would take a second to simulate. */
const LONGEST = 120;

/**
 * Returns the clip with rotations of all chain joints. Particles at the ends of the segments move by Verlet integration. A rest
 * pose that stands upright stays at rest: gravity counts only as far as the parent has turned from it.
 */
export function swing(clip: AnimationAsset, skeleton: SkeletonAsset, chains: readonly SwingingChain[]): AnimationAsset {
  if (chains.length === 0 || clip.duration > LONGEST || clip.tracks.every(t => t.path === 'weight')) return clip;
  const rest = new PoseSampler({ ...clip, tracks: [] }, skeleton).sample(0).slice();
  const pose = new PoseSampler(clip, skeleton);
  const steps = Math.max(2, Math.round(clip.duration * STEPS));
  const warm = clip.loop ? Math.ceil((WARM * STEPS) / steps) * steps : WARM * STEPS;
  const simulated = chains.map(chain => new Simulated(chain, rest));
  const keys: number[] = [];
  const tracks = new Map<number, number[]>();
  for (let step = -warm; step <= steps; step++) {
    // A clip that does not loop stands still before it begins.
    const at = clip.loop ? ((step % steps) + steps) % steps : Math.max(0, step);
    const world = pose.sample(step === steps ? clip.duration : (at / steps) * clip.duration);
    for (const chain of simulated) chain.step(world, clip.duration / steps);
    if (step < 0 || (step % 2 === 1 && step < steps)) continue;
    keys.push((step / steps) * clip.duration);
    for (const chain of simulated) chain.write(tracks);
  }
  const added: AnimationTrack[] = [...tracks].map(([joint, values]) => {
    if (clip.loop) close(values);
    const times = Float32Array.from(keys);
    return { target: skeleton.names[joint], path: 'rotation', interpolation: 'linear', times, values: Float32Array.from(values) };
  });
  return { ...clip, tracks: [...clip.tracks, ...added] };
}

/** Fades the last keys into the first one, so that a loop has no jump. */
function close(values: number[]): void {
  const count = values.length / 4;
  const first = quat.fromValues(values[0], values[1], values[2], values[3]);
  for (let key = Math.floor(count * (1 - FADE)); key < count; key++) {
    const share = (key - count * (1 - FADE)) / Math.max(1e-6, count - 1 - count * (1 - FADE));
    const q = quat.fromValues(values[key * 4], values[key * 4 + 1], values[key * 4 + 2], values[key * 4 + 3]);
    quat.slerp(q, q, first, Math.min(1, Math.max(0, share)));
    for (let k = 0; k < 4; k++) values[key * 4 + k] = q[k];
  }
}

/** The particles of one chain, in avatar space. */
class Simulated {
  readonly #chain: SwingingChain;
  /** Rest vector of each segment, in the space of its joint. */
  readonly #segments: vec3[];
  /** Where the chain is held, in the space of its parent. */
  readonly #held: vec3;
  readonly #upright: quat;
  readonly #now: vec3[];
  readonly #before: vec3[];
  readonly #turns: quat[];
  #started = false;

  constructor(chain: SwingingChain, rest: Float64Array) {
    this.#chain = chain;
    const placeOf = (joint: number) => vec3.fromValues(rest[joint * 16 + 12], rest[joint * 16 + 13], rest[joint * 16 + 14]);
    const inverse = mat4.invert(mat4.create(), matrixOf(rest, chain.parent)) ?? mat4.create();
    this.#held = vec3.transformMat4(vec3.create(), placeOf(chain.joints[0]), inverse);
    this.#upright = rotationOf(rest, chain.parent);
    this.#segments = chain.joints.map((joint, k) => {
      if (k === chain.joints.length - 1) return vec3.fromValues(...chain.tip);
      const toJoint = mat4.invert(mat4.create(), matrixOf(rest, joint)) ?? mat4.create();
      return vec3.transformMat4(vec3.create(), placeOf(chain.joints[k + 1]), toJoint);
    });
    this.#now = this.#segments.map(() => vec3.create());
    this.#before = this.#segments.map(() => vec3.create());
    this.#turns = this.#segments.map(() => quat.create());
  }

  step(world: Float64Array, seconds: number): void {
    const from = vec3.transformMat4(vec3.create(), this.#held, matrixOf(world, this.#chain.parent));
    const turn = rotationOf(world, this.#chain.parent);
    const down = downwards(turn, this.#upright, seconds);
    this.#segments.forEach((segment, k) => {
      const length = vec3.length(segment);
      const straight = vec3.transformQuat(vec3.create(), segment, turn);
      const goal = vec3.add(vec3.create(), from, straight);
      const [now, before] = [this.#now[k], this.#before[k]];
      if (!this.#started) {
        vec3.copy(now, goal);
        vec3.copy(before, goal);
      }
      const next = vec3.scaleAndAdd(vec3.create(), now, vec3.subtract(vec3.create(), now, before), KEPT);
      vec3.add(next, next, down);
      vec3.lerp(next, next, goal, PULL);
      const arm = vec3.subtract(vec3.create(), next, from);
      const bent = between(straight, arm);
      vec3.transformQuat(arm, vec3.scale(arm, straight, length / Math.max(1e-9, vec3.length(straight))), bent);
      vec3.copy(before, now);
      vec3.add(now, from, arm);
      const turned = quat.multiply(quat.create(), bent, turn);
      quat.multiply(this.#turns[k], quat.invert(quat.create(), turn), turned);
      quat.normalize(this.#turns[k], this.#turns[k]);
      quat.copy(turn, turned);
      vec3.copy(from, now);
    });
    this.#started = true;
  }

  write(tracks: Map<number, number[]>): void {
    this.#chain.joints.forEach((joint, k) => {
      const values = tracks.get(joint) ?? [];
      values.push(...this.#turns[k]);
      tracks.set(joint, values);
    });
  }
}

/** Returns what gravity adds in a step: the difference to gravity at rest, turned with the parent. */
function downwards(turn: quat, upright: quat, seconds: number): vec3 {
  const since = quat.multiply(quat.create(), turn, quat.invert(quat.create(), upright));
  const rest = vec3.transformQuat(vec3.create(), [0, -1, 0], since);
  return vec3.scale(rest, vec3.subtract(rest, [0, -1, 0], rest), GRAVITY * seconds * seconds);
}

/** Returns the shortest rotation from one direction to another, by at most WIDEST. */
function between(from: vec3, to: vec3): quat {
  const [a, b] = [vec3.normalize(vec3.create(), from), vec3.normalize(vec3.create(), to)];
  if (vec3.length(a) === 0 || vec3.length(b) === 0) return quat.create();
  const bent = quat.rotationTo(quat.create(), a, b);
  const angle = quat.getAxisAngle(vec3.create(), bent);
  return angle > WIDEST && angle < 2 * Math.PI - WIDEST ? quat.slerp(bent, quat.create(), bent, WIDEST / angle) : bent;
}

const matrixOf = (matrices: Float64Array, joint: number): mat4 =>
  matrices.subarray(joint * 16, joint * 16 + 16) as unknown as mat4;
const rotationOf = (matrices: Float64Array, joint: number): quat =>
  quat.normalize(quat.create(), mat4.getRotation(quat.create(), matrixOf(matrices, joint)));
