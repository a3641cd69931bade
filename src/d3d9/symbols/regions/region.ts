/** Regions: the loops and branches that stay flow control. */
import type { Node } from '../graph/graph.ts';

/** Code that runs as a whole: the shader, the body of a kept loop, or one side of a kept `if`. */
export interface Block {
  /** The unique id of the block. */
  readonly id: number;
  readonly depth: number;
  /** The region that contains the block, undefined for the shader. */
  owner: Region | undefined;
}

/** A scalar that a kept loop or `if` changes. One register holds all its values. */
export interface Carried {
  /** The scalar while the loop runs. Undefined for an `if`, whose sides read the value from before it. */
  readonly inside: Node | undefined;
  /** The scalar after the loop or `if`. */
  readonly after: Node;
  /** The scalar before the loop. Undefined for an `if`. */
  readonly before: Node | undefined;
  /** The scalar at the end of each block: the loop's body, or both sides of an `if`. */
  ends: Node[];
  /** The number of the register. Scalars with the same number share it. */
  readonly home: number;
  /** The lane of that register. */
  readonly lane: number;
}

/** A comparison that `if` and `break` evaluate themselves. */
export interface Test {
  readonly op: 'lt' | 'ge' | 'eq' | 'ne';
  readonly a: Node;
  readonly b: Node;
}

/** A side effect in a loop, in source order. */
export type Effect =
  | { readonly kind: 'break'; readonly test: Test; readonly values: readonly Node[] }
  | { readonly kind: 'kill'; readonly value: Node };

/** A loop or `if` that stays flow control (ps_3_0 and vs_3_0; vs_2_0 has loops with a known count). */
export interface Region {
  readonly id: number;
  readonly kind: 'loop' | 'if';
  /** The block that contains it. */
  block: Block;
  readonly blocks: readonly Block[];
  /** The iteration count of a loop. */
  readonly count: number;
  /** `if`: the condition under which the first block runs. */
  test: Test | undefined;
  readonly carried: Carried[];
  readonly effects: Effect[];
  readonly line: number;
}

export const SHADER: Block = { id: 0, depth: 0, owner: undefined };

/** Yields the block and the blocks around it, from the inside out. */
export function* outward(block: Block): Generator<Block> {
  for (let b: Block | undefined = block; b; b = b.owner?.block) yield b;
}

export const encloses = (outer: Block, inner: Block): boolean => [...outward(inner)].includes(outer);

/** Returns the innermost block that contains both. */
export function common(a: Block, b: Block): Block {
  const around = new Set(outward(a));
  for (const block of outward(b)) if (around.has(block)) return block;
  return SHADER;
}

/** All regions of a shader, and the region of each carried scalar. */
export class Regions {
  readonly all: Region[] = [];
  readonly #of = new Map<Node, Region>();

  add(region: Region): void {
    this.all.push(region);
    for (const c of region.carried) {
      if (c.inside) this.#of.set(c.inside, region);
      this.#of.set(c.after, region);
    }
  }

  /** Forgets the regions that were added after there were `length` of them. */
  rewind(length: number): void {
    this.all.length = length;
  }

  /** Moves the regions of `inner` to the block around it: its `if` became a selection. */
  dissolve(inner: Block, around: Block): void {
    for (const r of this.all) if (r.block === inner) r.block = around;
  }

  /** Returns the region that carries the scalar, undefined for other scalars. */
  of(n: Node): Region | undefined {
    return this.#of.get(n);
  }
}
