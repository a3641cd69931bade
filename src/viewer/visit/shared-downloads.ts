import { budgetFor, deviceMemory } from '../../assets/memory/memory-budget.ts';
import { createDecoder, type Decoder } from '../../assets/threads/decoder.ts';
import type { Clock } from '../../core/clock.ts';
import { BrowserCache } from '../../net/cache/browser-cache.ts';
import { DownloadQueue } from '../../net/queue/download-queue.ts';
import { fetchEarly } from './early-answers.ts';

/** Downloads and workers that all viewers of a page share. What one viewer fetches, no other fetches again. */
export interface SharedDownloads {
  readonly queue: DownloadQueue;
  readonly decoder: Decoder;
  /** The last user's call ends the workers and the transfers, and writes the cache. A second call does nothing. */
  release(): void;
}

interface Shared {
  /** Lives as long as the page, so that the next viewer finds what is still to be written. */
  readonly cache: BrowserCache;
  readonly queue: DownloadQueue;
  readonly decoder: Decoder;
  /** Writes what waits, because the page may be closed next. */
  readonly flush: () => void;
  users: number;
}

const byClock = new WeakMap<Clock, Shared>();

/** @param clock - viewers with the same clock share. On a page all have the same; in tests they may not. */
export function shareDownloads(clock: Clock): SharedDownloads {
  let shared = byClock.get(clock);
  if (!shared?.users) {
    const cache = shared?.cache ?? new BrowserCache({ clock, maxUnwritten: budgetFor(deviceMemory()) / 8 });
    const queue = new DownloadQueue({ cache, clock, fetch: fetchEarly });
    const decoder = createDecoder({ clock });
    shared = { cache, queue, decoder, flush: () => void cache.flush(), users: 0 };
    byClock.set(clock, shared);
    // It also runs when the page is visible again. Little is left to write then.
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
