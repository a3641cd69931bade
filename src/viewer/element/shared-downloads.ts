import { createDecoder, type Decoder } from '../../assets/threads/decoder.ts';
import type { Clock } from '../../core/clock.ts';
import { BrowserCache } from '../../net/cache/browser-cache.ts';
import { browserStorage } from '../../net/cache/cache-ledger.ts';
import { DownloadQueue } from '../../net/queue/download-queue.ts';

/** What the viewers of a page share: what one of them fetches, none of the others fetches again, and workers are as few as for one. */
export interface SharedDownloads {
  readonly queue: DownloadQueue;
  readonly decoder: Decoder;
  /** Of the last who has them, ends the workers and what is under way. Twice is harmless. */
  release(): void;
}

interface Shared {
  readonly queue: DownloadQueue;
  readonly decoder: Decoder;
  users: number;
}

const byClock = new WeakMap<Clock, Shared>();

/** @param clock - viewers of one clock share: all of a page, but in tests. */
export function shareDownloads(clock: Clock): SharedDownloads {
  let shared = byClock.get(clock);
  if (!shared) {
    const queue = new DownloadQueue({ cache: new BrowserCache({ clock }), clock });
    shared = { queue, decoder: createDecoder({ storage: browserStorage(), clock }), users: 0 };
    byClock.set(clock, shared);
  }
  const { queue, decoder } = shared;
  const mine = shared;
  mine.users++;
  let released = false;
  return {
    queue,
    decoder,
    release() {
      if (released) return;
      released = true;
      if (--mine.users > 0) return;
      byClock.delete(clock);
      queue.dispose();
      decoder.dispose();
    },
  };
}
