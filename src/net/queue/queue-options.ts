import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { ByteCache } from '../cache/byte-cache.ts';
import type { TimingSource } from '../metrics/resource-timing.ts';
import type { Connectivity } from '../transfer/connectivity.ts';
import type { HashFunction } from '../transfer/content-check.ts';
import type { PathMemory } from '../transfer/path-memory.ts';
import type { FetchFunction } from '../transfer/transfer.ts';

/** What a `DownloadQueue` may be given. Every option has a default. */
export interface QueueOptions {
  readonly fetch?: FetchFunction;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly hash?: HashFunction;
  readonly connectivity?: Connectivity;
  readonly timings?: TimingSource;
  /** Keeps downloads with a hash from visit to visit (`new BrowserCache()`). None by default. */
  readonly cache?: ByteCache | undefined;
  /** What former visits measured of the network. localStorage by default. */
  readonly paths?: PathMemory;
  /** URL that relative ones are resolved against. The page's by default. */
  readonly base?: string;
  /** Silence that ends an attempt, ms. 15,000 by default, 5,000 where a mirror is left. */
  readonly stallMs?: number;
  readonly mirrorStallMs?: number;
  /** URL that receives the figures of all endpoints by `sendBeacon`: each minute, and when the page is left. */
  readonly collector?: string;
}
