import { FormatError } from '../core/errors.ts';
import type { DecodedKinds, DecodeJob, DecodeKind } from './decode-job.ts';
import { closePicture } from './picture-bands.ts';
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
}

interface Task {
  readonly job: DecodeJob;
  readonly resolve: (asset: DecodedKinds[DecodeKind]) => void;
  readonly reject: (reason: unknown) => void;
  /** Nobody waits for it any more: aborted or disposed of. */
  settled: boolean;
}

interface Slot {
  readonly worker: WorkerLike;
  /** It has said that it runs. Until then an error means that workers are denied, not that a job broke it. */
  started: boolean;
  task: Task | undefined;
  id: number;
}

/**
 * Runs decode jobs, first come first served, one at a time in each worker. Workers start when they are needed. A worker that
 * breaks takes its one job with it and is replaced; workers that cannot start at all leave everything to the page, and workers that
 * lack something (a `createImageBitmap`) the jobs that need it.
 * Bytes are copied to the worker (a memcpy), results are handed over.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #waiting: Task[] = [];
  /** What the page does: one at a time. */
  readonly #inPage: Task[] = [];
  readonly #slots: Slot[] = [];
  #inlineTask: Task | undefined;
  #inlineRunning = false;
  #denied: boolean;
  #disposed = false;
  #nextId = 1;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#denied = options.size < 1;
  }

  get mode(): 'workers' | 'inline' {
    return this.#denied ? 'inline' : 'workers';
  }

  /** Jobs that wait or run and that somebody still waits for. */
  get pending(): number {
    const running = [this.#inlineTask, ...this.#slots.map(s => s.task)].filter(task => task && !task.settled).length;
    return this.#waiting.length + this.#inPage.length + running;
  }

  run<K extends DecodeKind>(job: DecodeJob<K>, signal?: AbortSignal): Promise<DecodedKinds[K]> {
    return new Promise((resolve, reject) => {
      if (this.#disposed) return reject(disposedError());
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        for (const list of [this.#waiting, this.#inPage]) {
          const place = list.indexOf(task);
          if (place >= 0) list.splice(place, 1);
        }
        task.reject(signal?.reason);
      };
      const settle = () => {
        task.settled = true;
        signal?.removeEventListener('abort', onAbort);
      };
      const task: Task = {
        job,
        settled: false,
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
    for (const task of [...this.#waiting.splice(0), ...this.#inPage.splice(0)]) task.reject(disposedError());
    this.#inlineTask?.reject(disposedError());
    for (const slot of this.#slots.splice(0)) {
      slot.task?.reject(disposedError());
      slot.worker.terminate();
    }
  }

  #feed(): void {
    while (this.#waiting.length > 0) {
      if (this.#denied) {
        this.#inPage.push(...this.#waiting.splice(0));
        return void this.#runInline();
      }
      const slot = this.#slots.find(s => !s.task) ?? this.#addSlot();
      if (!slot) {
        if (this.#denied) continue;
        return;
      }
      const task = this.#waiting.shift();
      if (!task) return;
      slot.task = task;
      slot.id = this.#nextId++;
      slot.worker.postMessage({ id: slot.id, job: task.job });
    }
  }

  #addSlot(): Slot | undefined {
    if (this.#slots.length >= this.#options.size) return undefined;
    let worker: WorkerLike;
    try {
      worker = this.#options.createWorker();
    } catch {
      this.#deny();
      return undefined;
    }
    const slot: Slot = { worker, started: false, task: undefined, id: 0 };
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
    if ('ready' in answer || answer.id !== slot.id || !slot.task) return;
    const { task } = slot;
    slot.task = undefined;
    if ('asset' in answer) task.resolve(answer.asset);
    else if ('needsPage' in answer) {
      if (!task.settled) this.#inPage.push(task);
      void this.#runInline();
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
    slot.worker.terminate();
    const { task } = slot;
    if (!slot.started) {
      if (task && !task.settled) this.#waiting.unshift(task);
      this.#deny();
    } else task?.reject(new FormatError('the decoder broke', { url: task.job.url, value: message }));
    this.#feed();
  }

  /** No worker can be had: jobs run in the page from now on. Workers that do run finish what they have. */
  #deny(): void {
    if (this.#slots.some(s => s.started)) return;
    this.#denied = true;
    for (const slot of this.#slots.splice(0)) {
      slot.worker.terminate();
      if (slot.task && !slot.task.settled) this.#waiting.unshift(slot.task);
    }
  }

  async #runInline(): Promise<void> {
    if (this.#inlineRunning) return;
    this.#inlineRunning = true;
    try {
      for (let task = this.#inPage.shift(); task; task = this.#inPage.shift()) {
        this.#inlineTask = task;
        try {
          task.resolve(await this.#options.runInline(task.job));
        } catch (error) {
          task.reject(error);
        }
      }
    } finally {
      this.#inlineTask = undefined;
      this.#inlineRunning = false;
    }
  }
}

/** A picture that nobody wants any more holds memory that the garbage collector is slow to see. */
function release(asset: DecodedKinds[DecodeKind]): void {
  if ('kind' in asset && asset.kind === 'picture') closePicture(asset);
}

function disposedError(): DOMException {
  return new DOMException('the decoder has been disposed of', 'AbortError');
}
