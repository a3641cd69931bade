import type { Change } from './change.ts';

/**
 * The one port behind which rooms are kept: an append-only log with a compare-and-set for each aggregate.
 * Adapters: memory, SQLite, NATS JetStream. test/server/log/contract.ts is what each must pass.
 */

/** One entry as the log stores it. */
export interface LogEntry {
  /** Place in the log, >= 1; ascends over all aggregates, with or without gaps. */
  readonly position: number;
  /** `room/lounge`, `avatar/x1`, `product/7`. */
  readonly aggregate: string;
  readonly change: Change;
}

export interface RoomLog {
  /**
   * Appends one entry, atomically and durably.
   *
   * @param expectedRevision - position of the aggregate's last entry; 0 for an aggregate without entries.
   * @returns the position of the entry, which is the aggregate's new revision.
   * @throws RevisionConflict when another entry of the aggregate was appended since; LogUnavailable when it cannot be written now.
   */
  append(aggregate: string, expectedRevision: number, change: Change): Promise<number>;
  /**
   * Yields every entry behind `after` in order, in batches, then those to come. Ends when `signal` aborts.
   * @throws LogUnavailable when the log cannot be read at all.
   */
  follow(after: number, signal: AbortSignal): AsyncIterable<readonly LogEntry[]>;
  /** Position of the last entry; 0 for an empty log. @throws LogUnavailable */
  last(): Promise<number>;
  /** Reports why the log cannot be written now; undefined while it can, as far as is known. */
  readonly trouble: string | undefined;
  close(): Promise<void>;
}

/** Another entry of the aggregate came first: read again and decide again. */
export class RevisionConflict extends Error {
  override readonly name = 'RevisionConflict';
  readonly aggregate: string;
  readonly expected: number;

  constructor(aggregate: string, expected: number) {
    super(`${aggregate} is no longer at revision ${expected}`);
    this.aggregate = aggregate;
    this.expected = expected;
  }
}

/** The log cannot be written (or reached) now. Nothing was acknowledged. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}
