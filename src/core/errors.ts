/**
 * Errors are data: every error that Foyer throws carries fields that a program can read, and a message that quotes the
 * offending value, so that a person can.
 */

/** What can go wrong with bytes: `permanent` never gets better by asking again, `transient` may, `offline` waits for the network. */
export type FailureClass = 'permanent' | 'transient' | 'offline';

export interface LoadErrorFields {
  /** The URL that was asked for, as it was asked for. */
  readonly url: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  readonly failure?: FailureClass;
  readonly cause?: unknown;
}

/** A resource or document could not be brought over the network. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
  /** What is wrong, without the place and the status. */
  readonly reason: string;
  readonly url: string;
  readonly status: number | undefined;
  readonly failure: FailureClass;

  constructor(reason: string, { url, status, failure = 'permanent', cause }: LoadErrorFields) {
    super(`${reason}: ${url}${status === undefined ? '' : ` (HTTP ${status})`}`, { cause });
    this.reason = reason;
    this.url = url;
    this.status = status;
    this.failure = failure;
  }
}

export interface FormatErrorFields {
  /** Where the bytes came from (URL or file name). */
  readonly url: string;
  /** Where in the bytes or the document: `accessors[3].count`, `byte 1024`. */
  readonly at?: string;
  /** The value that is wrong. */
  readonly value?: unknown;
  readonly cause?: unknown;
}

/** Bytes came, but are not what they must be. Asking again brings the same bytes: always permanent. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  /** What is wrong, without the place and the value. */
  readonly reason: string;
  readonly url: string;
  readonly at: string | undefined;
  readonly value: unknown;

  constructor(reason: string, { url, at, value, cause }: FormatErrorFields) {
    const where = at === undefined ? '' : ` at ${at}`;
    const what = value === undefined ? '' : `, got ${quote(value)}`;
    super(`${reason}${where}${what}: ${url}`, { cause });
    this.reason = reason;
    this.url = url;
    this.at = at;
    this.value = value;
  }
}

/** A value as it can stand in a message: JSON, cut at 80 characters. */
export function quote(value: unknown): string {
  let text: string;
  try {
    // JSON knows neither NaN nor infinity: they are what a reader most wants to see.
    text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  } catch {
    text = String(value);
  }
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
