import type { PartialBody } from './partial-body.ts';
import { comparePriority, type Priority } from './priority.ts';
import type { Waiter } from './waiter.ts';
import type { Waiting } from './waiting-list.ts';

export type JobState = 'waiting' | 'cache' | 'network' | 'retrying' | 'done' | 'failed' | 'aborted';
/** Where the bytes came from: `memory` are those of a download that has just ended and is being written to the cache. */
export type BytesFrom = 'network' | 'mirror' | 'cache' | 'memory';

let lastId = 0;

/** One resource on its way, for as many waiters as asked for it while it was: the state machine's data, moved by the queue. */
export class Job implements Waiting {
  readonly id = ++lastId;
  /** Content hash, or the URL where there is none: what makes two requests the same. */
  readonly key: string;
  readonly url: string;
  readonly hash: string | undefined;
  readonly bytes: number | undefined;
  readonly credentials: RequestCredentials | undefined;
  /** The URL and its mirrors, less those that proved to be wrong for this resource. */
  urls: readonly string[];
  readonly body: PartialBody;
  readonly waiters = new Set<Waiter>();
  state: JobState = 'waiting';
  from: BytesFrom | undefined;
  priority: Priority;
  since: number;
  /** Failures in a row, none of which brought a byte. */
  failures = 0;
  attempts = 0;
  /** Times that the bytes came whole but wrong from the last URL left. */
  corrupt = 0;
  /** Strong ETag of the part that is there. */
  validator: string | undefined;
  /** The answer was compressed on its way: positions in it are not positions in the file. */
  encoded = false;
  /** Length, once it is done and the bytes are gone to those who waited. */
  final: number | undefined;
  /** The attempt that runs; when it began, ms of the queue's clock. */
  attempt: { readonly abort: AbortController; readonly url: string; readonly startedAt: number } | undefined;
  /** Undoes what it waits for: a timer, the network coming back. */
  cancelWait: (() => void) | undefined;

  constructor(
    request: {
      readonly url: string;
      readonly bytes?: number | undefined;
      readonly hash?: string | undefined;
      readonly mirrors?: readonly string[] | undefined;
      readonly credentials?: RequestCredentials | undefined;
      readonly priority: Priority;
    },
    body: PartialBody,
    now: number,
  ) {
    this.url = request.url;
    this.hash = request.hash;
    this.key = jobKey(request);
    this.bytes = request.bytes;
    this.credentials = request.credentials;
    this.urls = [...new Set([request.url, ...(request.mirrors ?? [])])];
    this.priority = request.priority;
    this.body = body;
    this.since = now;
  }

  /** Bytes still to come; where nobody knows, a document's usual size. */
  get cost(): number {
    return Math.max(1, (this.bytes ?? 32 * 1024) - this.body.length);
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
    for (const waiter of this.waiters) waiter.resolve(--left === 0 ? bytes : bytes.slice());
    this.waiters.clear();
  }

  reject(reason: unknown): void {
    for (const waiter of this.waiters) waiter.reject(reason);
    this.waiters.clear();
  }
}

export function jobKey({ url, hash }: { readonly url: string; readonly hash?: string | undefined }): string {
  return hash ?? url;
}
