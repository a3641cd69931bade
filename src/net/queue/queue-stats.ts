import type { CacheLane } from '../cache/cache-lane.ts';
import type { BandwidthEstimate } from '../estimates/bandwidth-estimate.ts';
import type { NetworkLane } from '../transfer/network-lane.ts';
import type { Origin } from '../transfer/origins.ts';
import { HIGH } from './priority.ts';

/** What the queue knows and has done, at the moment of the call. */
export interface QueueStats {
  /** Bytes that may be in flight, and that are, to the origin met last. */
  readonly window: number;
  readonly inflightBytes: number;
  /** Bytes a second, and ms; undefined before they are measured. */
  readonly bandwidth: number | undefined;
  readonly roundTripMs: number | undefined;
  readonly protocol: string | undefined;
  readonly waiting: number;
  readonly active: number;
  readonly retrying: number;
  /** Totals: bytes over the network, bytes of them that were discarded, and counts. */
  readonly received: number;
  readonly wasted: number;
  readonly requests: number;
  readonly retries: number;
  readonly preempted: number;
  readonly cacheHits: number;
  readonly cacheBytes: number;
  /** Requests that joined a running download. */
  readonly shared: number;
  /** Bytes in memory that wait to be written to the cache. */
  readonly unwritten: number;
}

/**
 * Reads the figures of both lanes.
 * @param origin - met last. Undefined before the first request.
 */
export function readStats(
  network: NetworkLane,
  cache: CacheLane | undefined,
  origin: Origin | undefined,
  bandwidth: BandwidthEstimate,
): Omit<QueueStats, 'shared' | 'unwritten'> {
  return {
    window: origin?.window(bandwidth, HIGH) ?? 0,
    inflightBytes: network.inflightBytes,
    bandwidth: bandwidth.valueOrAssumed,
    roundTripMs: origin?.roundTrip.value,
    protocol: origin?.protocol,
    waiting: network.waiting + (cache?.waiting ?? 0),
    active: network.active,
    retrying: network.retrying,
    ...network.totals,
    cacheHits: cache?.hits ?? 0,
    cacheBytes: cache?.bytes ?? 0,
  };
}
