/** Ends a command by Ctrl-C. */
import { END_SIGNALS } from './end-signals.ts';

/** The exit code of a command that Ctrl-C ended, as shells report it. */
export const INTERRUPTED = 130;

/**
 * Listens to Ctrl-C, and to the system's requests to end. The first one aborts `signal`, so that the command cleans up. The second one
 * ends the process at once.
 */
export class Interruption {
  readonly #controller = new AbortController();
  #by: NodeJS.Signals | undefined;

  constructor() {
    for (const name of END_SIGNALS) process.on(name, this.#receive);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops listening. */
  close(): void {
    for (const name of END_SIGNALS) process.off(name, this.#receive);
  }

  /** Ends an interrupted process as if nobody had listened, so that its shell knows. */
  endProcess(): void {
    this.close();
    if (this.#by) process.kill(process.pid, this.#by);
  }

  readonly #receive = (name: NodeJS.Signals): void => {
    const isFirst = this.#by === undefined;
    this.#by = name;
    if (isFirst) this.#controller.abort(new DOMException(`interrupted by ${name}`, 'AbortError'));
    else this.endProcess();
  };
}
