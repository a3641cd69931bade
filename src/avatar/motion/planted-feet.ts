import type { Pose } from '../skeleton/pose.ts';
import type { Skeleton } from '../skeleton/skeleton.ts';
import { allJoints } from '../skeleton/used-joints.ts';
import { worldMatrices } from '../skeleton/world-matrices.ts';
import type { FootPlant, Ground } from './foot-plant.ts';

type FootPlanting = typeof import('./foot-plant.ts');

/** The code that plants feet, once `loadFootPlanting` has loaded it. */
let footPlanting: FootPlanting | undefined;

/**
 * Loads the code that plants feet: 1.2 KB that a room does not need before it is interactive. Until it has loaded, and where it fails to
 * load, feet follow the clip.
 */
export async function loadFootPlanting(): Promise<void> {
  footPlanting ??= await import('./foot-plant.ts').catch(() => undefined);
}

/** The feet of one avatar: plants them once the code for that has loaded. */
export class PlantedFeet {
  /** The `motion` of `FootPlant.apply`, written before each `apply`. An array avoids boxed numbers. */
  readonly motion = new Float64Array(2);
  readonly #skeleton: Skeleton;
  /** Null where the skeleton has no hips or not two legs. */
  #plant: FootPlant | null | undefined;

  constructor(skeleton: Skeleton) {
    this.#skeleton = skeleton;
  }

  /** `FootPlant.reset` */
  reset(): void {
    this.#plant?.reset();
  }

  /**
   * Corrects a pose as `FootPlant.apply` does. Allocates nothing after the first call.
   * @param on - whether feet are planted now. If not, they follow the clip.
   * @returns whether `pose` was changed; if so, `world` is out of date.
   */
  apply(on: boolean, pose: Pose, world: Float32Array, matrix: Float32Array, ground: Ground | undefined): boolean {
    if (!on) this.#plant?.reset();
    else if (this.#plant === undefined && footPlanting) this.#plant = this.#create(footPlanting);
    return on && (this.#plant?.apply(pose, world, matrix, ground, this.motion) ?? false);
  }

  #create({ FootPlant }: FootPlanting): FootPlant | null {
    const { parents, rest, jointCount } = this.#skeleton;
    const world = new Float32Array(jointCount * 16);
    worldMatrices(parents, rest, world, allJoints(parents));
    return FootPlant.of(this.#skeleton, world) ?? null;
  }
}
