/**
 * Keeps bytes by content hash from visit to visit. Nothing here rejects: a cache that is denied, full or emptied behind our
 * back is one that has nothing.
 */
export interface ByteCache {
  /** Bytes in memory that wait to be written. Undefined: none. */
  readonly unwritten?: number;
  /** By the ledger alone, at once: false means that it is surely not there. */
  mayHave(hash: string): boolean;
  /** Whether it is there, now. */
  has(hash: string): Promise<boolean>;
  get(hash: string): Promise<CachedBytes | undefined>;
  /**
   * Writes later, and takes the bytes over. Where too many bytes wait already, it keeps nothing, and `instead` stays.
   * @param url - where they came from.
   * @param instead - hash of an entry that these bytes take the place of. It is deleted when they are written.
   */
  put(hash: string, bytes: Uint8Array<ArrayBuffer>, url: string, instead?: string): void;
  /** What it gave was wrong. */
  delete(hash: string): Promise<void>;
}

export interface CachedBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `memory`: still waits to be written. */
  readonly from: 'cache' | 'memory';
}
