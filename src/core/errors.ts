/**
 * Errors are data. Every error of Foyer carries fields that a program can read, and a message that quotes the value for a person.
 */

/** How a load failed. `permanent`: a retry does not help. `transient`: it may. `offline`: it waits for the network. */
export type FailureClass = 'permanent' | 'transient' | 'offline';

export interface LoadErrorFields {
  /** The requested URL, as requested. */
  readonly url: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  readonly failure?: FailureClass;
  readonly cause?: unknown;
}

/** A resource or document failed to load. */
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

/** The bytes arrived but are not valid. Always permanent: a retry delivers the same bytes. */
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

/** A value as a message shows it: JSON, cut at 80 characters. */
export function quote(value: unknown): string {
  let text: string;
  try {
    // JSON knows neither NaN nor infinity, which a reader most wants to see.
    text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  } catch {
    text = String(value);
  }
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
