import type { Clock } from '../../core/clock.ts';
import { LoadError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import type { BandwidthEstimate } from '../estimates/bandwidth-estimate.ts';
import { admit } from '../queue/admission.ts';
import { chooseTransfersToAbort } from '../queue/choose-transfers-to-abort.ts';
import type { Attempt, BytesFrom, Job } from '../queue/job.ts';
import { WaitingList } from '../queue/waiting-list.ts';
import { beginAttempt, discardUnverifiableBytes, readHeaders } from './attempt.ts';
import type { Connectivity } from './connectivity.ts';
import { CorruptError, checkContent, type HashFunction, isPage, PAGE } from './content-check.ts';
import { decideRetry } from './decide-retry.ts';
import { asLoadError } from './failure.ts';
import type { Origin, Origins } from './origins.ts';
import { RetryingJobs } from './retrying-jobs.ts';
import { SilentRounds } from './silent-rounds.ts';
import { StallTimeout, type StallTimeoutOptions } from './stall-timeout.ts';
import { stallWatch } from './stall-watch.ts';
import { type FetchFunction, transfer } from './transfer.ts';

export interface NetworkLaneOptions {
  readonly fetch: FetchFunction;
  readonly clock: Clock;
  readonly random: Random;
  readonly hash: HashFunction;
  readonly connectivity: Connectivity;
  readonly origins: Origins;
  readonly bandwidth: BandwidthEstimate;
  readonly stallMs: StallTimeoutOptions['stallMs'];
  readonly mirrorStallMs: StallTimeoutOptions['mirrorStallMs'];
  /** The job entered another state. */
  onChange(job: Job): void;
  /** The bytes are there, whole and checked. */
  onDone(job: Job, bytes: Uint8Array<ArrayBuffer>, from: BytesFrom): void;
  /** The job has failed for good. */
  onFailed(job: Job, error: LoadError): void;
}

/** `fetch` costs a main thread 0.3 to 1 ms. After this many ms the rest starts in the next task, so that frames go on. */
const START_MS = 8;

/** Why an attempt ended that did not fail. */
const CANCELLED = new DOMException('cancelled', 'AbortError');
const PREEMPTED = new DOMException('preempted', 'AbortError');

/**
 * Downloads jobs: keeps a window of bytes in flight, the most urgent first.
 *
 * Each job is waiting, on the network (it holds a slot of its origin) or retrying. `admit` takes a slot, and the `finally` of
 * `#attempt` releases it.
 */
export class NetworkLane {
  readonly #options: NetworkLaneOptions;
  readonly #waiting = new WaitingList<Job>();
  readonly #active = new Set<Job>();
  readonly #patience: StallTimeout;
  readonly #rounds: SilentRounds;
  readonly #retrying: RetryingJobs;
  #awake = false;
  readonly #stopListening: () => void;
  readonly totals = { received: 0, wasted: 0, requests: 0, retries: 0, preempted: 0 };

  constructor(options: NetworkLaneOptions) {
    this.#options = options;
    this.#patience = new StallTimeout(options);
    this.#rounds = new SilentRounds({ ...options, active: this.#active, onRound: () => this.#wake() });
    this.#retrying = new RetryingJobs(options.clock, job => this.add(job));
    this.#stopListening = options.connectivity.onOnline(() => this.#retrying.startAll());
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get active(): number {
    return this.#active.size;
  }

  get retrying(): number {
    return this.#retrying.size;
  }

  /** Requested bytes that have not arrived. */
  get inflightBytes(): number {
    let sum = 0;
    for (const job of this.#active) sum += job.cost;
    return sum;
  }

  add(job: Job): void {
    // Before listeners hear of it: one may abort it.
    this.#waiting.add(job);
    this.#enter(job, 'waiting');
    this.#wake();
  }

  /** Ends whatever the job does in this lane. Nothing is called for it any more. */
  remove(job: Job): void {
    this.#waiting.delete(job);
    this.#retrying.delete(job);
    job.attempt?.abort.abort(CANCELLED);
    this.totals.wasted += job.body.reset();
  }

  /** Notes that the priority of some job changed. */
  rescored(): void {
    this.#waiting.touch();
    this.#wake();
  }

  dispose(): void {
    this.#stopListening();
    this.#rounds.stop();
  }

  /** Looks for work once the current task is over: 330 requests in one go are sorted once. */
  #wake(): void {
    if (this.#awake) return;
    this.#awake = true;
    queueMicrotask(() => {
      this.#awake = false;
      this.#admit();
    });
  }

  /** Starts what the window and the slots allow. */
  #admit(): void {
    const { clock, origins, bandwidth } = this.#options;
    const now = clock.now();
    const ranked = this.#waiting.ranked(now);
    if (ranked.length === 0) return;
    const { admitted, blocked } = admit({ ranked, active: this.#active, origins, bandwidth, now });
    const started = new Set<Job>();
    for (const { job, url, origin } of admitted) {
      if (started.size > 0 && clock.now() - now >= START_MS) {
        origin.ended();
        continue;
      }
      started.add(job);
      // A listener of the jobs before it may have aborted it.
      if (job.waiters.size > 0) this.#attempt(job, url, origin);
      else origin.ended();
    }
    this.#waiting.deleteAll(started);
    if (started.size < admitted.length) clock.after(0, () => this.#wake());
    const given = chooseTransfersToAbort({
      urgent: blocked ?? admitted[0],
      blocked: blocked !== undefined,
      active: this.#active,
      bandwidth,
    });
    for (const job of given) job.attempt?.abort.abort(PREEMPTED);
    this.#rounds.count();
  }

  /** Never rejects. */
  async #attempt(job: Job, url: string, origin: Origin): Promise<void> {
    const { clock, fetch, origins, bandwidth } = this.#options;
    const { connected } = origin;
    this.totals.wasted += discardUnverifiableBytes(job, url);
    const attempt = beginAttempt(job, url, origin, clock.now());
    const { abort, startedAt, plain } = attempt;
    const near = origins.isOwn(origin) && !origin.redirects;
    this.totals.requests++;
    this.#active.add(job);
    const watch = stallWatch(
      clock,
      () => this.#patience.ms(this.inflightBytes, job.urls.length > 1),
      () => origin.lastByteAt,
      () => abort.abort(new LoadError('nothing comes any more', { url, failure: 'transient' })),
    );
    let failure: unknown;
    let endAnswer: (() => void) | undefined;
    try {
      this.#enter(job, 'network');
      await transfer(fetch, {
        url,
        priorityClass: job.priority.class,
        body: job.body,
        validator: job.hash === undefined ? job.validator?.etag : undefined,
        checked: job.hash !== undefined,
        credentials: job.credentials,
        sayUrgency: near && !plain,
        // A Range header needs permission only on other origins.
        whole: plain && !near,
        cache: job.corrupt > 0 ? 'reload' : job.revalidate && job.hash === undefined ? 'no-cache' : 'default',
        signal: abort.signal,
        onHeaders: response => {
          watch.moved();
          endAnswer = origin.answers();
          readHeaders(job, attempt, response, origins);
          if (!attempt.early)
            origin.roundTrip.sample(clock.now() - startedAt, clock.now(), connected ? 'watched' : origin.firstSample);
          job.onHeaders?.(response.headers);
        },
        onBytes: count => {
          watch.moved();
          this.#rounds.moved(attempt);
          origin.lastByteAt = clock.now();
          this.totals.received += count;
          if (!attempt.early) bandwidth.received(count, origin.lastByteAt, this.#waiting.size > 0);
          this.#wake();
        },
        onWaste: count => {
          this.totals.wasted += count;
        },
      });
    } catch (error) {
      failure = abort.signal.aborted ? abort.signal.reason : error;
    } finally {
      watch.stop();
      endAnswer?.();
      origin.ended();
      this.#active.delete(job);
      if (abort.signal.aborted) this.#patience.aborted(job.cost);
      job.attempt = undefined;
      if (this.#active.size === 0) bandwidth.idle(clock.now());
      this.#wake();
    }
    // It was aborted, perhaps just after a preemption or a stall. `remove` has counted its bytes.
    if (job.waiters.size === 0) return;
    // An answer that broke off behind the last byte has delivered all.
    if (failure === undefined || (attempt.had < job.body.length && job.body.length === job.bytes))
      await this.#finish(job, attempt);
    else this.#failed(job, attempt, failure);
  }

  /** The stream ended well. Checks whether it is complete and correct. */
  async #finish(job: Job, attempt: Attempt): Promise<void> {
    const { url, origin, had } = attempt;
    origin.worked();
    if (
      job.bytes !== undefined &&
      job.body.length < job.bytes &&
      job.body.length > had &&
      job.resumable &&
      job.body.first !== PAGE
    ) {
      const error = new LoadError(`ended after ${job.body.length} of ${job.bytes} bytes`, { url, failure: 'transient' });
      return this.#failed(job, attempt, error);
    }
    const bytes = job.body.take();
    let wrong: unknown;
    try {
      await checkContent(bytes, { url, bytes: job.bytes, hash: job.hash }, this.#options.hash);
    } catch (error) {
      wrong = error;
    }
    if (wrong !== undefined || job.waiters.size === 0) this.totals.wasted += bytes.length;
    if (job.waiters.size === 0) return;
    if (wrong !== undefined) this.#failed(job, attempt, wrong);
    else this.#options.onDone(job, bytes, url === job.url ? 'network' : 'mirror');
  }

  /** Follows an attempt that did not deliver everything. */
  #failed(job: Job, { url, origin, had, answered }: Attempt, reason: unknown): void {
    const { connectivity, onFailed, clock, origins, random } = this.#options;
    const moved = job.body.length > had;
    if (!job.resumable || reason instanceof CorruptError) this.totals.wasted += job.body.reset();
    if (reason === PREEMPTED) {
      this.totals.preempted++;
      this.add(job);
      return;
    }
    const error = asLoadError(reason, url, connectivity.online, moved);
    if (error.failure === 'transient') origin.failed(clock.now());
    job.unanswered = answered || !(error.cause instanceof TypeError) ? 0 : job.unanswered + 1;
    if (isPage(error) && job.corrupt > 0) origin.sendsPages = true;
    const step = decideRetry(job, error, {
      ...{ url, moved, random, sendsPages: origin.sendsPages },
      kept: job.body.length > had,
      good: other => origins.of(other).good(clock.now()),
      mute: other => origins.isMute(origins.of(other)),
    });
    if (step.kind === 'give up') {
      onFailed(job, error);
      return;
    }
    this.totals.retries++;
    if (step.kind === 'now') this.add(job);
    else {
      this.#retrying.add(job, step.ms);
      this.#enter(job, 'retrying');
    }
  }

  #enter(job: Job, state: Job['state']): void {
    job.state = state;
    this.#options.onChange(job);
  }
}
