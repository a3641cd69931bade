import type { Clock } from '../../../core/clock.ts';
import { sha256 } from '../../../node/sha256.ts';
import type { Change, Operation } from '../../log/change.ts';
import { LogUnavailable, RevisionConflict, type RoomLog } from '../../log/room-log.ts';
import type { Aggregate } from '../aggregate.ts';
import type { Documents } from '../documents.ts';
import { Problem } from '../problem.ts';

/** Appends one write: decides by the current state of the aggregate, appends if that is still current, and decides again if not. */

export interface Decision {
  readonly operations: readonly Operation[];
  /** Path of the written document, for the response. */
  readonly path: string;
}

/** Writes nothing: the document is as the request wants it. */
export const nothing = (path: string): Decision => ({ operations: [], path });

export interface Retry {
  /** `Idempotency-Key` of the request. */
  readonly key: string;
  /** Digest of the request. The same key with another request is an error. */
  readonly request: string;
}

export interface AppendOptions {
  readonly log: RoomLog;
  readonly documents: Documents;
  readonly clock: Clock;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
}

const ATTEMPTS = 32;
/** If an appended entry does not arrive from the log within this time, ms, the process has lost the log. */
const FOLLOW_MS = 5000;

export class Append {
  readonly #options: AppendOptions;

  constructor(options: AppendOptions) {
    this.#options = options;
  }

  /**
   * @param decide - gets the current aggregate, or undefined if it never existed. May be called more than once. Throws a
   * Problem to write nothing.
   * @returns the path written, once it is applied here.
   * @throws Problem of `decide`; Problem 409 after 32 conflicts; LogUnavailable.
   */
  async change(
    id: string,
    by: string | undefined,
    decide: (aggregate: Aggregate | undefined) => Decision,
    retry?: Retry,
  ): Promise<string> {
    const { log, documents, now } = this.#options;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const aggregate = documents.find(id);
      const before = retry && aggregate?.retries.get(retry.key);
      if (before) return answerAgain(before, retry);
      const { operations, path } = decide(aggregate);
      if (operations.length === 0) return path;
      const change: Change = {
        at: now(),
        ...(by === undefined ? {} : { by }),
        ...(retry ? { retry: { ...retry, path } } : {}),
        operations,
      };
      try {
        const position = await log.append(id, aggregate?.revision ?? 0, change);
        await this.#reached(position);
        return path;
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
        await this.#reached(await log.last());
      }
    }
    throw new Problem(409, 'conflict', 'too many writes at the same time', { retryAfter: 1 });
  }

  #reached(position: number): Promise<void> {
    const { documents, clock } = this.#options;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(FOLLOW_MS, () => reject(new LogUnavailable(`entry ${position} has not come back`)));
      documents.reached(position).then(() => {
        cancel();
        resolve();
      });
    });
  }
}

function answerAgain(before: { readonly request: string; readonly path: string }, retry: Retry): string {
  if (before.request === retry.request) return before.path;
  throw new Problem(422, 'key-reused', 'this Idempotency-Key came with another request', { at: 'Idempotency-Key' });
}

export function digest(...parts: readonly string[]): string {
  return sha256(JSON.stringify(parts)).slice(0, 32);
}
