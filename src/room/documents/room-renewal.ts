import type { Clock } from '../../core/clock.ts';
import type { Pacer } from '../../core/pacer.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import type { KnownThings, RoomChange, RoomSink } from './room-info.ts';
import { RoomReader } from './room-reader.ts';

/** Milliseconds in which stale documents are gathered before they are requested again: update queues report them in bursts. */
const RENEW_MS = 30;

export interface RenewalOptions {
  readonly graph: GraphClient;
  /** Absolute URL of the room's document. */
  readonly url: string;
  readonly clock: Clock;
  readonly pacer: Pacer | undefined;
  /** What the first reading of the room found. */
  readonly known: KnownThings;
  /** URLs of the edges that the room shows. */
  readonly shown: Readonly<Record<'furniture' | 'avatars', Iterable<string>>>;
  /** Starts the list of failures of one reading. */
  readonly following: () => RoomSink['failed'];
  readonly onChange: (change: RoomChange) => void;
  /** Aborts when the room is left. */
  readonly signal: AbortSignal;
}

/** Reads a room's stale documents again, a moment after they became stale. Loaded with the first change of a room. */
export class RoomRenewal {
  readonly #options: RenewalOptions;
  readonly #reader: RoomReader;
  /** Documents that changed and have not been read again. */
  #stale: Set<string>;
  #isWaiting = true;

  /** @param stale - documents that have changed so far. They are read at once. */
  constructor(stale: Set<string>, options: RenewalOptions) {
    const { graph, url, known, shown, pacer, clock, signal } = options;
    this.#options = options;
    this.#stale = stale;
    this.#reader = new RoomReader(graph, url, known, shown, pacer);
    graph.events.on('stale', ({ urls }) => {
      for (const stale of urls) this.#stale.add(stale);
      if (!this.#isWaiting && !signal.aborted) this.#wait(clock);
    });
    void this.#renew();
  }

  #wait(clock: Clock): void {
    this.#isWaiting = true;
    const stop = clock.after(RENEW_MS, () => {
      signal.removeEventListener('abort', stop);
      void this.#renew();
    });
    const { signal } = this.#options;
    signal.addEventListener('abort', stop);
  }

  async #renew(): Promise<void> {
    const { url, clock, following, onChange, signal } = this.#options;
    const failed = following();
    try {
      const stale = this.#stale;
      this.#stale = new Set();
      const change = await this.#reader.read(stale, failed);
      if (!signal.aborted) onChange(change);
    } catch (error) {
      // The room's own document is not available now. The room stays as it is.
      failed(url, error);
    }
    this.#isWaiting = false;
    if (this.#stale.size > 0 && !signal.aborted) this.#wait(clock);
  }
}
