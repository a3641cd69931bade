import type { Clock } from '../src/core/clock.ts';

interface Due {
  at: number;
  order: number;
  callback: () => void;
}

/** A clock that stands still until told to run. Callbacks due at the same time run in the order they were set. */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  #due: Due[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const entry = { at: this.#now + Math.max(0, ms), order: this.#order++, callback };
    this.#due.push(entry);
    return () => {
      const index = this.#due.indexOf(entry);
      if (index >= 0) this.#due.splice(index, 1);
    };
  }

  /** How many callbacks wait. */
  get pending(): number {
    return this.#due.length;
  }

  /** Runs all that is due within the next `ms` milliseconds, letting promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      let next: Due | undefined;
      for (const d of this.#due)
        if (d.at <= end && (!next || d.at < next.at || (d.at === next.at && d.order < next.order))) next = d;
      if (!next) break;
      this.#due.splice(this.#due.indexOf(next), 1);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
    await settle();
  }
}

/** Lets every promise that can settle now settle. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
