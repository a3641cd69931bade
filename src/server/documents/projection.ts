import type { Checkpoints } from '../log/checkpoint.ts';
import type { LogEntry, RoomLog } from '../log/room-log.ts';
import { Aggregate } from './aggregate.ts';
import type { Documents } from './documents.ts';

/** Keeps the documents up to date with the log: from the last checkpoint at start, then entry by entry. Writes checkpoints. */

/** Minimum number of entries between checkpoints. */
const CHECKPOINT_ENTRIES = 500;
/** Number of entries before the checkpoint that are read again, so that readers can resume across a restart. */
const READ_AGAIN = 2000;

export interface ProjectionOptions {
  readonly log: RoomLog;
  readonly documents: Documents;
  readonly checkpoints: Checkpoints | undefined;
  /** An entry that the checkpoint held already. */
  readonly remember: (entry: LogEntry, aggregate: Aggregate | undefined) => void;
  /** Entries at or before this position are not read. */
  readonly startAt: (position: number) => void;
  readonly failed: (error: unknown, what: string) => void;
}

export class Projection {
  readonly #options: ProjectionOptions;
  readonly #stop = new AbortController();
  #checkpointed = 0;
  /** Position of the checkpoint that this process began with. */
  #restored = 0;
  #writing: Promise<void> | undefined;
  #following: Promise<void> | undefined;

  constructor(options: ProjectionOptions) {
    this.#options = options;
  }

  /** Resolves when the documents are those at the end of the log. @throws LogUnavailable */
  async start(): Promise<void> {
    const { log, documents, checkpoints, startAt } = this.#options;
    const last = await log.last();
    const checkpoint = await checkpoints?.read(last, line => Aggregate.from(JSON.parse(line)));
    if (checkpoint) {
      documents.restore(checkpoint.position, checkpoint.aggregates);
      this.#checkpointed = checkpoint.position;
      this.#restored = checkpoint.position;
    }
    const from = Math.max(0, documents.position - READ_AGAIN);
    // Older entries are read too, but no reader resumes behind them.
    const told = Math.max(from, last - READ_AGAIN);
    startAt(told);
    this.#following = this.#follow(from, told);
    await Promise.race([documents.reached(last), this.#following.then(() => Promise.reject(new Error('the log has ended')))]);
  }

  async #follow(from: number, told: number): Promise<void> {
    const { log, documents, remember } = this.#options;
    for await (const batch of log.follow(from, this.#stop.signal)) {
      for (const entry of batch) {
        if (entry.position > this.#restored) documents.apply(entry, entry.position <= told);
        else if (entry.position > told) remember(entry, documents.find(entry.aggregate));
      }
      documents.settle();
      this.#checkpointIfDue();
    }
  }

  #checkpointIfDue(): void {
    const { documents, checkpoints, failed } = this.#options;
    // Many documents take longer to write, so checkpoints are rarer then.
    const due = Math.max(CHECKPOINT_ENTRIES, documents.size);
    if (!checkpoints || this.#writing || documents.position - this.#checkpointed < due) return;
    this.#checkpointed = documents.position;
    this.#writing = this.checkpoint()
      .catch(error => failed(error, 'a checkpoint could not be written'))
      .finally(() => {
        this.#writing = undefined;
      });
  }

  /**
   * Writes all documents as they are now, in slices, so that no request waits. A document that is about to change is written
   * before it changes.
   */
  async checkpoint(): Promise<void> {
    const { documents, checkpoints } = this.#options;
    if (!checkpoints) return;
    const { position } = documents;
    const left = new Map([...documents.all()].map(aggregate => [aggregate.id, aggregate]));
    const lines: string[] = [];
    const write = (aggregate: Aggregate) => {
      if (left.delete(aggregate.id)) lines.push(JSON.stringify(aggregate));
    };
    documents.beforeChange = write;
    try {
      for (let count = 1; left.size > 0; count++) {
        const [[, next]] = left;
        write(next);
        if (count % 50 === 0) await new Promise(resolve => setImmediate(resolve));
      }
    } finally {
      documents.beforeChange = undefined;
    }
    await checkpoints.write({ position, lines });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#writing;
    await this.#following?.catch(() => {});
  }
}
