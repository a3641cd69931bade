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
