import { type Clock, systemClock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import type { Priority } from '../../net/queue/priority.ts';
import type { UploadJob } from './upload-job.ts';

export interface UploadGovernorOptions {
  readonly clock?: Clock;
  /** Milliseconds of a frame while the user interacts. Default 2. */
  readonly interactingMs?: number;
  /** Milliseconds of a frame otherwise. Default 6. */
  readonly loadingMs?: number;
}

/** Bytes that one step may upload at most: one slice must not miss a frame on the slowest machine. */
export const SLICE_BYTES = 256 * 1024;
/**
 * Most bytes of a frame, while the user interacts and otherwise. WebGL calls return before the GPU has done their work, so time
 * alone would let a fast page flood a slow GPU.
 */
const MOST_INTERACTING = 4 * 2 ** 20;
const MOST_LOADING = 8 * 2 ** 20;
/** Less than this is not worth a call: a step is never asked for less. */
const LEAST_BYTES = 16 * 1024;
/** Share of a slow frame's time. */
const SHARE = 0.1;
/**
 * Least milliseconds of a byte: 256 MB/s. The time of a call does not measure what the GPU has to do later. Without a floor, one
 * frame could get everything that waits.
 */
export const LEAST_COST = 1 / (256 * 1024);
/** Weight of the newest step in the running estimate of the cost of a byte. */
const NEWEST = 0.25;

/** The state of uploads. */
export interface GovernorStats {
  /** Jobs that wait or are half done. */
  readonly pending: number;
  /** Of the latest frame: uploaded bytes, the time they took, and the time they were allowed. */
  readonly frameBytes: number;
  readonly frameMs: number;
  readonly budgetMs: number;
  /** The longest that a frame's uploads took. */
  readonly longestMs: number;
}

interface Entry {
  readonly job: UploadJob;
  priority: Priority;
  started: boolean;
  readonly order: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Spreads uploads over frames: the most urgent first, a few milliseconds a frame, in slices small enough to stop in time.
 * A started upload is finished before another of its class starts, so that few textures are half uploaded.
 *
 * ```ts
 * governor.add(job, priority, signal).then(() => swapIn(texture));
 * governor.frame(userInteracts); // once a frame; uploads at least one slice
 * ```
 */
export class UploadGovernor implements Disposable {
  readonly #clock: Clock;
  readonly #interactingMs: number;
  readonly #loadingMs: number;
  /** Starts with the most urgent. */
  readonly #waiting: Entry[] = [];
  #order = 0;
  /** Milliseconds a byte, as measured; 0 before that. */
  #cost = 0;
  #sorted = true;
  #disposed = false;
  #frameBytes = 0;
  #frameMs = 0;
  #budgetMs = 0;
  #longestMs = 0;

  constructor({ clock = systemClock, interactingMs = 2, loadingMs = 6 }: UploadGovernorOptions = {}) {
    this.#clock = clock;
    this.#interactingMs = interactingMs;
    this.#loadingMs = loadingMs;
  }

  /** Jobs that wait or are half done. */
  get pending(): number {
    return this.#waiting.length;
  }

  get stats(): GovernorStats {
    return {
      pending: this.pending,
      frameBytes: this.#frameBytes,
      frameMs: this.#frameMs,
      budgetMs: this.#budgetMs,
      longestMs: this.#longestMs,
    };
  }

  /**
   * Resolves when the job is done. Rejects with what its step throws, or at once with `signal.reason`.
   * An aborted job is not stepped again. Its creator disposes of what is already on the GPU.
   */
  add(job: UploadJob, priority: Priority, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#disposed) return reject(disposedError());
      if (signal?.aborted) return reject(signal.reason);
      if (job.done) return resolve();
      const onAbort = () => {
        this.#remove(entry);
        entry.reject(signal?.reason);
      };
      const settle = () => signal?.removeEventListener('abort', onAbort);
      const entry: Entry = {
        job,
        priority,
        started: false,
        order: this.#order++,
        resolve: () => {
          settle();
          resolve();
        },
        reject: reason => {
          settle();
          reject(reason);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(entry);
      this.#sorted = false;
    });
  }

  /** Rescores a job in place. Ignores a job that is done or unknown. */
  setPriority(job: UploadJob, priority: Priority): void {
    const entry = this.#waiting.find(e => e.job === job);
    if (!entry) return;
    entry.priority = priority;
    this.#sorted = false;
  }

  /**
   * Uploads for this frame's share of time, at least one slice.
   * @param interacting - the user is looking around: be brief.
   * @param frameMs - time of the latest frame: a slow one may spend a tenth of it.
   * @returns uploaded bytes.
   */
  frame(interacting: boolean, frameMs = 0): number {
    if (!this.#sorted) this.#waiting.sort(moreUrgent);
    this.#sorted = true;
    const budget = Math.max(interacting ? this.#interactingMs : this.#loadingMs, frameMs * SHARE);
    const mostOfFrame = interacting ? MOST_INTERACTING : MOST_LOADING;
    const start = this.#clock.now();
    let left = budget;
    let now = start;
    let bytes = 0;
    // A job without progress (it waits for something of its own) is skipped until the next frame.
    for (let place = 0; place < this.#waiting.length; ) {
      const entry = this.#waiting[place];
      const first = bytes === 0;
      const affordable = this.#cost > 0 ? left / this.#cost : SLICE_BYTES / 4;
      if (!first && (left <= 0 || affordable < LEAST_BYTES || bytes >= mostOfFrame)) break;
      // The first step leaves room for a second, by which the cost is learned.
      const most = Math.min(SLICE_BYTES, Math.max(LEAST_BYTES, Math.floor(first ? affordable / 2 : affordable)));
      const stepped = this.#step(entry, most);
      const after = this.#clock.now();
      left -= this.#charge(stepped, after - now, first);
      now = after;
      bytes += stepped;
      if (stepped === 0 && this.#waiting[place] === entry) place++;
    }
    this.#frameBytes = bytes;
    this.#frameMs = now - start;
    this.#budgetMs = budget;
    this.#longestMs = Math.max(this.#longestMs, this.#frameMs);
    return bytes;
  }

  dispose(): void {
    this.#disposed = true;
    for (const entry of this.#waiting.splice(0)) entry.reject(disposedError());
  }

  #step(entry: Entry, maxBytes: number): number {
    entry.started = true;
    try {
      const bytes = entry.job.step(maxBytes);
      if (entry.job.done && this.#remove(entry)) entry.resolve();
      return bytes;
    } catch (error) {
      if (this.#remove(entry)) entry.reject(error);
      return 0;
    }
  }

  /**
   * Returns what a step costs of the frame's time. The first step of a frame may wait until the GPU has drawn the frame before,
   * as any first call would. It is charged at most what its bytes usually take, and can only lower the estimate.
   */
  #charge(bytes: number, ms: number, first: boolean): number {
    if (bytes <= 0) return ms;
    // A call has a fixed cost. Measured on a kilobyte, it would make a megabyte look expensive, and uploads slow for long.
    const measured = Math.max(ms / Math.max(bytes, LEAST_BYTES), LEAST_COST);
    if (this.#cost === 0) this.#cost = measured;
    else if (!first || measured < this.#cost) this.#cost += (measured - this.#cost) * NEWEST;
    return first ? bytes * Math.min(measured, this.#cost) : Math.max(ms, bytes * measured);
  }

  /** @returns whether it was still waiting. */
  #remove(entry: Entry): boolean {
    const place = this.#waiting.indexOf(entry);
    if (place >= 0) this.#waiting.splice(place, 1);
    return place >= 0;
  }
}

/** Negative when `a` goes first: by class, then a started job, then the higher utility, then the older. */
function moreUrgent(a: Entry, b: Entry): number {
  return (
    a.priority.class - b.priority.class ||
    Number(b.started) - Number(a.started) ||
    b.priority.utility - a.priority.utility ||
    a.order - b.order
  );
}

function disposedError(): DOMException {
  return new DOMException('the upload governor has been disposed of', 'AbortError');
}
