import type { Node } from './graph.ts';

/** Code that runs as a whole: the shader, the body of a kept loop, or one side of a kept `if`. */
export interface Block {
  /** No other block has it. */
  readonly id: number;
  readonly depth: number;
  /** What the block belongs to; undefined for the shader. */
  owner: Region | undefined;
}

/** A scalar that a kept loop or `if` changes. It has one register, however many values it takes. */
export interface Carried {
  /** The scalar while the loop runs. An `if` has none: its sides read what was there before. */
  readonly inside: Node | undefined;
  /** The scalar behind the loop or `if`. */
  readonly after: Node;
  /** The scalar before: loops only. */
  readonly before: Node | undefined;
  /** The scalar at the end of each block: the body of a loop, or the two sides of an `if`. */
  ends: Node[];
  /** Scalars of the same number share a register. */
  readonly home: number;
  /** Lane of that register. */
  readonly lane: number;
}

/** A comparison that `if` and `break` make themselves. */
export interface Test {
  readonly op: 'lt' | 'ge' | 'eq' | 'ne';
  readonly a: Node;
  readonly b: Node;
}

/** What happens in a loop besides computing, in the order of the source. */
export type Effect =
  | { readonly kind: 'break'; readonly test: Test; readonly values: readonly Node[] }
  | { readonly kind: 'kill'; readonly value: Node };

/** A loop or `if` that stays flow control (ps_3_0, vs_3_0; vs_2_0 has loops of a known count). */
export interface Region {
  readonly id: number;
  readonly kind: 'loop' | 'if';
  /** Where it stands. */
  readonly block: Block;
  readonly blocks: readonly Block[];
  /** How often a loop runs. */
  readonly count: number;
  /** `if`: when the first block runs. */
  readonly test: Test | undefined;
  readonly carried: Carried[];
  readonly effects: Effect[];
  readonly line: number;
}

export const SHADER: Block = { id: 0, depth: 0, owner: undefined };

/** The block and those around it, from the inside. */
export function* outward(block: Block): Generator<Block> {
  for (let b: Block | undefined = block; b; b = b.owner?.block) yield b;
}

export const encloses = (outer: Block, inner: Block): boolean => [...outward(inner)].includes(outer);

/** The innermost block that both stand in. */
export function common(a: Block, b: Block): Block {
  const around = new Set(outward(a));
  for (const block of outward(b)) if (around.has(block)) return block;
  return SHADER;
}

/** All regions of a shader, and which of them a carried scalar belongs to. */
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

  /** The region that carries the scalar; undefined for others. */
  of(n: Node): Region | undefined {
    return this.#of.get(n);
  }
}
