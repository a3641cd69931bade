import type { MorphTarget } from '../../assets/meshes/mesh-asset.ts';

/**
 * How many morph targets one mesh shows at once. MorphedMesh moves vertices on the CPU; on a speaking face, weaker targets are
 * invisible.
 */
const MAX_ACTIVE_MORPHS = 4;

/** The morph targets that a part shows now, the strongest first. An unused place has weight 0. */
export interface ActiveMorphs {
  /** Indices into the part's `morphTargets`. */
  readonly targets: Uint16Array;
  readonly weights: Float32Array;
}

export function createActiveMorphs(): ActiveMorphs {
  return { targets: new Uint16Array(MAX_ACTIVE_MORPHS), weights: new Float32Array(MAX_ACTIVE_MORPHS) };
}

/** Weights of morph targets by name: the sum of what clips and callers set (a blink, a smile). */
export class MorphWeights {
  readonly #slots = new Map<string, number>();
  #set = new Float32Array(8);
  #values = new Float32Array(8);

  /** Number of known names. Most avatars have none. */
  get count(): number {
    return this.#slots.size;
  }

  /** One number a slot. The array is valid until the next new name. */
  get values(): Float32Array {
    return this.#values;
  }

  /** Returns the index of `name` in `values`. It never changes. */
  slot(name: string): number {
    let slot = this.#slots.get(name);
    if (slot === undefined) {
      slot = this.#slots.size;
      this.#slots.set(name, slot);
      if (slot >= this.#values.length) {
        this.#set = grown(this.#set);
        this.#values = grown(this.#values);
      }
    }
    return slot;
  }

  /**
   * Sets a weight that clips add to, 0..1.
   *
   * @throws RangeError if it is not finite.
   */
  set(name: string, weight: number): void {
    checkWeight(name, weight);
    this.#set[this.slot(name)] = weight;
  }

  /** Starts a new evaluation: resets all weights to the set ones, before clips add theirs. */
  begin(): void {
    this.#values.set(this.#set);
  }

  /** Removes all set and added weights. */
  clear(): void {
    this.#values.fill(0);
  }

  /** Returns the slot of each of a part's targets, for `select`. */
  bind(targets: readonly MorphTarget[]): Uint16Array {
    return Uint16Array.from(targets, t => this.slot(t.name));
  }

  /** Writes the strongest `MAX_ACTIVE_MORPHS` of the targets bound in `slots` into `out`. Allocates nothing. */
  select(slots: Uint16Array, { targets, weights }: ActiveMorphs): void {
    weights.fill(0);
    for (let t = 0; t < slots.length; t++) {
      const weight = this.#values[slots[t]];
      let place = weights.length;
      while (place > 0 && Math.abs(weight) > Math.abs(weights[place - 1])) place--;
      if (place === weights.length) continue;
      weights.copyWithin(place + 1, place, weights.length - 1);
      targets.copyWithin(place + 1, place, targets.length - 1);
      weights[place] = weight;
      targets[place] = t;
    }
  }
}

/**
 * Checks a morph weight.
 *
 * @throws RangeError if it is not finite.
 */
export function checkWeight(name: string, weight: number): void {
  if (!Number.isFinite(weight)) throw new RangeError(`the weight of "${name}" must be a finite number, got ${weight}`);
}

function grown(array: Float32Array): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(array.length * 2);
  larger.set(array);
  return larger;
}
