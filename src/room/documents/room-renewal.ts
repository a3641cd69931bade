import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import type { RoomChange, RoomSink } from './room-info.ts';
import type { RoomReader } from './room-reader.ts';

/** Milliseconds in which stale documents are gathered before they are requested again: update queues report them in bursts. */
const RENEW_MS = 30;

export interface RenewalOptions {
  readonly graph: GraphClient;
  /** Absolute URL of the room's document. */
  readonly url: string;
  readonly clock: Clock;
  /** Loads the code that reads changes. Called at the first change, and again after a failure. */
  readonly openReader: () => Promise<RoomReader>;
  /** Starts a list of what fails in one reading. */
  readonly following: () => RoomSink['failed'];
  /** Called with each change that was read. */
  readonly onChange: (change: RoomChange) => void;
}

/** Reads a room's stale documents again, a moment after they became stale. */
export class RoomRenewal implements Disposable {
  readonly #options: RenewalOptions;
  /** Documents that changed and have not been read again. */
  #stale = new Set<string>();
  #reader: RoomReader | undefined;
  /** Whether all documents were read once. */
  #begun = false;
  /** Cancels the wait for the next reading. It stays set while that runs. */
  #waiting: (() => void) | undefined;
  #disposed = false;

  constructor(options: RenewalOptions) {
    this.#options = options;
    options.graph.events.on('stale', ({ urls }) => {
      for (const stale of urls) this.#stale.add(stale);
      this.#schedule();
    });
  }

  /** All documents were read once. From now on, stale ones are read again. */
  begin(): void {
    this.#begun = true;
    if (this.#stale.size > 0) this.#schedule();
  }

  dispose(): void {
    this.#disposed = true;
    this.#waiting?.();
  }

  #schedule(): void {
    if (!this.#waiting && this.#begun && !this.#disposed)
      this.#waiting = this.#options.clock.after(RENEW_MS, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    const { url, openReader, following, onChange } = this.#options;
    const failed = following();
    try {
      this.#reader ??= await openReader();
      const stale = this.#stale;
      this.#stale = new Set();
      const change = await this.#reader.read(stale, failed);
      if (!this.#disposed) onChange(change);
    } catch (error) {
      // The room's own document or the code is not available now. The room stays as it is.
      failed(url, error);
    } finally {
      this.#waiting = undefined;
      // Without the code, the next change tries again.
      if (this.#stale.size > 0 && this.#reader) this.#schedule();
    }
  }
}
