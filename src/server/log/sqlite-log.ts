import type { Change } from './change.ts';
import { RecentEntries } from './recent-entries.ts';
import { type LogEntry, LogUnavailable, RevisionConflict, type RoomLog } from './room-log.ts';
import { openSqlite, type SqliteDriver, type SqliteDriverName } from './sqlite-driver.ts';

export interface SqliteLogOptions {
  /** Drivers to try, in this order. */
  readonly drivers?: readonly SqliteDriverName[];
  /** Pages of 4 KiB at most; a test makes the disk full with it. */
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
 * The log in one SQLite file. WAL with synchronous FULL: an entry is on the disk before `append` resolves. Appends that arrive
 * in one turn of the event loop share one transaction and one fsync.
 */
export class SqliteLog implements RoomLog {
  readonly driver: string;
  trouble: string | undefined;
  readonly #database: SqliteDriver;
  readonly #recent: RecentEntries;
  readonly #revisions = new Map<string, number>();
  #waiting: Waiting[] = [];
  #closed = false;

  /** @throws LogUnavailable when the file cannot be opened or is none of ours. */
  constructor(file: string, { drivers, maxPages }: SqliteLogOptions = {}) {
    this.#database = openSqlite(file, drivers);
    this.driver = this.#database.name;
    try {
      this.#database.exec('PRAGMA journal_mode = WAL');
      this.#database.exec('PRAGMA synchronous = FULL');
      if (maxPages !== undefined) this.#database.all(`PRAGMA max_page_count = ${maxPages}`);
      // AUTOINCREMENT: a position is never used twice, even when the last entry is removed by hand.
      this.#database.exec(
        'CREATE TABLE IF NOT EXISTS entries (position INTEGER PRIMARY KEY AUTOINCREMENT, aggregate TEXT NOT NULL, change TEXT NOT NULL)',
      );
      this.#database.exec('CREATE INDEX IF NOT EXISTS entries_by_aggregate ON entries (aggregate, position)');
      this.#recent = new RecentEntries(this.#lastStored());
    } catch (cause) {
      this.#database.close();
      throw new LogUnavailable(`${file}: ${(cause as Error).message}`, { cause });
    }
  }

  append(aggregate: string, expectedRevision: number, change: Change): Promise<number> {
    if (this.#closed) return Promise.reject(new LogUnavailable('the log is closed'));
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#flush());
      this.#waiting.push({ aggregate, expected: expectedRevision, change, text: JSON.stringify(change), resolve, reject });
    });
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    const written: LogEntry[] = [];
    const conflicts = new Set<Waiting>();
    const revisions = new Map<string, number>();
    try {
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
    } catch (cause) {
      this.#rollBack();
      this.trouble = (cause as Error).message;
      const error = new LogUnavailable(`the log cannot be written: ${this.trouble}`, { cause });
      for (const { reject } of waiting) reject(error);
      return;
    }
    this.trouble = undefined;
    for (const [aggregate, revision] of revisions) this.#remember(aggregate, revision);
    if (written.length > 0) this.#recent.add(written);
    let next = 0;
    for (const each of waiting) {
      if (conflicts.has(each)) each.reject(new RevisionConflict(each.aggregate, each.expected));
      else each.resolve(written[next++].position);
    }
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
    // A cache: what it forgets, the index brings again.
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
    // The sequence counts positions that are gone, too.
    const [row] = this.#database.all("SELECT seq AS last FROM sqlite_sequence WHERE name = 'entries'");
    return Number(row?.last ?? 0);
  }

  async last(): Promise<number> {
    return this.#recent.last;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    this.#recent.wake();
    this.#database.close();
  }
}
