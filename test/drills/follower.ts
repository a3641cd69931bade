import { EventStream, type StreamEvent } from './event-stream.ts';

/** Follows a queue as a browser does: reconnects with the last position, and keeps all positions that it saw. */
export class Follower {
  readonly seen = new Set<string>();
  resets = 0;
  /** Times from the loss of a stream to the next one that opened, ms. */
  readonly away: number[] = [];
  #last: string;
  #stopped = false;
  #isOpen = false;
  readonly #events: StreamEvent[] = [];
  readonly #waiting = new Set<() => void>();
  #stream: EventStream | undefined;
  #lostAt: number | undefined;
  readonly #url: string;
  readonly #cookie: string;

  constructor(url: string, cookie: string, after: string) {
    this.#url = url;
    this.#cookie = cookie;
    this.#last = after;
    this.#open();
  }

  #open(): void {
    if (this.#stopped) return;
    this.#stream = new EventStream(`${this.#url}?after=${this.#last}`, {
      cookie: this.#cookie,
      onOpen: () => {
        if (this.#lostAt !== undefined) this.away.push(performance.now() - this.#lostAt);
        this.#lostAt = undefined;
        this.#isOpen = true;
        this.#check();
      },
      onEvent: received => {
        const { event, id } = received;
        this.#events.push(received);
        this.#check();
        if (event === 'reset') this.resets++;
        if (id === undefined) return;
        this.#last = id;
        this.seen.add(id);
        this.#check();
      },
      onEnd: () => {
        this.#lostAt ??= performance.now();
        setTimeout(() => this.#open(), 100);
      },
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#stream?.close();
  }

  #check(): void {
    for (const check of this.#waiting) check();
  }

  opened(): Promise<void> {
    return this.#when(() => this.#isOpen);
  }

  /** Resolves once an event has come for which `test` is true. @throws Error after 10 s. */
  until(test: (event: StreamEvent) => boolean): Promise<void> {
    return this.#when(() => this.#events.some(test));
  }

  #when(test: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!test()) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`nothing of that in 10 s: ${JSON.stringify(this.#events.slice(-5))}`));
      }, 10_000);
      this.#waiting.add(check);
      check();
    });
  }
}
