/** The thread of WriteThreads. A message holds a job; the reply holds its result. */
import { parentPort } from 'node:worker_threads';
import { optimizeLater } from '../../optimize-later.ts';
import { checkResource } from '../check-resource.ts';
import { letOthersRun } from '../levels/let-others-run.ts';
import { runJudgeJob } from './remote-judge.ts';
import { runSightJob } from './shared-sight.ts';
import { runWriteJob, type ThreadJob, type WriteJob, type WriteResults } from './write-job.ts';

export interface WriteRequest {
  readonly id: number;
  readonly job: ThreadJob;
}

export interface WriteReply {
  readonly id: number;
  /** Missing where the job failed. The other thread does it again and gets the error. */
  readonly result?: WriteResults[ThreadJob['kind']];
}

// A job that cannot be read gets no answer: who asked learns it from the end of this thread.
parentPort?.on('messageerror', () => process.exit(1));

optimizeLater();

/** Jobs that wait. The other thread waits for what it wants judged or looked at, and for nothing else. */
const urgent: WriteRequest[] = [];
const waiting: WriteRequest[] = [];
let isAtWork = false;

parentPort?.on('message', (request: WriteRequest) => {
  (isUrgent(request.job) ? urgent : waiting).push(request);
  if (!isAtWork) void work();
});

/** Does the jobs one after another, so that only one job holds memory. */
async function work(): Promise<void> {
  isAtWork = true;
  for (;;) {
    const next = urgent.shift() ?? waiting.shift();
    if (!next) break;
    const { id, job } = next;
    const result = await run(job).catch(() => undefined);
    parentPort?.postMessage({ id, ...(result ? { result } : {}) } satisfies WriteReply);
    // An urgent job may have arrived.
    await letOthersRun();
  }
  isAtWork = false;
}

const isUrgent = ({ kind }: ThreadJob): boolean => kind === 'judge' || kind === 'sight';

function run(job: ThreadJob): Promise<WriteResults[ThreadJob['kind']]> {
  if (job.kind === 'judge') return runJudgeJob(job);
  return job.kind === 'sight' ? runSightJob(job) : writeAndCheck(job);
}

/** Checks clips as well, which saves the other thread that. @throws FormatError where a reader rejects the clip. */
async function writeAndCheck(job: WriteJob): Promise<WriteResults[WriteJob['kind']]> {
  const result = await runWriteJob(job);
  if (job.kind === 'clip' && result instanceof Uint8Array) await checkResource('animation', result, job.source);
  return result;
}
