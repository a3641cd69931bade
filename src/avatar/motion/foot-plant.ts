import { mat3, vec3 } from 'gl-matrix';
import type { Pose } from '../skeleton/pose.ts';
import type { Skeleton } from '../skeleton/skeleton.ts';
import { reachWith } from './two-bone.ts';

/** Returns the floor's height at a place of the room, metres; NaN if it is unknown. */
export type Ground = (x: number, z: number) => number;

/** A foot lands when its ball is at most this far above its rest height, and lifts off above the second value. Metres. */
const TOUCHES = 0.035;
const LIFTS = 0.07;
/**
 * A foot lands below this speed over the floor, m/s, and lifts off at twice that. The second value is a share of the walking
 * speed.
 */
const STANDS = 0.3;
const STANDS_WALKING = 0.2;
/** A foot is released if it would be held farther than this from the clip's position. Metres. */
const FARTHEST = 0.15;
/**
 * Time constants in seconds, after which two thirds of the way are done: of a foot's return to the clip, of its change of height
 * (smoothed twice, so that it starts gently), and of the hips.
 */
const BACK = 0.08;
const RISE = 0.05;
const SINK = 0.06;
/** Share of a leg's length up to which it stretches to hold a foot. Beyond that, the hips are lowered. */
const STRETCH = 0.985;
/** Largest step of the floor that a leg follows, up or down. Metres. */
const HIGHEST_STEP = 0.45;
/** Corrections below this are skipped. Metres. */
const WORTHWHILE = 2e-4;

const SIDES = ['left', 'right'] as const;

/** One leg and its correction. */
interface Leg {
  readonly upper: number;
  readonly lower: number;
  readonly foot: number;
  /** The ball of the foot, because it stays down while the heel rises; the ankle if there is no ball. */
  readonly ball: number;
  /** The axis that the knee bends about: -x of the avatar (+z is ahead), in the space of the upper leg at rest. */
  readonly hinge: Float64Array;
  /** Height of the ball in the rest pose, metres. */
  readonly restHeight: number;
  /** Room space, x z: where the ball is planted, or where the clip last had it. */
  readonly stands: Float64Array;
  readonly last: Float64Array;
  /** Room space: the foot's displacement from the clip's position. */
  readonly offset: Float64Array;
  /** Smoothed height of the floor under the foot, relative to the avatar's own height. */
  readonly floor: Float64Array;
  /** See `allow`. */
  readonly allows: Float64Array;
  down: boolean;
}

const ball = new Float64Array(3);
const hip = vec3.create();
const knee = vec3.create();
const ankle = vec3.create();
const target = vec3.create();
const axis = vec3.create();
const shift = vec3.create();
const basis = mat3.create();

/**
 * Keeps planted feet in place and at the floor's height. It applies two-bone inverse kinematics to the legs.
 * It lowers the hips as far as the lower foot needs. It detects planted feet from their motion, so clips need no marks.
 * It changes the pose after world matrices were computed from it.
 */
export class FootPlant {
  readonly #parents: Int16Array;
  readonly #hips: number;
  readonly #legs: readonly Leg[];
  /** [0]: how far the hips are raised. It is an array, because a number field may be boxed on each write. */
  readonly #raised = new Float64Array(1);
  /** True before the first pose, when the feet's motion is still unknown. */
  #fresh = true;

  /**
   * Creates the planter of a skeleton.
   *
   * @param world - of the rest pose, see `worldMatrices`.
   * @returns undefined if the skeleton lacks hips or two legs.
   */
  static of({ parents, humanoid }: Skeleton, world: Float32Array): FootPlant | undefined {
    const hips = humanoid.get('hips');
    const legs: Leg[] = [];
    for (const side of SIDES) {
      const [upper, lower, foot] = ['UpperLeg', 'LowerLeg', 'Foot'].map(bone => humanoid.get(side + bone));
      if (upper === undefined || lower === undefined || foot === undefined) return undefined;
      if (
        !isBelow(parents, lower, upper) ||
        !isBelow(parents, foot, lower) ||
        hips === undefined ||
        !isBelow(parents, upper, hips)
      )
        return undefined;
      const toes = humanoid.get(`${side}Toes`);
      const at = toes !== undefined && isBelow(parents, toes, foot) ? toes : foot;
      // First row of its rotation: the avatar's x axis in the joint's space.
      const hinge = Float64Array.from({ length: 3 }, (_, k) => -world[upper * 16 + k * 4]);
      const [stands, last, offset] = [new Float64Array(2), new Float64Array(2), new Float64Array(3)];
      legs.push({
        upper,
        lower,
        foot,
        ball: at,
        hinge,
        restHeight: world[at * 16 + 13],
        stands,
        last,
        offset,
        floor: new Float64Array(1),
        allows: new Float64Array(1),
        down: false,
      });
    }
    return hips === undefined ? undefined : new FootPlant(parents, hips, legs);
  }

