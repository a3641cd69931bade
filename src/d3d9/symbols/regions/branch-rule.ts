/** The rule by which Microsoft's compiler keeps an `if` or turns it into selections. */
import type { Target } from '../../target.ts';
import { type Node, TEX_BIAS, TEX_PLAIN } from '../graph/graph.ts';

/** What the two sides of an `if` hold. */
export interface BranchTraits {
  /** The texture fetches of both sides. */
  readonly fetches: readonly Node[];
  /** The number of vector operations of both sides. */
  readonly operations: number;
  readonly bothSides: boolean;
}

/** An `if` without texture fetches is kept from this many operations. Measured on 74 generated shaders. */
const LARGE = 74;
/** What the selections of an `if` with `else` cost a vertex shader. */
const VERTEX_ELSE = 4;

/** True where Microsoft's compiler keeps an `if` as flow control. Shader model 2 has no such instruction. */
export function keepsBranch(target: Target, { fetches, operations, bothSides }: BranchTraits): boolean {
  if (target.model === 2) return false;
  if (!fetches.every(f => isLegalInFlow(target, f))) return false;
  return fetches.length > 0 || operations + (bothSides && !target.fragment ? VERTEX_ELSE : 0) > LARGE;
}

/**
 * True for a fetch that may stand inside an `if`. Fetches that need derivatives may not read a computed coordinate there (X6077).
 */
function isLegalInFlow(target: Target, fetch: Node): boolean {
  if (!target.fragment || (fetch.register !== TEX_PLAIN && fetch.register !== TEX_BIAS)) return true;
  return fetch.args.every(a => a.op === 'input' || a.op === 'uniform' || a.op === 'const');
}

/** True for a fetch that reads its coordinate from one register, so that no instruction must precede it. */
export function readsOneRegister(fetch: Node): boolean {
  const [first] = fetch.args;
  return fetch.args.every(a => a.op === first.op && a.variable === first.variable && a.register === first.register);
}
