import { createDecoder, type Decoder } from '../../assets/threads/decoder.ts';
import type { Clock } from '../../core/clock.ts';
import { BrowserCache } from '../../net/cache/browser-cache.ts';
import { browserStorage } from '../../net/cache/cache-ledger.ts';
import { DownloadQueue } from '../../net/queue/download-queue.ts';
import { fetchEarly } from './early-answers.ts';

/** What the viewers of a page share: what one of them fetches, none of the others fetches again, and workers are as few as for one. */
export interface SharedDownloads {
  readonly queue: DownloadQueue;
  readonly decoder: Decoder;
  /** Of the last who has them, ends the workers and what is under way, and writes the cache. Twice is harmless. */
  release(): void;
}

interface Shared {
  /** Kept for as long as the page: the next viewer finds what is still to be written. */
  readonly cache: BrowserCache;
  readonly queue: DownloadQueue;
  readonly decoder: Decoder;
  /** Writes what waits: the page may be closed next. */
  readonly flush: () => void;
  users: number;
}

const byClock = new WeakMap<Clock, Shared>();

/** @param clock - viewers of one clock share: all of a page, but in tests. */
export function shareDownloads(clock: Clock): SharedDownloads {
  let shared = byClock.get(clock);
  if (!shared?.users) {
    const cache = shared?.cache ?? new BrowserCache({ clock });
    const queue = new DownloadQueue({ cache, clock, fetch: fetchEarly });
    const decoder = createDecoder({ storage: browserStorage(), clock });
    shared = { cache, queue, decoder, flush: () => void cache.flush(), users: 0 };
    byClock.set(clock, shared);
    // Also when it is seen again: then there is little to write.
    document.addEventListener('visibilitychange', shared.flush);
  }
  const { queue, decoder, flush } = shared;
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
      document.removeEventListener('visibilitychange', flush);
      flush();
      queue.dispose();
      decoder.dispose();
    },
  };
}
