/** The page's side of the compile worker. */
import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import type { Stage, Target } from '../permalink.ts';
import type { CompileAnswer, Compiled, CompileRequest, Hint, TargetUsage } from './compiled.ts';

export interface CompileEvents {
  compiled(result: Compiled): void;
  /** Reports the usage of another target of the same stage. */
  usage(target: Target, usage: TargetUsage): void;
  hints(hints: readonly Hint[]): void;
  /** Reports that the compiler did not finish or crashed. `message` is a sentence. */
  failed(message: string): void;
}

export interface CompileClientOptions {
  readonly createWorker: () => Worker;
  readonly clock: Clock;
  readonly events: CompileEvents;
  /** The milliseconds after which the client replaces the worker. The compiler limits itself to 2 s. */
  readonly limit?: number;
}

/**
 * Compiles the newest source in a worker.
 * During a compilation only the newest waiting request is kept. On a slow machine the listing lags, but it always catches up with
 * the newest source.
 * A worker that does not answer is terminated.
 */
export class CompileClient implements Disposable {
  readonly #options: CompileClientOptions;
  #worker: Worker | undefined;
  #running: CompileRequest | undefined;
  #next: CompileRequest | undefined;
  #id = 0;
  /** True once the running request has its listing. The search for hints may continue. */
  #compiled = false;
  #cancelLimit = () => {};

  constructor(options: CompileClientOptions) {
    this.#options = options;
  }

  compile(source: string, stage: Stage, target: Target): void {
    this.#next = { id: ++this.#id, source, stage, target };
    // A worker that only searches for hints stops at the next message.
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
    // An older result is shown too: during typing, a slightly old listing is better than none.
    else this.#options.events.compiled(answer.compiled);
    // Answers to a superseded request are ignored here.
    if (answer.id !== this.#running?.id) return;
    // Hints follow, but a newer request does not wait for them.
    if (answer.kind === 'failed' || this.#next) this.#settle();
    else {
      // The search for hints limits itself.
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
