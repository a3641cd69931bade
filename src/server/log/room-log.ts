import type { Change } from './change.ts';

/**
 * The storage of rooms: an append-only log with a compare-and-set for each aggregate.
 * Adapters: memory, SQLite, NATS JetStream. Each must pass test/server/log/log-contract.test.ts.
 */

/** One entry as the log stores it. */
export interface LogEntry {
  /** Position in the log, >= 1. It ascends over all aggregates, with or without gaps. */
  readonly position: number;
  /** `room/lounge`, `avatar/x1`, `product/7`. */
  readonly aggregate: string;
  readonly change: Change;
}

export interface RoomLog {
  /**
   * Appends one entry, atomically and durably.
   *
   * @param expectedRevision - position of the aggregate's last entry. 0 for an aggregate without entries.
   * @returns the position of the entry, which is the aggregate's new revision.
   * @throws RevisionConflict if another entry of the aggregate was appended since; LogUnavailable if the log cannot be written now.
   */
  append(aggregate: string, expectedRevision: number, change: Change): Promise<number>;
  /**
   * Yields every entry after `after` in order, in batches, then new ones as they arrive. Ends when `signal` aborts.
   * @throws LogUnavailable if the log cannot be read at all.
   */
  follow(after: number, signal: AbortSignal): AsyncIterable<readonly LogEntry[]>;
  /** Returns the position of the last entry. 0 for an empty log. @throws LogUnavailable */
  last(): Promise<number>;
  /** Returns why the log cannot be written now. Undefined while it can, as far as is known. */
  readonly trouble: string | undefined;
  close(): Promise<void>;
}

/** Another entry of the aggregate was appended first. The caller must read and decide again. */
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
