import type { Group, Operand } from './group.ts';

/** An instruction that writes an output register, lane by lane. */
export interface Placed {
  readonly group: Group;
  /** Output register, or undefined for a temporary. */
  readonly output: string | undefined;
  /** Lane of the output for each lane of the group. */
  readonly outputLanes: readonly number[];
}

/** Where an operand stands in its group. */
export interface Position {
  readonly lane: number;
  readonly arg: number;
}

/** Argument positions of a group: each list is one source of the instruction. */
export function positionsOf(g: Group): Position[][] {
  if (g.vectors) {
    let at = 0;
    return g.vectors.map(n => {
      const first = at;
      at += n;
      return Array.from({ length: n }, (_, i) => ({ lane: 0, arg: first + i }));
    });
  }
  return g.lanes[0].args.map((_, arg) => g.lanes.map((_, lane) => ({ lane, arg })));
}

/** Makes a group read something else at one position. */
export function setOperand(g: Group, { lane, arg }: Position, o: Operand): void {
  // Lanes of a fetch share one list of arguments.
  const lanes = g.vectors ? g.lanes : [g.lanes[lane]];
  for (const l of lanes) {
    if (l.args[arg] === o) continue;
    l.args = [...l.args];
    l.args[arg] = o;
  }
}
