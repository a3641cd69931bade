/** Instructions with their output registers, and the positions of their operands. */
import type { Group, Operand } from './groups/group.ts';

/** An instruction and the output register that it writes, lane by lane. */
export interface Placed {
  readonly group: Group;
  /** The output register, undefined for a temporary. */
  readonly output: string | undefined;
  /** The output lane for each lane of the group. */
  readonly outputLanes: readonly number[];
}

/** The position of an operand in its group. */
export interface Position {
  readonly lane: number;
  readonly arg: number;
}

/** Returns the argument positions of a group. Each list is one source of the instruction. */
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

/** Replaces the operand of a group at one position. */
export function setOperand(g: Group, { lane, arg }: Position, o: Operand): void {
  // The lanes of a fetch share one list of arguments.
  const lanes = g.vectors ? g.lanes : [g.lanes[lane]];
  for (const l of lanes) {
    if (l.args[arg] === o) continue;
    l.args = [...l.args];
    l.args[arg] = o;
  }
}
