import type { Priority } from './priority.ts';

export interface DownloadRequest {
  /** Absolute, or relative to the page. */
  readonly url: string;
  /** Exact length, where the document tells it: what the queue plans with, and checks. */
  readonly bytes?: number | undefined;
  /** The most that may come where nobody tells the length; 512 MiB by default. */
  readonly maxBytes?: number | undefined;
  /** Lower-case hex SHA-256 of the bytes: makes them cacheable, shareable under any URL, resumable and checked. */
  readonly hash?: string | undefined;
  /** More URLs of the same bytes, the best first. */
  readonly mirrors?: readonly string[] | undefined;
  readonly priority: Priority;
  /** Takes this request back, waiting or running; others for the same bytes go on. */
  readonly signal?: AbortSignal | undefined;
  /** As for `fetch`. Requests that differ in it share nothing, unless a hash tells what they want. */
  readonly credentials?: RequestCredentials | undefined;
  /** Called with the headers of each accepted response. Requests that share a download call only the first one's. */
  readonly onHeaders?: ((headers: Pick<Headers, 'get'>) => void) | undefined;
}

export interface Download {
  /**
   * The bytes, the caller's own. Rejects with a LoadError when they cannot be had, with a RangeError for a class that there is
   * not, with `signal.reason` at once when aborted, with an AbortError when the queue is disposed.
   */
  readonly done: Promise<Uint8Array<ArrayBuffer>>;
  /** Bytes that have come so far; falls when some must come again. */
  readonly received: number;
  /**
   * Rescores in place. The most urgent of all who wait for the same bytes counts. Harmless once done.
   * @throws RangeError for a class that there is not.
   */
  setPriority(priority: Priority): void;
  /**
   * More URLs of the same bytes, found out later. Harmless once done.
   * @throws LoadError for what is no URL; then none is added.
   */
  addMirrors(urls: readonly string[]): void;
}
