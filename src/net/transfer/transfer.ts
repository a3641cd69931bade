import { LoadError } from '../../core/errors.ts';
import { retryAfterMs } from '../../core/retry-after.ts';
import { untilAborted } from '../../core/until-aborted.ts';
import { fetchPriority, urgency } from '../queue/priority.ts';
import { CorruptError } from './content-check.ts';
import { statusFailure } from './failure.ts';
import type { PartialBody } from './partial-body.ts';

/** The part of `Response` that a transfer reads. A fake needs no more. */
export interface FetchResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The final URL, after redirects. */
  readonly url?: string | undefined;
  readonly body: { getReader(): BodyReader } | null;
  /** It was requested before the queue asked, so its bytes may have arrived already. How fast they arrive says nothing. */
  readonly early?: boolean | undefined;
}

export interface BodyReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(reason?: unknown): Promise<void>;
}

export type FetchFunction = (url: string, init: RequestInit) => Promise<FetchResponse>;

/** One attempt at one URL. */
export interface TransferOptions {
  readonly url: string;
  readonly priorityClass: number;
  /** What former attempts delivered, and where the rest goes. */
  readonly body: PartialBody;
  /** A strong ETag that the partial body belongs to; undefined where a content hash will verify it. */
  readonly validator?: string | undefined;
  readonly credentials?: RequestCredentials | undefined;
  /** Send a Priority header. Only at the page's own origin it costs no preflight. */
  readonly sayUrgency: boolean;
  /** Request everything, whatever is there. */
  readonly whole?: boolean;
  /** A content hash will verify it. All bytes are enough; the stream need not end. */
  readonly checked?: boolean;
  /** How the HTTP cache is used: `reload` where its copy is corrupt, `no-cache` where it may be stale. */
  readonly cache: RequestCache;
  /** Ends the attempt. It then rejects with the reason at once, whatever `fetch` does. */
  readonly signal: AbortSignal;
  /** Called once with the headers of an accepted answer. */
  onHeaders(response: FetchResponse): void;
  /** Called for every chunk. */
  onBytes(count: number): void;
  /** Called when bytes that had arrived must be loaded again. */
  onWaste(count: number): void;
}

/**
 * Fetches what `body` lacks: everything, or the rest by Range where a part is there. Resolves at the end of the stream.
 * The caller checks whether everything arrived.
 *
 * @throws LoadError for an HTTP error; what `fetch` or the stream throws; `signal.reason`.
 */
export async function transfer(fetch: FetchFunction, options: TransferOptions): Promise<void> {
  const { url, body, whole, signal } = options;
  const from = whole ? 0 : body.length;
  const response = await untilAborted(fetch(url, requestInit(options, from)), signal);
  checkRange(response, options, from);
  if (!response.ok) throw httpError(response, url);
  options.onHeaders(response);
  await readAll(response, options);
}

function requestInit(
  { priorityClass, credentials, sayUrgency, cache, signal, validator }: TransferOptions,
  from: number,
): RequestInit {
  const headers: Record<string, string> = {};
  if (sayUrgency) headers.Priority = `u=${urgency(priorityClass)}`;
  if (from > 0) headers.Range = `bytes=${from}-`;
  if (from > 0 && validator !== undefined) headers['If-Range'] = validator;
  return {
    headers,
    priority: fetchPriority(priorityClass),
    signal,
    ...(credentials === undefined ? {} : { credentials }),
    ...(cache === 'default' ? {} : { cache }),
  };
}

/** Asked for the rest, a server may send everything (200), or a part that does not fit. Then the body starts over. */
function checkRange(response: FetchResponse, { url, body, onWaste }: TransferOptions, from: number): void {
  if (response.status === 206) {
    if (from === 0 && body.expected === undefined)
      throw new LoadError('a part came where all was asked for', { url, failure: 'transient' });
    // Cross-origin the header is hidden. Length and hash must tell then.
    const start = response.headers.get('content-range')?.match(/^bytes (\d+)-/)?.[1];
    if (start === undefined || Number(start) === from) return;
    onWaste(body.reset());
    throw new LoadError(`asked for bytes from ${from}, got them from ${start}`, { url, failure: 'transient' });
  }
  if (response.ok) onWaste(body.reset());
  else if (response.status === 416 && from > 0) {
    onWaste(body.reset());
    throw new CorruptError(`the server has no bytes from ${from}`, { url, status: 416 });
  }
}

/** An error response, with the delay that the server asks for. */
export class HttpError extends LoadError {
  readonly retryAfterMs: number;

  constructor(url: string, { status, headers }: Pick<FetchResponse, 'status' | 'headers'>) {
    const asked = headers.get('retry-after');
    super(`the server refused${asked ? ` (Retry-After: ${asked})` : ''}`, { url, status, failure: statusFailure(status) });
    this.retryAfterMs = retryAfterMs(headers) ?? 0;
  }
}

function httpError(response: FetchResponse, url: string): HttpError {
  response.body
    ?.getReader()
    .cancel()
    .catch(() => {});
  return new HttpError(url, response);
}

async function readAll(response: FetchResponse, { body, checked, signal, onBytes, onWaste }: TransferOptions): Promise<void> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const append = (chunk: Uint8Array) => {
    try {
      body.append(chunk);
    } catch (error) {
      onWaste(chunk.length);
      throw error;
    }
  };
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await untilAborted(reader.read(), signal);
      if (done) break;
      if (!value) continue;
      onBytes(value.length);
      append(value);
      if (checked && body.length === body.expected) {
        // The end of the stream is reported some milliseconds later, in a task of its own. Meanwhile a connection would idle.
        void endOrCancel(reader);
        break;
      }
    }
    ended = true;
  } finally {
    if (!ended) reader.cancel(signal.reason).catch(() => {});
  }
}

/** All bytes are there. A server that sends more is told to stop: nobody reads it, and it would hold its connection for good. */
async function endOrCancel(reader: BodyReader): Promise<void> {
  try {
    if (!(await reader.read()).done) await reader.cancel();
  } catch {
    // It broke off behind the last byte, which is a good end too.
  }
}
