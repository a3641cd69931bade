/** Writes meshes and clips in two threads. */
import type { Worker } from 'node:worker_threads';
import type { AnimationAsset } from '../../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../../assets/motion/skeleton-asset.ts';
import type { SourceProduct } from '../../model/source-model.ts';
import { startThread } from '../../start-thread.ts';
import { letOthersRun } from '../levels/let-others-run.ts';
import type { LevelJob, LevelMaker } from '../levels/level-job.ts';
import type { LeveledPart } from '../levels/reorder-levels.ts';
import type { PartOfModel } from '../levels/visibility/model-part.ts';
import type { MeshOptions, WrittenMesh } from '../meshes/mesh-writer.ts';
import type { JudgeAnswer, JudgeJob } from './remote-judge.ts';
import { toSend } from './sent-job.ts';
import type { SightAnswer, SightJob } from './shared-sight.ts';
import type { ThreadJob, WriteJob, WriteResults } from './write-job.ts';
import type { WriteReply, WriteRequest } from './write-worker.ts';

/** Models with fewer triangles have their levels before a thread has started. */
const WORTH = 8000;
/** A thread also starts when so many jobs wait: while it starts, this thread does some of them. */
const WAITING = 3;
/** From this number of models on, two threads do all. This one is then free to pass on what is read. */
const MANY = 4;
/** Meshes of more triangles are written one at a time, because of their memory. A thread makes levels for them. */
const LARGE = 50_000;
/** Jobs that a thread has at a time while this one is at work, so that it does not wait for the next one. Clips are short. */
const AHEAD = { levels: 2, mesh: 2, clip: 1000 };

/** Loads on demand, so that a command can make WriteThreads while its models are still being read. */
const here = () => import('./write-job.ts');
const judge = () => import('./remote-judge.ts');
const sight = () => import('./shared-sight.ts');

type Result = WriteResults[ThreadJob['kind']];

interface Waiting {
  readonly job: WriteJob;
  readonly isLarge: boolean;
  readonly settle: (result: Promise<Result>) => void;
}

/** One other thread, and what to call when it has done a job or cannot. */
interface Lane {
  readonly worker: Worker;
  readonly sent: Map<number, (reply: WriteReply | undefined) => void>;
}

/**
 * Does jobs here and in other threads at the same time, each in the one that is free first: two at work in all, because memory grows
 * with each. A result depends on the job alone, so the bytes do not depend on who did it. Where a thread fails, this one does its work.
 */
export class WriteThreads implements LevelMaker {
  readonly #start: () => Worker;
  readonly #lanes: Lane[] = [];
  #failed = false;
  #closed = false;
  /** Jobs that nobody has begun. */
  readonly #waiting: Waiting[] = [];
  #isMany = false;
  #isBusyHere = false;
  #ids = 0;
  readonly #checked = new WeakSet<Uint8Array>();

  /** @param start - creates a thread; tests replace it. */
  constructor(start = (): Worker => startThread(import.meta.url, './write-worker')) {
    this.#start = start;
  }

