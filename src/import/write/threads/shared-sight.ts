/** Finds out which triangles of a figure are seen in two threads at the same time. */
import { letOthersRun } from '../levels/let-others-run.ts';
import type { GridCells } from '../levels/spatial/view-grid.ts';
import type { PartOfModel } from '../levels/visibility/model-part.ts';
import { Sight } from '../levels/visibility/sight.ts';
import { exposures } from '../levels/visibility/triangle-visibility.ts';
import { FEW } from '../levels/visibility/view-directions.ts';

/** A message to the other thread. The first has the parts, the second the cells that this thread made. */
export interface SightJob {
  readonly kind: 'sight';
  /** Number of the model; both jobs of it have the same. */
  readonly model: number;
  readonly parts?: readonly PartOfModel[];
  /** For the first of `FEW`, then every other one. */
  readonly cells?: readonly GridCells[];
  /** Triangles that the other thread looks at, as `exposures` counts them. */
  readonly from?: number;
  readonly to?: number;
}

/** The answer to the first message has the cells of the second of `FEW` and every other one; that to the second, the exposures. */
export interface SightAnswer {
  readonly cells?: readonly GridCells[];
  readonly exposures?: Uint8Array;
}

/** Figures of fewer triangles take less time than the messages. */
const WORTH = 2000;

interface Begun {
  readonly sight: Sight;
  readonly parts: readonly PartOfModel[];
}

const begun = new Map<number, Begun>();

/** Does such a job in the other thread. @throws Error where the model is not known. */
export async function runSightJob({ model, parts, cells = [], from = 0, to = 0 }: SightJob): Promise<SightAnswer> {
  if (parts) {
    const sight = new Sight(parts);
    begun.set(model, { sight, parts });
    return { cells: await makeCells(sight, 1) };
  }
  const known = begun.get(model);
  if (!known) throw new Error(`no model ${model} has begun`);
  begun.delete(model);
  takeCells(known.sight, cells, 0);
  return { exposures: await exposures(known.sight, known.parts, from, to) };
}

let models = 0;

/**
 * Works like `exposures`. Each thread makes the cells of half the directions, and then looks at half the triangles.
 *
 * @param ask - sends a job; undefined where the thread fails. This one does its work then.
 */
export async function sharedExposures(
  sight: Sight,
  parts: readonly PartOfModel[],
  from: number,
  to: number,
  ask: (job: SightJob) => Promise<SightAnswer | undefined>,
): Promise<Uint8Array> {
  if (to - from < WORTH) return exposures(sight, parts, from, to);
  const model = ++models;
  const asked = ask({ kind: 'sight', model, parts });
  const cells = await makeCells(sight, 0);
  const theirs = (await asked)?.cells;
  if (!theirs) return exposures(sight, parts, from, to);
  takeCells(sight, theirs, 1);
  const middle = (from + to) >> 1;
  // Copied before rays change the order of their places.
  const rest = ask({ kind: 'sight', model, cells, from: middle, to });
  const out = new Uint8Array(to - from);
  out.set(await exposures(sight, parts, from, middle));
  out.set((await rest)?.exposures ?? (await exposures(sight, parts, middle, to)), middle - from);
  return out;
}

/** @param first - number in `FEW` of the first direction; every other one follows. */
async function makeCells(sight: Sight, first: number): Promise<GridCells[]> {
  const out: GridCells[] = [];
  for (let i = first; i < FEW.length; i += 2) {
    await letOthersRun();
    out.push(sight.cellsAcross(FEW[i]));
  }
  return out;
}

function takeCells(sight: Sight, cells: readonly GridCells[], first: number): void {
  for (const [i, one] of cells.entries()) sight.takeCells(FEW[first + i * 2], one);
}
