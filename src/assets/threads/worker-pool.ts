import type { Clock } from '../../core/clock.ts';
import { FormatError } from '../../core/errors.ts';
import { closePicture } from '../textures/picture-bands.ts';
import type { DecodedKinds, DecodeJob, DecodeKind } from './decode-job.ts';
import { type DecodeTask, MainThreadDecoder } from './main-thread-decoder.ts';
import type { DecodeAnswer, DecodeRequest } from './worker-messages.ts';

/** What the pool needs of a `Worker`. */
export interface WorkerLike {
  postMessage(message: DecodeRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<DecodeAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
}

export interface WorkerPoolOptions {
  readonly size: number;
  readonly createWorker: () => WorkerLike;
  readonly runInline: <K extends DecodeKind>(job: DecodeJob<K>) => Promise<DecodedKinds[K]>;
  readonly clock: Clock;
  /** No worker can start, and why. Jobs run in the page from now on. Called at most once. */
  readonly onDenied?: (reason: string) => void;
}

interface Task extends DecodeTask {
  /** It was in a worker that broke. Next time it gets a worker of its own, so that only the job that breaks one is given up. */
  suspect: boolean;
}

interface Slot {
  readonly worker: WorkerLike;
  /** It has reported that it runs. Before that, an error means that workers are denied, not that a job broke it. */
  started: boolean;
  /** Its running job and the next ones, by the id they were sent with. */
  readonly tasks: Map<number, Task>;
  /** Cancels the wait for its next answer. */
  endWait: (() => void) | undefined;
}

/**
 * Silence of a busy worker that counts as lost, ms. Longer than any file takes, and than the transcoder takes over a slow
 * network. Then the worker is lost in a file, or its script never arrived.
 */
const LOST_MS = 60_000;

/**
 * Jobs that the workers have at hand together (at least two each), and bytes that each has. A worker then does not idle while the
 * page waits for the GPU: 60 to 400 ms on two cores with SwiftShader. With eight jobs instead of two, a room of small textures
 * out of the cache had its first after 240 ms, not 316, and all after 1.33 s, not 1.51 (medians of four interleaved runs each).
 */
export const AT_HAND = 8;
const AT_HAND_BYTES = 1024 * 1024;
/**
 * What a picture counts for: decoded, it may be a hundred times as large as its file. A large one counts for half of the bytes, because
 * browsers decode in parallel. With two pictures at hand, 85 small ones were decoded in 0.5 s of waiting for messages.
 */
const PICTURE_RATIO = 64;
const PICTURE_BYTES = AT_HAND_BYTES / 2;

/**
 * Runs decode jobs, first come first served, in workers that start on demand.
 *
 * A worker that breaks is replaced, and its job is given up. Where it had several, each gets a worker of its own to find the one
 * that breaks it. Where no worker can start, the page decodes everything. Where workers lack something (`createImageBitmap`), the
 * page does those jobs. Bytes are copied to the worker (a memcpy), and results are transferred.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  /** Most jobs that a worker has at hand, its running one included. */
  readonly #atHand: number;
  readonly #waiting: Task[] = [];
  readonly #page: MainThreadDecoder;
  readonly #slots: Slot[] = [];
  /** Most workers that can start. */
  #most: number;
  #denied: boolean;
  #disposed = false;
  #nextId = 1;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#atHand = Math.max(2, Math.ceil(AT_HAND / options.size));
    this.#page = new MainThreadDecoder(options.runInline);
    this.#most = options.size;
    this.#denied = options.size < 1;
  }

  get mode(): 'workers' | 'inline' {
    return this.#denied ? 'inline' : 'workers';
  }

  /** Jobs that wait or run and are still wanted. */
  get pending(): number {
    // Evaluated each frame: no arrays.
    let count = this.#waiting.length + this.#page.pending;
    for (const { tasks } of this.#slots) for (const task of tasks.values()) count += Number(!task.settled);
    return count;
  }

  run<K extends DecodeKind>(job: DecodeJob<K>, signal?: AbortSignal): Promise<DecodedKinds[K]> {
    return new Promise((resolve, reject) => {
      if (this.#disposed) return reject(disposedError());
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        const place = this.#waiting.indexOf(task);
        if (place >= 0) this.#waiting.splice(place, 1);
        this.#page.remove(task);
        task.reject(signal?.reason);
      };
      const settle = () => {
        task.settled = true;
        signal?.removeEventListener('abort', onAbort);
      };
      const task: Task = {
        job,
        settled: false,
        suspect: false,
        resolve: asset => {
          if (task.settled) return release(asset);
          settle();
          resolve(asset as DecodedKinds[K]);
        },
        reject: reason => {
          if (task.settled) return;
          settle();
          reject(reason);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(task);
      this.#feed();
    });
  }

  /** Starts the first worker before there is work. */
  prepare(): void {
    if (!this.#disposed && !this.#denied && this.#slots.length === 0) this.#addSlot();
  }

  dispose(): void {
    this.#disposed = true;
    for (const task of [...this.#waiting.splice(0), ...this.#page.clear()]) task.reject(disposedError());
    for (const slot of this.#slots.splice(0)) {
      for (const task of slot.tasks.values()) task.reject(disposedError());
      this.#end(slot);
    }
  }

  #feed(): void {
    while (this.#waiting.length > 0) {
      if (this.#denied) {
        this.#page.add(...this.#waiting.splice(0));
        return;
      }
      const [task] = this.#waiting;
      const slot = this.#slots.find(s => s.tasks.size === 0) ?? this.#addSlot() ?? (task.suspect ? undefined : this.#leastBusy());
      if (!slot) {
        if (this.#denied) continue;
        return;
      }
      this.#waiting.shift();
      this.#give(slot, task);
    }
  }

  #give(slot: Slot, task: Task): void {
    const id = this.#nextId++;
    try {
      slot.worker.postMessage({ id, job: task.job });
    } catch (cause) {
      // The bytes were transferred to somebody else.
      task.reject(new FormatError('the bytes cannot be given to a worker', { url: task.job.url, cause }));
      return;
    }
    slot.tasks.set(id, task);
    if (slot.tasks.size === 1) this.#wait(slot);
  }

  #wait(slot: Slot): void {
    slot.endWait?.();
    slot.endWait =
      slot.tasks.size === 0
        ? undefined
        : this.#options.clock.after(LOST_MS, () => this.#onBroken(slot, `no answer for ${LOST_MS / 1000} s`));
  }

  #end(slot: Slot): void {
    slot.endWait?.();
    slot.worker.terminate();
  }

  /** The least busy running worker that may get one more job; undefined where there is none. */
  #leastBusy(): Slot | undefined {
    let least: Slot | undefined;
    for (const slot of this.#slots)
      if (hasRoom(slot, this.#atHand) && (!least || slot.tasks.size < least.tasks.size)) least = slot;
    return least;
  }

  #addSlot(): Slot | undefined {
    if (this.#slots.length >= this.#most) return undefined;
    let worker: WorkerLike;
    try {
      worker = this.#options.createWorker();
    } catch (error) {
      this.#deny(error instanceof Error ? error.message : String(error));
      return undefined;
    }
    const slot: Slot = { worker, started: false, tasks: new Map(), endWait: undefined };
    worker.onmessage = ({ data }) => this.#onAnswer(slot, data);
    worker.onerror = event => {
      event.preventDefault?.();
      this.#onBroken(slot, event.message);
    };
    worker.onmessageerror = () => this.#onBroken(slot, 'an answer could not be read');
    this.#slots.push(slot);
    return slot;
  }

  #onAnswer(slot: Slot, answer: DecodeAnswer): void {
    slot.started = true;
    if ('ready' in answer) {
      this.#wait(slot);
      this.#feed();
      return;
    }
    const task = slot.tasks.get(answer.id);
    if (!task) return;
    slot.tasks.delete(answer.id);
    this.#wait(slot);
    if ('asset' in answer) task.resolve(answer.asset);
    else if ('needsPage' in answer) {
      if (!task.settled) this.#page.add(task);
    } else {
      const { reason, at, value } = answer.failure;
      task.reject(new FormatError(reason, { url: task.job.url, ...(at === undefined ? {} : { at }), value }));
    }
    this.#feed();
  }

  #onBroken(slot: Slot, message: string): void {
    const place = this.#slots.indexOf(slot);
    if (place < 0) return;
    this.#slots.splice(place, 1);
    this.#end(slot);
    const tasks = [...slot.tasks.values()];
    if (slot.started && tasks.length === 1) {
      const [{ job, reject }] = tasks.splice(0);
      reject(new FormatError('the decoder broke', { url: job.url, value: message }));
    }
    for (const task of tasks) task.suspect = slot.started;
    this.#waiting.unshift(...tasks.filter(task => !task.settled));
    if (!slot.started) this.#deny(message);
    this.#feed();
  }

  /** Notes that no worker can start: jobs run in the page from now on. Running workers finish their jobs. */
  #deny(reason: string): void {
    if (this.#slots.some(s => s.started)) {
      // At most the running ones: the next would not start either, and the job would circulate for ever.
      this.#most = this.#slots.length;
      return;
    }
    this.#denied = true;
    this.#options.onDenied?.(reason);
    for (const slot of this.#slots.splice(0)) {
      this.#end(slot);
      this.#waiting.unshift(...[...slot.tasks.values()].filter(task => !task.settled));
    }
  }
}

/** Whether it runs and may get one more job. */
function hasRoom({ started, tasks }: Slot, atHand: number): boolean {
  if (!started || tasks.size >= atHand) return false;
  let bytes = 0;
  for (const { job, suspect } of tasks.values()) {
    if (suspect) return false;
    const { length } = job.bytes;
    bytes += job.kind === 'texture' && job.type !== 'image/ktx2' ? Math.min(PICTURE_BYTES, PICTURE_RATIO * length) : length;
  }
  return bytes < AT_HAND_BYTES;
}

/** Frees an unwanted picture: the garbage collector is slow to see its memory. */
function release(asset: DecodedKinds[DecodeKind]): void {
  if ('kind' in asset && asset.kind === 'picture') closePicture(asset);
}

function disposedError(): DOMException {
  return new DOMException('the decoder has been disposed of', 'AbortError');
}
