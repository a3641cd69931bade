import type { Change } from './change.ts';
import { RecentEntries } from './recent-entries.ts';
import { type LogEntry, LogUnavailable, RevisionConflict, type RoomLog } from './room-log.ts';

/** A log in memory: for tests, and for `npm start`, where a room need not outlive the process. */
export class MemoryLog implements RoomLog {
  readonly #entries: LogEntry[] = [];
  readonly #revisions = new Map<string, number>();
  readonly #recent = new RecentEntries(0);
  /** Set by tests: appends fail with this reason. */
  trouble: string | undefined;

  async append(aggregate: string, expectedRevision: number, change: Change): Promise<number> {
    if (this.trouble !== undefined) throw new LogUnavailable(this.trouble);
    if ((this.#revisions.get(aggregate) ?? 0) !== expectedRevision) throw new RevisionConflict(aggregate, expectedRevision);
    const entry = { position: this.#entries.length + 1, aggregate, change: structuredClone(change) };
    this.#entries.push(entry);
    this.#revisions.set(aggregate, entry.position);
    this.#recent.add([entry]);
    return entry.position;
  }

  async *follow(after: number, signal: AbortSignal): AsyncGenerator<readonly LogEntry[], void, undefined> {
    while (!signal.aborted) {
      const batch = this.#entries.slice(after, after + 1000);
      if (batch.length === 0) await this.#recent.next(after, signal);
      else {
        after += batch.length;
        yield batch;
      }
    }
  }

  async last(): Promise<number> {
    return this.#entries.length;
  }

  async close(): Promise<void> {
    this.#recent.wake();
  }
}
