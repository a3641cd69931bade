import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import type { Stage, Target } from '../permalink.ts';
import type { CompileAnswer, Compiled, CompileRequest, Hint, TargetUsage } from './compiled.ts';

export interface CompileEvents {
  compiled(result: Compiled): void;
  /** What the shader takes of another target of its stage. */
  usage(target: Target, usage: TargetUsage): void;
  hints(hints: readonly Hint[]): void;
  /** The compiler did not come to an end, or is broken: a sentence. */
  failed(message: string): void;
}

export interface CompileClientOptions {
  readonly createWorker: () => Worker;
  readonly clock: Clock;
  readonly events: CompileEvents;
  /** Milliseconds after which the worker is ended and a new one started. The compiler bounds itself to 2 s. */
  readonly limit?: number;
}

/**
 * Compiles the newest source in a worker. While one compiles, only the newest of those that come meanwhile is kept: on a slow
 * machine the listing lags, but it is never of an old source once the typing stops. A worker that does not answer is ended.
 */
export class CompileClient implements Disposable {
  readonly #options: CompileClientOptions;
  #worker: Worker | undefined;
  #running: CompileRequest | undefined;
  #next: CompileRequest | undefined;
  #id = 0;
  /** The running request has its listing; its hints are still looked for. */
  #compiled = false;
  #cancelLimit = () => {};

  constructor(options: CompileClientOptions) {
    this.#options = options;
  }

  compile(source: string, stage: Stage, target: Target): void {
    this.#next = { id: ++this.#id, source, stage, target };
    // A worker that only looks for hints any more stops when the next message comes.
    if (this.#compiled) this.#settle();
    else if (!this.#running) this.#start();
  }

  #start(): void {
    this.#running = this.#next;
    this.#next = undefined;
    if (!this.#running) return;
    this.#worker ??= this.#createWorker();
    this.#worker.postMessage(this.#running);
    const { clock, limit = 2_500 } = this.#options;
    this.#cancelLimit = clock.after(limit, () => this.#fail(`the compiler did not come to an end within ${limit / 1000} s`));
  }

  #createWorker(): Worker {
    const worker = this.#options.createWorker();
    worker.onmessage = ({ data }: MessageEvent<CompileAnswer>) => this.#answer(data);
    worker.onerror = event => this.#fail(event.message || 'the compiler could not be loaded');
    return worker;
  }

  #answer(answer: CompileAnswer): void {
    const newest = answer.id === this.#id;
    if (answer.kind === 'usage') {
      if (newest) this.#options.events.usage(answer.target, answer.usage);
      return;
    }
    if (answer.kind === 'hints') {
      if (newest) this.#options.events.hints(answer.hints);
      if (answer.id === this.#running?.id) this.#settle();
      return;
    }
    if (answer.kind === 'failed') this.#options.events.failed(answer.message);
    // An older one is shown as well: better a listing of a moment ago than none while somebody types.
    else this.#options.events.compiled(answer.compiled);
    // Answers of a request that is no longer waited for end nothing.
    if (answer.id !== this.#running?.id) return;
    // Hints follow, but whoever types on does not wait for them.
    if (answer.kind === 'failed' || this.#next) this.#settle();
    else {
      // The search for hints bounds itself.
      this.#compiled = true;
      this.#cancelLimit();
    }
  }

  #settle(): void {
    this.#cancelLimit();
    this.#compiled = false;
    this.#running = undefined;
    this.#start();
  }

  #fail(message: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#options.events.failed(message);
    this.#settle();
  }

  dispose(): void {
    this.#cancelLimit();
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#running = undefined;
    this.#next = undefined;
  }
}
