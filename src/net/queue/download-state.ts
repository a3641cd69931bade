import type { BytesFrom, Job, JobState } from './job.ts';

/** A resource as the inspector shows it. */
export interface DownloadState {
  /** A later request for the same resource has another id. */
  readonly id: number;
  readonly url: string;
  readonly class: number;
  readonly utility: number;
  readonly bytes: number | undefined;
  readonly received: number;
  readonly state: JobState;
  /** Where the bytes came from; undefined until they have arrived. */
  readonly from: BytesFrom | undefined;
  readonly attempts: number;
  readonly reason?: string;
}

/** The job as it stands now. It goes on changing. */
export function stateOf(job: Job): DownloadState {
  const { id, url, priority, bytes, received, state, from, attempts } = job;
  return { id, url, class: priority.class, utility: priority.utility, bytes, received, state, from, attempts };
}
