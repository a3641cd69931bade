import { quote } from '../../core/errors.ts';

export interface LiveErrorFields {
  /** URL of the request. */
  readonly url: string;
  /** HTTP status. Undefined if no response arrived. */
  readonly status?: number | undefined;
  /** The server's code of the problem: `room-full`, `forbidden`. */
  readonly code?: string | undefined;
  /** Milliseconds after which the server allows a retry. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** The server of a live room refused a request, or could not be reached. */
export class LiveError extends Error {
  override readonly name: string = 'LiveError';
  readonly url: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(reason: string, { url, status, code, retryAfterMs, cause }: LiveErrorFields) {
    super(`${reason}: ${url}${status === undefined ? '' : ` (HTTP ${status})`}`, { cause });
    this.url = url;
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Somebody else changed the document first (412). Nothing was written. */
export class ConflictError extends LiveError {
  override readonly name = 'ConflictError';
  /** The document's data after the other change. Undefined if it was removed. */
  readonly theirs: Readonly<Record<string, unknown>> | undefined;

  constructor(url: string, theirs: Readonly<Record<string, unknown>> | undefined) {
    const what = theirs ? `somebody changed it to ${quote(theirs)} first` : 'somebody removed it first';
    super(what, { url, status: 412, code: 'conflict' });
    this.theirs = theirs;
  }
}
