import { FormatError, LoadError } from '../../core/errors.ts';
import type { RoomSink } from '../documents/room-info.ts';

/** Reports each failure of a room once. What it keeps does not grow, because a live room runs for days. */
export class Failures {
  readonly #tell: (url: string, error: unknown) => void;
  /** Weak: errors hold causes. */
  readonly #told = new WeakSet<object>();
  /** What was not available when the room was last followed -> the document at fault. */
  #lost = new Map<string, string>();

  constructor(tell: (url: string, error: unknown) => void) {
    this.#tell = tell;
  }

  /** Reports an error, unless the same one was reported before (a skin that fits no skeleton). */
  add(url: string, error: unknown): void {
    if (typeof error === 'object' && error !== null) {
      if (this.#told.has(error)) return;
      this.#told.add(error);
    }
    this.#tell(url, error);
  }

  /** Starts one reading of all documents. What failed in the last one and fails again is not reported again. */
  following(): RoomSink['failed'] {
    const before = this.#lost;
    const lost = new Map<string, string>();
    this.#lost = lost;
    return (url, error) => {
      lost.set(url, error instanceof LoadError || error instanceof FormatError ? error.url : url);
      if (!before.has(url)) this.add(url, error);
    };
  }

  /** Forgets the documents that were not available, so that they are reported again if they still are not. @returns their URLs. */
  takeLost(): string[] {
    const documents = [...new Set(this.#lost.values())];
    this.#lost.clear();
    return documents;
  }
}
