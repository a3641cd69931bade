import { mat3, vec3 } from 'gl-matrix';
import type { Pose } from '../skeleton/pose.ts';
import type { Skeleton } from '../skeleton/skeleton.ts';
import { reachWith } from './two-bone.ts';

/** Height of the floor at a place of the room, metres; NaN where nobody knows. */
export type Ground = (x: number, z: number) => number;

/** A foot is down while its ball is no higher over where it rests than this; once down, until it is higher than the second. Metres. */
const TOUCHES = 0.035;
const LIFTS = 0.07;
/** It comes down when it moves over the floor slower than this, and stays down until it is twice as fast: m/s, and share of the walk. */
const STANDS = 0.3;
const STANDS_WALKING = 0.2;
/** A foot that would have to be held farther from where the clip has it than this is let go of. Metres. */
const FARTHEST = 0.15;
/**
 * Seconds in which two thirds of a foot's way back to the clip are gone; of its way to another height, twice over, so that it does not
 * start with a jerk; of the hips'.
 */
const BACK = 0.08;
const RISE = 0.05;
const SINK = 0.06;
/** Share of a leg's length that it stretches to hold a foot; for the rest, the hips come down. */
const STRETCH = 0.985;
/** Steps of the floor that a leg follows, up or down. Metres. */
const HIGHEST_STEP = 0.45;
/** Nothing is moved for less than this. Metres. */
const WORTHWHILE = 2e-4;

const SIDES = ['left', 'right'] as const;

/** One leg, and what is done to it. */
interface Leg {
  readonly upper: number;
  readonly lower: number;
  readonly foot: number;
  /** The ball of the foot where there is one, for it stays down while the heel rises; else the ankle. */
  readonly ball: number;
  /** About what the knee bends: -x of the avatar, where +z is ahead, seen from the upper leg at rest. */
  readonly hinge: Float64Array;
  /** Height of the ball in the rest pose. */
  readonly restHeight: number;
  /** Room space, x z: where the ball stands, while it does; where the clip had it last time. */
  readonly stands: Float64Array;
  readonly last: Float64Array;
  /** Room space: how far the foot is moved from where the clip has it. */
  readonly offset: Float64Array;
  /** The floor under it over the avatar's own height, smoothed. */
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
 * Keeps feet that are down where they are, and on the floor however high that is: two-bone inverse kinematics on the legs, the hips
 * as high as the lower foot allows. What is "down" is told from the motion: clips need no marks. Works on the pose, after
 * world matrices were made of it.
 */
export class FootPlant {
  readonly #parents: Int16Array;
  readonly #hips: number;
  readonly #legs: readonly Leg[];
  /** By how much the hips are moved up. In an array: a field's number may become garbage each time. */
  readonly #raised = new Float64Array(1);
  /** Before the first pose nothing is known of how feet move. */
  #fresh = true;

  /** @param world - of the rest pose, see `worldMatrices`. @returns undefined where the skeleton has no hips or not two legs. */
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
      // First row of its rotation: where the avatar's x lies in its own space.
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

  /** Somebody was put elsewhere: where the feet were does not count. */
  reset(): void {
    this.#fresh = true;
  }

  /**
   * @param pose - is changed.
   * @param world - of `pose`, in the avatar's space.
   * @param matrix - avatar to room space: rotation and translation.
   * @param ground - without it the floor is flat, at the avatar's own height.
   * @param motion - [0]: seconds since the last call; [1]: m/s at which the avatar walks.
   * @returns whether `pose` was changed: then `world` is no longer true.
   */
  apply(pose: Pose, world: Float32Array, matrix: Float32Array, ground: Ground | undefined, motion: Float64Array): boolean {
    const fresh = this.#fresh || motion[0] > 0.5;
    this.#fresh = false;
    // Hips go as high as the lower foot, and as both legs reach.
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

  /** By how much is a matter of the avatar's space, the pose wants it in that of the hips' parent. */
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
    // The transpose is the inverse: an avatar stands and turns, it is not scaled.
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

/** Finds out whether the foot is down, and how far it has to be moved. */
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
  // Math.sqrt throughout: Math.hypot allocates.
  if (fresh) {
    leg.down = false;
    offset[0] = offset[2] = 0;
  } else {
    const height = world[at + 1] - leg.restHeight;
    const speed = Math.sqrt((ball[0] - last[0]) ** 2 + (ball[2] - last[1]) ** 2) / seconds;
    const slow = STANDS + STANDS_WALKING * motion[1];
    if (!leg.down && height < TOUCHES && speed < slow) {
      leg.down = true;
      // Where it is at this moment, so that nothing jumps.
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

/** Finds out how far up the hips may go, at most, for the leg to reach where its foot is held; below 0 they have to come down. */
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
  // A clip that stretches farther by itself may.
  const most = Math.max((Math.sqrt(thigh) + Math.sqrt(shin)) * STRETCH, Math.sqrt(now));
  const across = (target[0] - hip[0]) ** 2 + (target[2] - hip[2]) ** 2;
  allows[0] = Math.sqrt(Math.max(0, most * most - across)) - (hip[1] - target[1]);
}

/** `offset` is of the room. The transpose is the inverse: an avatar stands and turns, it is not scaled. */
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
