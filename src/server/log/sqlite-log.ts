import { close, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Change } from './change.ts';
import { RecentEntries } from './recent-entries.ts';
import { type LogEntry, LogUnavailable, RevisionConflict, type RoomLog } from './room-log.ts';
import { openSqlite, type SqliteDriver, type SqliteDriverName } from './sqlite-driver.ts';

export interface SqliteLogOptions {
  /** Drivers to try, in this order. */
  readonly drivers?: readonly SqliteDriverName[];
  /** Maximum number of pages of 4 KiB. A test simulates a full disk with it. */
  readonly maxPages?: number;
}

interface Waiting {
  readonly aggregate: string;
  readonly expected: number;
  readonly change: Change;
  readonly text: string;
  resolve(position: number): void;
  reject(error: Error): void;
}

const BATCH = 2000;

/**
 * The log in one SQLite file, in WAL mode. An entry is on the disk before `append` resolves, as `synchronous = FULL` promises. But FULL
 * waits for the disk inside COMMIT, and blocks the event loop (80 ms at p99 on a busy disk, up to seconds on a very busy one). So the
 * commit is NORMAL, which only writes. The thread pool syncs the WAL before the entry is acknowledged or reported. Appends that arrive
 * meanwhile share the next transaction and the next sync.
 */
export class SqliteLog implements RoomLog {
  readonly driver: string;
  trouble: string | undefined;
  readonly #database: SqliteDriver;
  readonly #recent: RecentEntries;
  readonly #revisions = new Map<string, number>();
  readonly #waiting: Waiting[] = [];
  readonly #sync: ReturnType<typeof syncOf>;
  #flushing: Promise<void> | undefined;
  #closed = false;

  /** @throws LogUnavailable if the file cannot be opened or is not a log of this server. */
  constructor(file: string, { drivers, maxPages }: SqliteLogOptions = {}) {
    this.#database = openSqlite(file, drivers);
    this.driver = this.#database.name;
    try {
      this.#database.exec('PRAGMA journal_mode = WAL');
      this.#database.exec('PRAGMA synchronous = NORMAL');
      if (maxPages !== undefined) this.#database.all(`PRAGMA max_page_count = ${maxPages}`);
      // AUTOINCREMENT: a position is never used twice, even when the last entry is removed by hand.
      this.#database.exec(
        'CREATE TABLE IF NOT EXISTS entries (position INTEGER PRIMARY KEY AUTOINCREMENT, aggregate TEXT NOT NULL, change TEXT NOT NULL)',
      );
      this.#database.exec('CREATE INDEX IF NOT EXISTS entries_by_aggregate ON entries (aggregate, position)');
      this.#recent = new RecentEntries(this.#lastStored());
      this.#sync = syncOf(`${file}-wal`);
    } catch (cause) {
      this.#database.close();
      throw new LogUnavailable(`${file}: ${(cause as Error).message}`, { cause });
    }
  }

  append(aggregate: string, expectedRevision: number, change: Change): Promise<number> {
    if (this.#closed) return Promise.reject(new LogUnavailable('the log is closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ aggregate, expected: expectedRevision, change, text: JSON.stringify(change), resolve, reject });
      this.#flushing ??= this.#flushAll();
    });
  }

  async #flushAll(): Promise<void> {
    // What arrives in this turn of the event loop goes into one transaction.
    await new Promise(resolve => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#flush(this.#waiting.splice(0));
    this.#flushing = undefined;
  }

  async #flush(waiting: readonly Waiting[]): Promise<void> {
    const written: LogEntry[] = [];
    const conflicts = new Set<Waiting>();
    let isWritten = false;
    try {
      this.#write(waiting, written, conflicts);
      isWritten = true;
      if (written.length > 0) await this.#sync.now();
    } catch (cause) {
      if (!isWritten) this.#rollBack();
      this.trouble = (cause as Error).message;
      const error = new LogUnavailable(`the log cannot be written: ${this.trouble}`, { cause });
      for (const { reject } of waiting) reject(error);
      // Written but not synced: the entries are in the file, but were not acknowledged.
      if (isWritten) this.#publish(written);
      return;
    }
    this.trouble = undefined;
    this.#publish(written);
    let next = 0;
    for (const each of waiting) {
      if (conflicts.has(each)) each.reject(new RevisionConflict(each.aggregate, each.expected));
      else each.resolve(written[next++].position);
    }
  }

  #write(waiting: readonly Waiting[], written: LogEntry[], conflicts: Set<Waiting>): void {
    const revisions = new Map<string, number>();
    this.#database.exec('BEGIN IMMEDIATE');
    let position = this.#recent.last;
    for (const each of waiting) {
      const { aggregate, expected, change, text } = each;
      if ((revisions.get(aggregate) ?? this.#revision(aggregate)) !== expected) {
        conflicts.add(each);
        continue;
      }
      this.#database.run('INSERT INTO entries (position, aggregate, change) VALUES (?, ?, ?)', ++position, aggregate, text);
      revisions.set(aggregate, position);
      written.push({ position, aggregate, change });
    }
    this.#database.exec('COMMIT');
  }

  #publish(written: readonly LogEntry[]): void {
    for (const { aggregate, position } of written) this.#remember(aggregate, position);
    if (written.length > 0) this.#recent.add(written);
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself (a full disk does that).
    }
  }

  #revision(aggregate: string): number {
    const known = this.#revisions.get(aggregate);
    if (known !== undefined) return known;
    const [row] = this.#database.all('SELECT max(position) AS revision FROM entries WHERE aggregate = ?', aggregate);
    const revision = Number(row?.revision ?? 0);
    this.#remember(aggregate, revision);
    return revision;
  }

  #remember(aggregate: string, revision: number): void {
    // A cache. The index has what it forgets.
    if (this.#revisions.size > 100_000) this.#revisions.clear();
    this.#revisions.set(aggregate, revision);
  }

  async *follow(after: number, signal: AbortSignal): AsyncGenerator<readonly LogEntry[], void, undefined> {
    while (!signal.aborted && !this.#closed) {
      const batch = this.#recent.after(after) ?? this.#read(after);
      const last = batch.at(-1);
      if (last) {
        after = last.position;
        yield batch;
      } else await this.#recent.next(after, signal);
    }
  }

  #read(after: number): readonly LogEntry[] {
    const rows = this.#database.all(
      `SELECT position, aggregate, change FROM entries WHERE position > ? ORDER BY position LIMIT ${BATCH}`,
      after,
    );
    return rows.map(({ position, aggregate, change }) => ({
      position: Number(position),
      aggregate: String(aggregate),
      change: JSON.parse(String(change)),
    }));
  }

  #lastStored(): number {
    // The sequence also counts positions that were removed.
    const [row] = this.#database.all("SELECT seq AS last FROM sqlite_sequence WHERE name = 'entries'");
    return Number(row?.last ?? 0);
  }

  async last(): Promise<number> {
    return this.#recent.last;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#flushing;
    this.#recent.wake();
    this.#sync.close();
    this.#database.close();
  }
}

/** Syncs what was written to `file` to the disk, without blocking the event loop. */
function syncOf(file: string): { now(): Promise<void>; close(): void } {
  const handle = openSync(file, 'r+');
  const sync = promisify(fdatasync);
  return { now: () => sync(handle), close: () => close(handle, () => {}) };
}
