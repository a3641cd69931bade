/** What the queue knows and has done, at the moment it is asked. */
export interface QueueStats {
  /** Bytes that may be in flight to the origin met last, and that are. */
  readonly window: number;
  readonly inflightBytes: number;
  /** Bytes a second, ms; undefined before they are measured. */
  readonly bandwidth: number | undefined;
  readonly roundTripMs: number | undefined;
  readonly protocol: string | undefined;
  readonly waiting: number;
  readonly active: number;
  readonly retrying: number;
  /** Totals: bytes that came over the network, those of them that were thrown away, and counts. */
  readonly received: number;
  readonly wasted: number;
  readonly requests: number;
  readonly retries: number;
  readonly preempted: number;
  readonly cacheHits: number;
  readonly cacheBytes: number;
  /** Requests that joined a download under way. */
  readonly shared: number;
}
