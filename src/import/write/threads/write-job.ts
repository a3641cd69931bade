/** The jobs that a thread of WriteThreads can do. */
import type { AnimationAsset } from '../../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../../assets/motion/skeleton-asset.ts';
import type { SourceProduct } from '../../model/source-model.ts';
import { writeAnimation } from '../clips/animation-writer.ts';
import { compactClip } from '../clips/compact-clip.ts';
import { type LevelJob, levelsHere, runLevelJob } from '../levels/level-job.ts';
import type { LeveledPart } from '../levels/reorder-levels.ts';
import { type MeshOptions, type WrittenMesh, writeMesh } from '../meshes/mesh-writer.ts';
import type { JudgeAnswer, JudgeJob } from './remote-judge.ts';
import type { SightAnswer, SightJob } from './shared-sight.ts';

/** Plain data, so that it can pass between threads. */
export type WriteJob =
  | { readonly kind: 'levels'; readonly job: LevelJob }
  | { readonly kind: 'mesh'; readonly product: SourceProduct; readonly options: MeshOptions }
  | { readonly kind: 'clip'; readonly clip: AnimationAsset; readonly skeleton: SkeletonAsset; readonly source: string };

/** What a thread is asked for: a job, or one of several of the same part or model. */
export type ThreadJob = WriteJob | JudgeJob | SightJob;

export interface WriteResults {
  readonly levels: LeveledPart;
  readonly mesh: WrittenMesh;
  readonly clip: Uint8Array;
  readonly judge: JudgeAnswer;
  readonly sight: SightAnswer;
}

/** Does a job. Its result depends on the job alone. @param maker - makes the levels of a mesh. */
export function runWriteJob(job: WriteJob, maker = levelsHere): Promise<WriteResults[WriteJob['kind']]> {
  if (job.kind === 'levels') return runLevelJob(job.job);
  if (job.kind === 'mesh') return writeMesh(job.product, job.options, maker);
  return writeAnimation(compactClip(job.clip, job.skeleton), job.source);
}
