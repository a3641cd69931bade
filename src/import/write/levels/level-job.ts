/** The levels of detail of one part: what a thread receives, and what it makes of it. */

import type { ShrunkTexture } from '../../picture/texture-colours.ts';
import type { PackedPart, QuantizationVolume } from '../meshes/packed-part.ts';
import type { Judge, JudgedPart } from './level-judge.ts';
import { beginLevels, type LevelOptions } from './levels.ts';
import type { LeveledPart } from './reorder-levels.ts';
import type { PartOfModel } from './visibility/model-part.ts';

/** The arguments of `makeLevels`; plain data, so that it can pass between threads. */
export interface LevelJob {
  readonly part: PackedPart;
  readonly volume: QuantizationVolume;
  readonly locked: Uint8Array;
  readonly hidden: Uint8Array;
  readonly options: LevelOptions;
  /** Of the whole model. */
  readonly triangles: number;
  /** `visibleArea` of the whole model. */
  readonly area: number;
  /** The part's texture; only figures use it. */
  readonly colours?: ShrunkTexture | undefined;
}

/** Who makes levels of detail. */
export interface LevelMaker {
  /** Tells that the levels of a model of so many triangles and parts will be wanted. */
  prepare?(triangles: number, parts: number): void;
  /** Works like `triangleVisibility`, which it replaces. */
  visibility?(parts: readonly PartOfModel[]): Promise<Uint8Array[]>;
  /** Makes the levels of all parts of a model, in their order. */
  makeLevels(jobs: readonly LevelJob[]): Promise<LeveledPart[]>;
}

/** Begins a job. @param judgeOf - returns a judge in another thread. @returns a function that awaits the judge and makes the result. */
const beginJob = (
  { part, volume, locked, hidden, options, triangles, colours, area }: LevelJob,
  judgeOf?: (part: JudgedPart) => Judge | undefined,
): Promise<() => Promise<LeveledPart>> => beginLevels(part, volume, locked, hidden, options, triangles, colours, area, judgeOf);

export const runLevelJob = async (job: LevelJob): Promise<LeveledPart> => (await beginJob(job))();

/**
 * Makes the levels of parts one after another.
 *
 * @param judgeOf - returns a judge in another thread, which works at the same time. The next part is begun before it has ended.
 */
export async function runLevelJobs(
  jobs: readonly LevelJob[],
  judgeOf?: (part: JudgedPart) => Judge | undefined,
): Promise<LeveledPart[]> {
  const out: LeveledPart[] = [];
  const ends: (() => Promise<LeveledPart>)[] = [];
  for (const job of jobs) {
    const end = await beginJob(job, judgeOf);
    if (judgeOf) ends.push(end);
    else out.push(await end());
  }
  for (const end of ends) out.push(await end());
  return out;
}

/** Makes them in this thread. */
export const levelsHere: LevelMaker = { makeLevels: jobs => runLevelJobs(jobs) };
