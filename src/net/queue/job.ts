import type { Origin } from '../transfer/origins.ts';
import type { PartialBody } from '../transfer/partial-body.ts';
import type { DownloadRequest } from './download-request.ts';
import { comparePriority, type Priority } from './priority.ts';
import { TypicalSize } from './typical-size.ts';
import type { Waiter } from './waiter.ts';
import type { Waiting } from './waiting-list.ts';

export type JobState = 'waiting' | 'cache' | 'network' | 'retrying' | 'done' | 'failed' | 'aborted';
/** Where the bytes came from: `memory` are those of a download that has just ended and is being written to the cache. */
export type BytesFrom = 'network' | 'mirror' | 'cache' | 'memory';

/** One request for a job's bytes, or for the rest of them. */
export interface Attempt {
  readonly abort: AbortController;
  /** One of the job's, and where that is. */
  readonly url: string;
  readonly origin: Origin;
  /** ms of the queue's clock. */
  readonly startedAt: number;
  /** Bytes that were there before. */
  readonly had: number;
  /** Without a header that somebody could take offence at: another origin must allow some (CORS), and one of ours may send us there. */
  readonly plain: boolean;
  /** The headers of an answer came. */
  answered: boolean;
}

let lastId = 0;

/** One resource on its way, for as many waiters as asked for it while it was: the state machine's data, moved by the queue. */
export class Job implements Waiting {
  readonly id = ++lastId;
  /** What makes two requests the same. */
  readonly key: string;
  readonly url: string;
  readonly hash: string | undefined;
  readonly bytes: number | undefined;
  readonly credentials: RequestCredentials | undefined;
  readonly onHeaders: DownloadRequest['onHeaders'];
  /** The URL and its mirrors, less those that proved to be wrong for this resource. */
  urls: readonly string[];
  readonly body: PartialBody;
  readonly waiters = new Set<Waiter>();
  state: JobState = 'waiting';
  from: BytesFrom | undefined;
  priority: Priority;
  since: number;
  readonly #typical: TypicalSize;
  /** Failures in a row, none of which brought a byte. */
  failures = 0;
  /** Failures in all that left nothing to go on from. */
  setbacks = 0;
  /** Attempts in a row that got no answer. */
  unanswered = 0;
  attempts = 0;
  /** Times that the bytes came whole but wrong from the last URL left. */
  corrupt = 0;
  /** Strong ETag of the part that is there, and where it came from: elsewhere the same ETag may mean other bytes. */
  validator: { readonly etag: string; readonly url: string } | undefined;
  /** The answer was compressed on its way: positions in it are not positions in the file. */
  encoded = false;
  /** Length as the server tells it, where the document does not. */
  announced: number | undefined;
  /** Length, once it is done and the bytes are gone to those who waited. */
  final: number | undefined;
  /** The one that runs. */
  attempt: Attempt | undefined;
  /** Undoes what it waits for: a timer, the network coming back. */
  cancelWait: (() => void) | undefined;

  constructor(
    request: {
      readonly url: string;
      readonly bytes?: number | undefined;
      readonly hash?: string | undefined;
      readonly mirrors?: readonly string[] | undefined;
      readonly credentials?: RequestCredentials | undefined;
      readonly onHeaders?: DownloadRequest['onHeaders'];
      readonly priority: Priority;
    },
    body: PartialBody,
    now: number,
    typical = new TypicalSize(),
  ) {
    this.url = request.url;
    this.hash = request.hash;
    this.key = jobKey(request);
    this.bytes = request.bytes;
    this.credentials = request.credentials;
    this.onHeaders = request.onHeaders;
    this.urls = [...new Set([request.url, ...(request.mirrors ?? [])])];
    this.priority = request.priority;
    this.body = body;
    this.since = now;
    this.#typical = typical;
  }

  /** Bytes still to come; where nobody tells, what such ones usually are. */
  get cost(): number {
    return Math.max(1, (this.bytes ?? this.announced ?? this.#typical.value) - this.body.length);
  }

  get received(): number {
    return this.final ?? this.body.length;
  }

  /** More places that have the same bytes. */
  addUrls(urls: readonly string[]): void {
    this.urls = [...new Set([...this.urls, ...urls])];
  }

  /** Whether the rest can be asked for by Range: the content hash will tell whether it fits, or the server will by the ETag. */
  get resumable(): boolean {
    return !this.encoded && (this.hash !== undefined || this.validator !== undefined);
  }

  /** Takes the most urgent of the waiters' priorities. @returns whether it changed. */
  rescore(): boolean {
    let best: Priority | undefined;
    for (const { priority } of this.waiters) if (!best || comparePriority(priority, best) < 0) best = priority;
    if (!best || (best.class === this.priority.class && best.utility === this.priority.utility)) return false;
    this.priority = best;
    return true;
  }

  /** Gives each waiter bytes of its own: one may transfer them to a worker, which empties them for all who share. */
  resolve(bytes: Uint8Array<ArrayBuffer>): void {
    let left = this.waiters.size;
    for (const waiter of this.waiters) {
      try {
        waiter.resolve(--left === 0 ? bytes : bytes.slice());
      } catch (error) {
        // No memory for one more copy.
        waiter.reject(error);
      }
    }
    this.waiters.clear();
  }

  reject(reason: unknown): void {
    for (const waiter of this.waiters) waiter.reject(reason);
    this.waiters.clear();
  }
}

/**
 * What makes two requests the same: the content hash and the length that go with it (of two documents that disagree one is wrong, and
 * must not fail the other), or the URL that is asked for, and as whom.
 */
export function jobKey({
  url,
  hash,
  bytes,
  credentials = 'same-origin',
}: Pick<DownloadRequest, 'url' | 'hash' | 'bytes' | 'credentials'>): string {
  return hash === undefined ? `${credentials} ${url.split('#', 1)[0]}` : `${hash} ${bytes ?? ''}`;
}