  private constructor(parents: Int16Array, hips: number, legs: readonly Leg[]) {
    this.#parents = parents;
    this.#hips = hips;
    this.#legs = legs;
  }

  /** Forgets the feet's last positions, after the avatar was placed elsewhere. */
  reset(): void {
    this.#fresh = true;
  }

  /**
   * Corrects a pose.
   *
   * @param pose - is changed.
   * @param world - of `pose`, in the avatar's space.
   * @param matrix - avatar to room space: rotation and translation.
   * @param ground - if undefined, the floor is flat at the avatar's own height.
   * @param motion - [0]: seconds since the last call; [1]: the avatar's walking speed, m/s.
   * @returns whether `pose` was changed; if so, `world` is out of date.
   */
  apply(pose: Pose, world: Float32Array, matrix: Float32Array, ground: Ground | undefined, motion: Float64Array): boolean {
    const fresh = this.#fresh || motion[0] > 0.5;
    this.#fresh = false;
    // The hips rise to the lower foot, as far as both legs reach.
    let lowest = Infinity;
    let most = 0;
    const raised = this.#raised;
    for (let i = 0; i < this.#legs.length; i++) {
      const leg = this.#legs[i];
      const { offset } = leg;
      follow(leg, world, matrix, ground, motion, fresh);
      allow(leg, world, matrix);
      lowest = Math.min(lowest, offset[1], leg.allows[0]);
      most = Math.max(most, Math.abs(offset[0]), Math.abs(offset[1]), Math.abs(offset[2]));
    }
    raised[0] += (lowest - raised[0]) * (fresh ? 1 : 1 - Math.exp(-motion[0] / SINK));
    if (most < WORTHWHILE && Math.abs(raised[0]) < WORTHWHILE) return false;
    this.#moveHips(pose, world);
    for (let i = 0; i < this.#legs.length; i++) this.#bend(this.#legs[i], pose, world, matrix);
    return true;
  }

  /** Moves the hips. The shift is in the avatar's space; the pose needs it in the space of the hips' parent. */
  #moveHips({ translations }: Pose, world: Float32Array): void {
    shift[0] = shift[2] = 0;
    shift[1] = this.#raised[0];
    const parent = this.#parents[this.#hips];
    if (parent >= 0) {
      const at = parent * 16;
      for (let column = 0; column < 3; column++)
        for (let row = 0; row < 3; row++) basis[column * 3 + row] = world[at + column * 4 + row];
      if (!mat3.invert(basis, basis)) return;
      vec3.transformMat3(shift, shift, basis);
    }
    for (let k = 0; k < 3; k++) translations[this.#hips * 3 + k] += shift[k];
  }

  #bend({ upper, lower, foot, offset, hinge }: Leg, pose: Pose, world: Float32Array, m: Float32Array): void {
    place(hip, world, upper);
    place(knee, world, lower);
    place(ankle, world, foot);
    // The transpose is the inverse: an avatar has a translation and a rotation, but no scale.
    for (let k = 0; k < 3; k++) target[k] = ankle[k] + m[k * 4] * offset[0] + m[k * 4 + 1] * offset[1] + m[k * 4 + 2] * offset[2];
    hip[1] += this.#raised[0];
    knee[1] += this.#raised[0];
    ankle[1] += this.#raised[0];
    const w = upper * 16;
    for (let k = 0; k < 3; k++) axis[k] = world[w + k] * hinge[0] + world[w + 4 + k] * hinge[1] + world[w + 8 + k] * hinge[2];
    vec3.normalize(axis, axis);
    reachWith(pose, this.#parents, upper, lower, foot, hip, knee, ankle, target, axis);
  }
}

/** Detects whether the foot is planted, and computes its displacement. */
function follow(
  leg: Leg,
  world: Float32Array,
  m: Float32Array,
  ground: Ground | undefined,
  motion: Float64Array,
  fresh: boolean,
): void {
  const { offset, stands, last } = leg;
  const at = leg.ball * 16 + 12;
  for (let k = 0; k < 3; k++) ball[k] = m[k] * world[at] + m[4 + k] * world[at + 1] + m[8 + k] * world[at + 2] + m[12 + k];
  const seconds = motion[0];
  // Math.sqrt throughout, because Math.hypot allocates.
  if (fresh) {
    leg.down = false;
    offset[0] = offset[2] = 0;
  } else {
    const height = world[at + 1] - leg.restHeight;
    const speed = Math.sqrt((ball[0] - last[0]) ** 2 + (ball[2] - last[1]) ** 2) / seconds;
    const slow = STANDS + STANDS_WALKING * motion[1];
    if (!leg.down && height < TOUCHES && speed < slow) {
      leg.down = true;
      // Its current position, so that nothing jumps.
      stands[0] = ball[0] + offset[0];
      stands[1] = ball[2] + offset[2];
    } else if (
      leg.down &&
      (height > LIFTS || speed > 2 * slow || (stands[0] - ball[0]) ** 2 + (stands[1] - ball[2]) ** 2 > FARTHEST ** 2)
    )
      leg.down = false;
    const left = leg.down ? 0 : Math.exp(-seconds / BACK);
    offset[0] = leg.down ? stands[0] - ball[0] : offset[0] * left;
    offset[2] = leg.down ? stands[1] - ball[2] : offset[2] * left;
  }
  last[0] = ball[0];
  last[1] = ball[2];
  const floor = ground ? ground(ball[0] + offset[0], ball[2] + offset[2]) : m[13];
  const step = Number.isFinite(floor) ? Math.min(HIGHEST_STEP, Math.max(-HIGHEST_STEP, floor - m[13])) : 0;
  const nearer = fresh ? 1 : 1 - Math.exp(-seconds / RISE);
  leg.floor[0] += (step - leg.floor[0]) * nearer;
  offset[1] += (leg.floor[0] - offset[1]) * nearer;
}

/** Computes how far the hips may rise for the leg to reach its foot. Below 0, they must be lowered. */
function allow({ upper, lower, foot, offset, allows }: Leg, world: Float32Array, m: Float32Array): void {
  place(hip, world, upper);
  place(knee, world, lower);
  place(ankle, world, foot);
  moved(target, ankle, offset, m);
  let thigh = 0;
  let shin = 0;
  let now = 0;
  for (let k = 0; k < 3; k++) {
    thigh += (hip[k] - knee[k]) ** 2;
    shin += (knee[k] - ankle[k]) ** 2;
    now += (hip[k] - ankle[k]) ** 2;
  }
  // A clip may stretch the leg farther by itself.
  const most = Math.max((Math.sqrt(thigh) + Math.sqrt(shin)) * STRETCH, Math.sqrt(now));
  const across = (target[0] - hip[0]) ** 2 + (target[2] - hip[2]) ** 2;
  allows[0] = Math.sqrt(Math.max(0, most * most - across)) - (hip[1] - target[1]);
}

/** Adds `offset`, given in room space. The transpose is the inverse: an avatar has a translation and a rotation, but no scale. */
function moved(out: vec3, from: vec3, offset: Float64Array, m: Float32Array): void {
  for (let k = 0; k < 3; k++) out[k] = from[k] + m[k * 4] * offset[0] + m[k * 4 + 1] * offset[1] + m[k * 4 + 2] * offset[2];
}

function place(out: vec3, world: Float32Array, joint: number): void {
  for (let k = 0; k < 3; k++) out[k] = world[joint * 16 + 12 + k];
}

function isBelow(parents: Int16Array, joint: number, above: number): boolean {
  for (let j = parents[joint]; j >= 0; j = parents[j]) if (j === above) return true;
  return false;
}
