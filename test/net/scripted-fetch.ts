import type { FetchFunction, FetchResponse } from '../../src/net/transfer/transfer.ts';

/** What a scripted server does with one request. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Where the answer came from in the end. */
  readonly url?: string;
  readonly body?: Uint8Array | null;
  readonly early?: boolean;
  /** After the body: the stream ends, breaks, or goes on with nothing until it is cancelled. */
  readonly ending?: 'end' | 'break' | 'hang';
}

export interface Asked {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly init: RequestInit;
  cancelled: boolean;
}

/** A `fetch` whose answers are scripted, one a request; a TypeError stands for what browsers throw where there is no answer. */
export function scriptedFetch(answer: (asked: Asked, n: number) => Answer | TypeError): { fetch: FetchFunction; asked: Asked[] } {
  const asked: Asked[] = [];
  const fetch: FetchFunction = async (url, init) => {
    const request: Asked = { url, headers: (init.headers ?? {}) as Record<string, string>, init, cancelled: false };
    asked.push(request);
    const given = answer(request, asked.length - 1);
    if (given instanceof TypeError) throw given;
    return responseOf(given, request);
  };
  return { fetch, asked };
}

function responseOf(
  { status = 200, headers = {}, url = '', body = new Uint8Array(0), early, ending = 'end' }: Answer,
  asked: Asked,
): FetchResponse {
  const chunks = body && body.length > 0 ? [body] : [];
  const read = async () => {
    const value = chunks.shift();
    if (value) return { done: false, value };
    if (ending === 'break') throw new TypeError('network error');
    if (ending === 'hang' && !asked.cancelled) return new Promise<never>(() => {});
    return { done: true };
  };
  const cancel = async () => {
    asked.cancelled = true;
  };
  return {
    ok: status >= 200 && status < 300,
    status,
    url,
    early,
    headers: new Headers(headers),
    body: body && { getReader: () => ({ read, cancel }) },
  };
}
