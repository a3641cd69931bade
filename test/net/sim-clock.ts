import type { Clock } from '../../src/core/clock.ts';

interface Due {
  readonly at: number;
  readonly order: number;
  callback: (() => void) | undefined;
}

/** Virtual time for whole rooms: like VirtualClock, but a heap, and it runs until nothing is due. */
export class SimClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #heap: Due[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const due: Due = { at: this.#now + Math.max(0, ms), order: this.#order++, callback };
    this.#push(due);
    return () => {
      due.callback = undefined;
    };
  }

  /** Runs until nothing is due, `until` says so, or `limit` ms have passed. @returns whether `until` was met or nothing is due. */
  async run(until: () => boolean = () => false, limit = 3_600_000): Promise<boolean> {
    const end = this.#now + limit;
    for (;;) {
      await allSettled();
      if (until()) return true;
      const due = this.#pop();
      if (!due) return true;
      if (!due.callback) continue;
      if (due.at > end) {
        this.#push(due);
        this.#now = end;
        return false;
      }
      this.#now = due.at;
      due.callback();
    }
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!before(due, heap[up])) break;
      heap[at] = heap[up];
      at = up;
    }
    heap[at] = due;
  }

  #pop(): Due | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && before(heap[down + 1], heap[down])) down++;
      if (!before(heap[down], last)) break;
      heap[at] = heap[down];
      at = down;
    }
    heap[at] = last;
    return top;
  }
}

const before = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Lets every promise that can settle now settle: microtasks all run before the next macrotask. */
export function allSettled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
