import { quote } from '../../core/errors.ts';

/** A failed request: an HTTP status and the response body (RFC 9457, and the envelope of a failure). */

export interface ProblemFields {
  /** Where in the request: `data.position`, `relations.ref`, `?cursor`. */
  readonly at?: string;
  /** The value found there; quoted in the message. */
  readonly value?: unknown;
  /** Seconds after which to try again. */
  readonly retryAfter?: number;
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'No session',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'Request took too long',
  409: 'Conflict',
  410: 'Gone',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Wrong media type',
  422: 'Wrong content',
  429: 'Too many requests',
  500: 'Server error',
  503: 'Not available now',
};

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  /** A code for programs: `room-full`. */
  readonly code: string;
  readonly at: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, reason: string, { at, value, retryAfter }: ProblemFields = {}) {
    super(`${at === undefined ? '' : `${at}: `}${reason}${value === undefined ? '' : `, got ${quote(value)}`}`);
    this.status = status;
    this.code = code;
    this.at = at;
    this.retryAfter = retryAfter;
  }

  /** Returns the response body. Its `status` is the envelope's word, not the number, which RFC 9457 makes optional. */
  toJSON(): object {
    return {
      type: `urn:foyer:problem:${this.code}`,
      title: titles[this.status] ?? 'Error',
      detail: this.message,
      status: 'failure',
      error: this.code,
      message: this.message,
    };
  }
}