  /**
   * Tells how many models will come, and whether one is large: then a thread starts while it is read, once this thread has loaded what
   * it needs. Two cores have a third thread's modules to load no sooner: the reader of the first model would wait.
   *
   * @param loading - other modules that this thread loads.
   */
  expect(models: number, isLarge = false, loading?: Promise<unknown>): void {
    this.#isMany = models >= MANY;
    // They load while the first model is read.
    const own = this.#isMany ? [] : isLarge ? [here(), judge(), sight()] : [here()];
    // Who needs them gets the error.
    const loaded = Promise.allSettled([...own, loading]);
    if (isLarge) void loaded.then(() => this.#closed || this.#idle());
  }

  /** Works like `writeMesh`. */
  writeMesh(product: SourceProduct, options: MeshOptions): Promise<WrittenMesh> {
    const triangles = product.parts.reduce((sum, part) => sum + part.index.length / 3, 0);
    return this.#do({ kind: 'mesh', product, options }, triangles > LARGE) as Promise<WrittenMesh>;
  }

  /** Works like `writeAnimation` for the compacted clip. */
  writeClip(clip: AnimationAsset, skeleton: SkeletonAsset, source: string): Promise<Uint8Array> {
    return this.#do({ kind: 'clip', clip, skeleton, source }) as Promise<Uint8Array>;
  }

  /** Whether another thread has checked the bytes of a clip with a page's reader. */
  hasChecked(clip: Uint8Array): boolean {
    return this.#checked.has(clip);
  }

  /** Makes the levels of a model's parts, in two threads if another one has nothing to do. */
  async makeLevels(jobs: readonly LevelJob[]): Promise<LeveledPart[]> {
    const isWorth = jobs.length > 1 && jobs[0].triangles >= WORTH && this.#waiting.length === 0;
    const lane = isWorth ? this.#idle() : undefined;
    if (lane) return this.#share(jobs, lane);
    const { runLevelJobs } = await import('../levels/level-job.ts');
    const { RemoteJudge } = await judge();
    return runLevelJobs(jobs, part => {
      const ask = this.#askerOfOne<JudgeJob, JudgeAnswer>();
      return ask && new RemoteJudge(part, ask);
    });
  }

  /** Starts a thread for the levels of a model of so many triangles and parts, if that is worth it. */
  prepare(triangles: number, parts: number): void {
    if (triangles < WORTH || parts < 2 || !this.#idle()) return;
    // The thread takes the clips that wait, so that it has a share of the levels too.
    this.#next();
  }

  /** Works like `triangleVisibility`, in two threads if another one has started. */
  async visibility(parts: readonly PartOfModel[]): Promise<Uint8Array[]> {
    const { triangleVisibility } = await import('../levels/visibility/triangle-visibility.ts');
    const ask = this.#lanes.length > 0 && !this.#isMany ? this.#askerOfOne<SightJob, SightAnswer>() : undefined;
    if (!ask) return triangleVisibility(parts);
    const { sharedExposures } = await sight();
    return triangleVisibility(parts, (...from) => sharedExposures(...from, ask));
  }

  /** Returns a function that sends jobs that depend on each other to one thread. Its answer is undefined where the thread fails. */
  #askerOfOne<J extends ThreadJob, A extends Result>(): ((job: J) => Promise<A | undefined>) | undefined {
    const lane = this.#idle();
    return lane && (async job => (this.#failed ? undefined : ((await this.#ask(job, lane))?.result as A | undefined)));
  }

  #do(job: WriteJob, isLarge = false): Promise<Result> {
    return new Promise(resolve => {
      // Nobody waits for it any more.
      if (this.#closed) return;
      this.#waiting.push({ job, isLarge, settle: resolve });
      this.#next();
    });
  }

  /** Gives jobs to the threads that are free. */
  #next(): void {
    if (!this.#isBusyHere) {
      const mine = this.#take(job => !this.#isMany || this.#failed || job.isLarge);
      if (mine) {
        this.#isBusyHere = true;
        // Later, so that jobs which arrive together reach the others before this thread is at work.
        setImmediate(async () => {
          await this.#doHere(mine);
          this.#isBusyHere = false;
          this.#next();
        });
      }
    }
    if (!this.#isMany && this.#lanes.length === 0 && this.#waiting.length < WAITING) return;
    for (;;) {
      const lane = this.#idle();
      if (!lane) {
        // The first thread could not be started.
        if (!this.#isBusyHere && this.#waiting.length > 0) this.#next();
        return;
      }
      const most = (job: WriteJob): number => (this.#isMany ? 1 : AHEAD[job.kind]);
      const theirs = this.#take(({ job, isLarge }) => !isLarge && lane.sent.size < most(job));
      if (!theirs) return;
      void this.#ask(theirs.job, lane).then(async reply => {
        if (reply?.result) {
          // A thread answers only with a clip that a reader accepts.
          if (theirs.job.kind === 'clip') this.#checked.add(reply.result as Uint8Array);
          theirs.settle(Promise.resolve(reply.result as Result));
        } else await this.#doHere(theirs);
        this.#next();
      });
    }
  }

  /** Takes the first job that waits and that fits. */
  #take(fits: (waiting: Waiting) => boolean): Waiting | undefined {
    const at = this.#waiting.findIndex(fits);
    return at < 0 ? undefined : this.#waiting.splice(at, 1)[0];
  }

  async #doHere({ job, settle }: Waiting): Promise<void> {
    const { runWriteJob } = await here();
    const made = runWriteJob(job, this);
    settle(made);
    // `settle` passes an error on.
    await made.catch(() => {});
  }

  /** Sends a job to a thread. @returns undefined where the thread fails. */
  #ask(job: ThreadJob, { worker, sent }: Lane): Promise<WriteReply | undefined> {
    const id = ++this.#ids;
    return new Promise(resolve => {
      sent.set(id, resolve);
      // Nothing else may keep the process alive until the answer.
      worker.ref();
      try {
        worker.postMessage({ id, job: toSend(job) } satisfies WriteRequest);
      } catch {
        // A large job is copied, and there may be no memory for it.
        sent.delete(id);
        if (sent.size === 0) worker.unref();
        resolve(undefined);
      }
    });
  }

