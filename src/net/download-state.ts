import type { BytesFrom, JobState } from './job.ts';

/** A resource as the inspector shows it. */
export interface DownloadState {
  /** The same resource asked for again later has another one. */
  readonly id: number;
  readonly url: string;
  readonly class: number;
  readonly utility: number;
  readonly bytes: number | undefined;
  readonly received: number;
  readonly state: JobState;
  /** Where the bytes came from; undefined until they have. */
  readonly from: BytesFrom | undefined;
  readonly attempts: number;
  readonly reason?: string;
}
