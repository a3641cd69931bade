import type { Priority } from './priority.ts';

export interface DownloadRequest {
  /** Absolute, or relative to the page. */
  readonly url: string;
  /** Exact length, where the document states it. The queue plans with it and checks it. */
  readonly bytes?: number | undefined;
  /** The most bytes that may arrive where no length is known. 512 MiB by default. */
  readonly maxBytes?: number | undefined;
  /** Lower-case hex SHA-256 of the bytes. Makes them cacheable, shareable under any URL, resumable and checked. */
  readonly hash?: string | undefined;
  /** Name of a form that the cache may keep in place of the bytes (`DownloadQueue.keep`). `Download.form` tells whether it came. */
  readonly form?: string | undefined;
  /** More URLs of the same bytes, the best first. */
  readonly mirrors?: readonly string[] | undefined;
  readonly priority: Priority;
  /** Aborts this request, waiting or running. Others for the same bytes go on. */
  readonly signal?: AbortSignal | undefined;
  /** As for `fetch`. Requests with different credentials share nothing, unless a hash identifies the bytes. */
  readonly credentials?: RequestCredentials | undefined;
  /** Called with the headers of each accepted response. Requests that share a download call only the first one's. */
  readonly onHeaders?: ((headers: Pick<Headers, 'get'>) => void) | undefined;
  /**
   * Ask the server whether what an HTTP cache holds is still true (`cache: 'no-cache'`; 304 is a good answer). Shares no download with
   * requests that do not. Without effect where a hash tells which bytes are right. False by default.
   */
  readonly revalidate?: boolean | undefined;
}

export interface Download {
  /**
   * Resolves with the bytes, the caller's own. Rejects with a LoadError where loading fails, with a RangeError for an unknown
   * class, with `signal.reason` at once when aborted, and with an AbortError when the queue is disposed.
   */
  readonly done: Promise<Uint8Array<ArrayBuffer>>;
  /** URL of the response, after redirects. Undefined before it, and for bytes from the cache. */
  readonly url: string | undefined;
  /** The requested form, where `done` has resolved with that in place of the bytes. */
  readonly form: string | undefined;
  /** Bytes that have arrived. Falls when some must be loaded again. */
  readonly received: number;
  /**
   * Rescores in place. The most urgent of all requests for the same bytes counts. Harmless once done.
   * @throws RangeError for an unknown class.
   */
  setPriority(priority: Priority): void;
  /**
   * Adds URLs of the same bytes that were found later. Harmless once done.
   * @throws LoadError for an invalid URL; then none is added.
   */
  addMirrors(urls: readonly string[]): void;
}
