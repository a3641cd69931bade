/** The thread of LevelThread. A message holds a job; the reply holds its result. */
import { parentPort } from 'node:worker_threads';
import { type LevelJob, runLevelJob } from './level-job.ts';

parentPort?.on('message', async (job: LevelJob) => parentPort?.postMessage(await runLevelJob(job)));
