/** The levels of detail of one part: what a thread receives, and what it makes of it. */
import type { PackedPart, QuantizationVolume } from '../meshes/packed-part.ts';
import { type LeveledPart, type LevelOptions, makeLevels } from './levels.ts';
import type { ShrunkTexture } from './looks/texture-colours.ts';

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
  /** Makes the levels of all parts of a model, in their order. */
  makeLevels(jobs: readonly LevelJob[]): Promise<LeveledPart[]>;
}

export const runLevelJob = ({
  part,
  volume,
  locked,
  hidden,
  options,
  triangles,
  colours,
  area,
}: LevelJob): Promise<LeveledPart> => makeLevels(part, volume, locked, hidden, options, triangles, colours, area);

/** Makes them one after another in this thread. */
export const levelsHere: LevelMaker = {
  async makeLevels(jobs) {
    const out: LeveledPart[] = [];
    for (const job of jobs) out.push(await runLevelJob(job));
    return out;
  },
};
