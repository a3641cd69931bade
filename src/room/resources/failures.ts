import { FormatError, LoadError } from '../../core/errors.ts';
import type { RoomSink } from '../documents/room-info.ts';

/** Tells each failure of a room once, and keeps nothing that grows: a live room runs for days. */
export class Failures {
  readonly #tell: (url: string, error: unknown) => void;
  /** Weak: errors hold causes. */
  readonly #told = new WeakSet<object>();
  /** What could not be had when the room was last followed, and the document that is to blame. */
  #lost = new Map<string, string>();

  constructor(tell: (url: string, error: unknown) => void) {
    this.#tell = tell;
  }

  /** One error that several stumble over (a skin that fits no skeleton) is told once. */
  add(url: string, error: unknown): void {
    if (typeof error === 'object' && error !== null) {
      if (this.#told.has(error)) return;
      this.#told.add(error);
    }
    this.#tell(url, error);
  }

  /** For one following of all documents: what could not be had the time before, and still cannot, is not told again. */
  following(): RoomSink['failed'] {
    const before = this.#lost;
    const lost = new Map<string, string>();
    this.#lost = lost;
    return (url, error) => {
      lost.set(url, error instanceof LoadError || error instanceof FormatError ? error.url : url);
      if (!before.has(url)) this.add(url, error);
    };
  }

  /** Forgets which documents could not be had: whichever still cannot is told again. @returns them, to be asked for again. */
  takeLost(): string[] {
    const documents = [...new Set(this.#lost.values())];
    this.#lost.clear();
    return documents;
  }
}