  /** Takes jobs from the front, while the thread takes them from the back. */
  async #share(jobs: readonly LevelJob[], lane: Lane): Promise<LeveledPart[]> {
    const { runLevelJob } = await import('../levels/level-job.ts');
    const out: LeveledPart[] = [];
    const answers: Promise<void>[] = [];
    const failed: number[] = [];
    let front = 0;
    let back = jobs.length;
    const send = (): void => {
      // The last one is for this thread: it would wait for nothing else.
      while (lane.sent.size < AHEAD.levels && back - front > 1 && !this.#failed) {
        const at = --back;
        answers.push(
          this.#ask({ kind: 'levels', job: jobs[at] }, lane).then(reply => {
            if (reply?.result) out[at] = reply.result as LeveledPart;
            else failed.push(at);
            send();
          }),
        );
      }
    };
    send();
    while (front < back) {
      out[front] = await runLevelJob(jobs[front]);
      front++;
      await letOthersRun();
    }
    await Promise.all(answers);
    for (const at of failed) out[at] = await runLevelJob(jobs[at]);
    return out;
  }

  /** Returns the thread that has least to do; it starts one where none is free. */
  #idle(): Lane | undefined {
    if (this.#failed) return undefined;
    const [first, second] = this.#lanes;
    if (first?.sent.size === 0) return first;
    if (this.#lanes.length < (this.#isMany ? 2 : 1)) return this.#open();
    return second && second.sent.size < first.sent.size ? second : first;
  }

  #open(): Lane | undefined {
    const fail = (): void => {
      this.#failed = true;
      for (const { sent } of this.#lanes) {
        for (const done of sent.values()) done(undefined);
        sent.clear();
      }
    };
    try {
      const lane: Lane = { worker: this.#start(), sent: new Map() };
      lane.worker.on('message', (reply: WriteReply) => {
        const done = lane.sent.get(reply.id);
        lane.sent.delete(reply.id);
        // A thread that is being closed keeps the process alive until it has ended.
        if (lane.sent.size === 0 && !this.#closed) lane.worker.unref();
        done?.(reply);
      });
      // Always listen: an `error` event without a listener ends the process. An answer that cannot be read is none.
      lane.worker.on('error', fail).on('exit', fail).on('messageerror', fail);
      this.#lanes.push(lane);
      return lane;
    } catch {
      fail();
      return undefined;
    }
  }

  /** Ends the threads. Jobs that nobody has begun, and later ones, are dropped: their promises stay open. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#failed = true;
    this.#waiting.length = 0;
    const lanes = this.#lanes.splice(0);
    await Promise.all(lanes.map(({ worker }) => worker.terminate()));
  }
}
