/** The placement of computations in blocks of flow control. */

import { type Node, TEX_BIAS, TEX_PLAIN } from '../graph/graph.ts';
import { readsOneRegister } from './branch-rule.ts';
import { type Block, type Carried, common, outward, type Region, type Regions, SHADER } from './region.ts';

/** The nodes that the outputs need, and the block that computes each. */
export interface Placement {
  /** The needed nodes in order of creation. */
  readonly live: readonly Node[];
  readonly blocks: ReadonlyMap<Node, Block>;
  /** The needed regions, outer ones before inner ones, with their needed carried scalars. */
  readonly regions: readonly { readonly region: Region; readonly carried: readonly Carried[] }[];
}

/**
 * Finds the nodes that the roots need. Each is computed in the outermost possible block, so loop invariants move before the loop.
 */
export function place(roots: readonly Node[], regions: Regions): Placement {
  const live = new Set<Node>();
  const entered = new Set<Region>();
  const stack = [...roots];
  const enter = (region: Region) => {
    if (entered.has(region)) return;
    entered.add(region);
    if (region.test) stack.push(region.test.a, region.test.b);
    for (const e of region.effects) {
      if (e.kind === 'kill') stack.push(e.value);
      else stack.push(e.test.a, e.test.b);
    }
    if (region.block.owner) enter(region.block.owner);
  };
  const carriedOf = new Map<Node, { c: Carried; index: number }>();
  for (const region of regions.all) {
    region.carried.forEach((c, index) => {
      carriedOf.set(c.after, { c, index });
      if (c.inside) carriedOf.set(c.inside, { c, index });
    });
    if (region.effects.some(e => e.kind === 'kill')) enter(region);
  }
  for (let n = stack.pop(); n; n = stack.pop()) {
    if (live.has(n)) continue;
    live.add(n);
    for (const a of n.args) stack.push(a);
    const carried = carriedOf.get(n);
    const region = carried && regions.of(n);
    if (!carried || !region) continue;
    const { c, index } = carried;
    enter(region);
    live.add(c.after);
    if (c.inside) live.add(c.inside);
    if (c.before) stack.push(c.before);
    stack.push(...c.ends);
    for (const e of region.effects) if (e.kind === 'break') stack.push(e.values[index]);
  }
  const order = [...live].sort((a, b) => a.id - b.id);
  const blocks = new Map<Node, Block>();
  for (const n of order) blocks.set(n, blockOf(n, blocks, regions));
  if (regions.all.some(r => r.kind === 'if' && entered.has(r))) sink(roots, order, blocks, [...entered]);
  const list = regions.all
    .filter(r => entered.has(r))
    .map(region => ({ region, carried: region.carried.filter(c => live.has(c.after)) }));
  return { live: order, blocks, regions: list.sort((a, b) => a.region.block.depth - b.region.block.depth) };
}

/** Moves what only one side of an `if` reads into that side. Nothing moves into a loop. */
function sink(roots: readonly Node[], order: readonly Node[], blocks: Map<Node, Block>, regions: readonly Region[]): void {
  const reader = new Map<Node, Block>();
  const read = (n: Node, by: Block) => {
    const known = reader.get(n);
    reader.set(n, known ? common(known, by) : by);
  };
  for (const n of roots) read(n, SHADER);
  for (const { block, blocks: inner, test, carried, effects } of regions) {
    if (test) for (const n of [test.a, test.b]) read(n, block);
    for (const e of effects) for (const n of e.kind === 'kill' ? [e.value] : [e.test.a, e.test.b, ...e.values]) read(n, inner[0]);
    for (const c of carried) {
      if (c.before) read(c.before, block);
      c.ends.forEach((n, i) => void read(n, inner[i]));
    }
  }
  for (const n of [...order].reverse()) {
    const from = blocks.get(n) ?? SHADER;
    const to = staysOutside(n) ? from : deepest(from, reader.get(n) ?? from);
    blocks.set(n, to);
    for (const a of n.args) read(a, to);
  }
}

/**
 * True for what no instruction makes, and for a fetch with derivatives whose coordinate takes a copy: a register is no legal
 * source in an `if`.
 */
const staysOutside = (n: Node): boolean =>
  n.op === 'carried' ||
  n.op === 'const' ||
  n.op === 'uniform' ||
  n.op === 'input' ||
  (n.op === 'tex' && (n.register === TEX_PLAIN || n.register === TEX_BIAS) && !readsOneRegister(n));

/** Returns the innermost block between two that only `if`s separate from the outer one. */
function deepest(from: Block, to: Block): Block {
  const between: Block[] = [];
  for (const b of outward(to)) {
    if (b === from) break;
    between.push(b);
  }
  let at = from;
  for (const b of between.reverse()) {
    if (b.owner?.kind !== 'if') break;
    at = b;
  }
  return at;
}

function blockOf(n: Node, blocks: ReadonlyMap<Node, Block>, regions: Regions): Block {
  if (n.op === 'carried') {
    const region = regions.of(n);
    if (!region) return SHADER;
    return region.carried.some(c => c.inside === n) ? region.blocks[0] : region.block;
  }
  return innermost(n.args.map(a => blocks.get(a) ?? SHADER));
}

export const innermost = (blocks: readonly Block[]): Block => blocks.reduce((a, b) => (b.depth > a.depth ? b : a), SHADER);
