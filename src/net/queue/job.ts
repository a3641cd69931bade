import type { Origin } from '../transfer/origins.ts';
import type { PartialBody } from '../transfer/partial-body.ts';
import type { DownloadRequest } from './download-request.ts';
import { comparePriority, type Priority } from './priority.ts';
import { TypicalSize } from './typical-size.ts';
import type { Waiter } from './waiter.ts';
import type { Waiting } from './waiting-list.ts';

export type JobState = 'waiting' | 'cache' | 'network' | 'retrying' | 'done' | 'failed' | 'aborted';
/** Where the bytes came from. `memory`: a download that has just ended and is being written to the cache. */
export type BytesFrom = 'network' | 'mirror' | 'cache' | 'memory';

/** One request for a job's bytes, or for the rest of them. */
export interface Attempt {
  readonly abort: AbortController;
  /** One of the job's URLs, and its origin. */
  readonly url: string;
  readonly origin: Origin;
  /** Milliseconds of the queue's clock. */
  readonly startedAt: number;
  /** Bytes that had arrived before this attempt. */
  readonly had: number;
  /** Sends no headers that a CORS policy could reject. Other origins must allow some, and a redirect may lead to one. */
  readonly plain: boolean;
  /** The headers of an answer have arrived. */
  answered: boolean;
  /** Its answer was requested before the queue asked (`FetchResponse.early`). */
  early: boolean;
  /** Rounds since a byte of it arrived. `SilentRounds` counts them. */
  silentRounds: number;
}

let lastId = 0;

/** One resource on its way, for all waiters that requested it: the state machine's data, moved by the queue. */
export class Job implements Waiting {
  readonly id = ++lastId;
  /** Identifies what two equal requests share. */
  readonly key: string;
  readonly url: string;
  readonly hash: string | undefined;
  /** `DownloadRequest.form` */
  readonly form: string | undefined;
  /** `form`, where the cache had it: the bytes are that, not the file. */
  kept: string | undefined;
  readonly bytes: number | undefined;
  readonly credentials: RequestCredentials | undefined;
  readonly onHeaders: DownloadRequest['onHeaders'];
  readonly revalidate: boolean;
  /** The URL and its mirrors, without those that proved wrong for this resource. */
  urls: readonly string[];
  readonly body: PartialBody;
  readonly waiters = new Set<Waiter>();
  state: JobState = 'waiting';
  from: BytesFrom | undefined;
  priority: Priority;
  since: number;
  readonly #typical: TypicalSize;
  /** Failures in a row without a byte. */
  failures = 0;
  /** Failures in all that left nothing to resume from. */
  setbacks = 0;
  /** How often it waited as long as it may, though the server asked for longer. */
  putOff = 0;
  /** Attempts in a row without an answer. */
  unanswered = 0;
  attempts = 0;
  /** How often the bytes arrived whole but wrong from the last URL left. */
  corrupt = 0;
  /** Strong ETag of the partial body, and its URL. Elsewhere the same ETag may mean other bytes. */
  validator: { readonly etag: string; readonly url: string } | undefined;
  /** URL of the latest answer, after redirects. */
  answeredBy: string | undefined;
  /** The answer was compressed on its way, so positions in it are not positions in the file. */
  encoded = false;
  /** Length by the server, where the document states none. */
  announced: number | undefined;
  /** Length once the job is done and its bytes have been handed over. */
  final: number | undefined;
  /** The running attempt. */
  attempt: Attempt | undefined;

  constructor(
    request: {
      readonly url: string;
      readonly bytes?: number | undefined;
      readonly hash?: string | undefined;
      readonly form?: string | undefined;
      readonly mirrors?: readonly string[] | undefined;
      readonly credentials?: RequestCredentials | undefined;
      readonly onHeaders?: DownloadRequest['onHeaders'];
      readonly revalidate?: boolean | undefined;
      readonly priority: Priority;
    },
    body: PartialBody,
    now: number,
    typical = new TypicalSize(),
  ) {
    this.url = request.url;
    this.hash = request.hash;
    this.form = request.form;
    this.key = jobKey(request);
    this.bytes = request.bytes;
    this.credentials = request.credentials;
    this.onHeaders = request.onHeaders;
    this.revalidate = request.revalidate ?? false;
    this.urls = [...new Set([request.url, ...(request.mirrors ?? [])])];
    this.priority = request.priority;
    this.body = body;
    this.since = now;
    this.#typical = typical;
  }

  /** Bytes still to come. An estimate where no length is known. */
  get cost(): number {
    return Math.max(1, (this.bytes ?? this.announced ?? this.#typical.value) - this.body.length);
  }

  get received(): number {
    return this.final ?? this.body.length;
  }

  /** Adds more places with the same bytes. */
  addUrls(urls: readonly string[]): void {
    this.urls = [...new Set([...this.urls, ...urls])];
  }

  /** Whether Range can load the rest: the content hash, or the server's ETag, will tell whether it fits. */
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

  /** Gives each waiter its own bytes. One may transfer them to a worker, which empties them for everyone who shares them. */
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
 * Identifies equal requests: by content hash, length and form, or by URL, credentials and whether an old answer is good enough.
 * Of two documents that disagree on the length one is wrong, and it must not fail the other.
 */
export function jobKey({
  url,
  hash,
  bytes,
  form = '',
  credentials = 'same-origin',
  revalidate = false,
}: Pick<DownloadRequest, 'url' | 'hash' | 'bytes' | 'form' | 'credentials' | 'revalidate'>): string {
  return hash === undefined
    ? `${credentials} ${revalidate ? 'revalidated ' : ''}${url.split('#', 1)[0]}`
    : `${hash} ${bytes ?? ''} ${form}`;
}
