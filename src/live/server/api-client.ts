import * as v from 'valibot';
import { type Clock, systemClock } from '../../core/clock.ts';
import { parseUrl } from '../../core/parse-url.ts';
import { retryAfterMs } from '../../core/retry-after.ts';
import { LiveError } from './live-error.ts';
import type { ServerClock } from './server-clock.ts';

export type LiveFetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ApiClientOptions {
  /** Absolute URL of the API's entry point. Its origin is the only one that gets credentials. */
  readonly entry: string;
  readonly fetch?: LiveFetch;
  readonly clock?: Clock;
  /** Sent as `Authorization: Bearer`. Without one, the browser sends its cookies. */
  readonly token?: string | undefined;
  /** Learns the server's time from every response. */
  readonly serverClock: ServerClock;
}

/** One request to the API. */
export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly body?: WriteBody;
  /** ETag that the document must still have. */
  readonly ifMatch?: string | undefined;
  /** Makes a repeated POST safe. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal | undefined;
  /** The request continues after the page was left. */
  readonly keepalive?: boolean;
}

export interface WriteBody {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly relations?: Readonly<Record<string, string>>;
  readonly edges?: Readonly<Record<string, readonly object[]>>;
}

export interface ApiResponse {
  /** URL of the document that was requested or created. */
  readonly url: string;
  /** That document, unchecked. Undefined where the server sent none. */
  readonly document: unknown;
  /** The URL that answered, after redirects: links of the documents are relative to it. */
  readonly base: string;
  /** All documents of the response, by absolute URL. */
  readonly documents: Readonly<Record<string, unknown>>;
  readonly etag: string | undefined;
}

/** What a request carries beside its own headers. */
export interface Credentials {
  readonly headers: Record<string, string>;
  readonly credentials: RequestCredentials;
  readonly redirect: RequestRedirect;
}

/** What a request of a stranger carries. */
export const ANONYMOUS = { credentials: 'omit', redirect: 'follow' } as const;

const problem = v.object({ error: v.optional(v.string()), message: v.optional(v.string()) });
const envelope = v.object({ id: v.optional(v.string()), denormalized: v.optional(v.record(v.string(), v.unknown())) });

/**
 * Reads and writes documents of a live room's server. Documents and messages name the URLs, and other visitors have a part in them. So only
 * the origin of the entry point gets credentials and writes. Reads of other origins are anonymous.
 */
export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #origin: string;
  readonly #fetch: LiveFetch;
  readonly #clock: Clock;
  /** What identifies this person. `none`: neither token nor cookie, so the server sees a stranger. */
  #sentBy: { readonly token: string } | 'cookie' | 'none';

  constructor(options: ApiClientOptions) {
    this.#options = options;
    this.#origin = new URL(options.entry).origin;
    this.#sentBy = options.token === undefined ? 'cookie' : { token: options.token };
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init));
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Returns what a request to `url` (absolute) carries: this person's credentials on the API's own origin, none on others. A request with a
   * token fails where it is redirected: Chrome before 119, Firefox before 111 and Safari before 16.1 carry the token to other origins.
   */
  initFor(url: string): Credentials {
    if (this.#sentBy === 'none' || !this.#isOwn(url)) return { headers: {}, ...ANONYMOUS };
    if (this.#sentBy === 'cookie') return { headers: {}, credentials: 'include', redirect: 'follow' };
    return { headers: { authorization: `Bearer ${this.#sentBy.token}` }, credentials: 'omit', redirect: 'error' };
  }

  #isOwn(url: string): boolean {
    return parseUrl(url)?.origin === this.#origin;
  }

  /** Sends a token, the browser's cookies or no credentials from now on. */
  sendBy(credential: { readonly token: string } | 'cookie' | 'none'): void {
    this.#sentBy = credential;
  }

  /**
   * @throws LiveError if the server refuses, cannot be reached or sends no document, or for a write to another origin; the signal's
   * reason.
   */
  async ask({ method = 'GET', url, body, ifMatch, idempotencyKey, signal, keepalive }: ApiRequest): Promise<ApiResponse> {
    if (method !== 'GET' && !this.#isOwn(url))
      throw new LiveError(`writes may go to the API's origin ${this.#origin} alone`, { url });
    const { headers, ...carried } = this.initFor(url);
    headers.accept = 'application/json';
    if (body) headers['content-type'] = 'application/json';
    if (ifMatch !== undefined) headers['if-match'] = ifMatch;
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    const init: RequestInit = { method, headers, ...carried, keepalive: keepalive ?? false, cache: 'no-cache' };
    if (body) init.body = JSON.stringify(body);
    if (signal) init.signal = signal;
    const sent = this.#clock.now();
    const { response, base } = await this.#send(url, init);
    this.#options.serverClock.learn(response.headers, sent, this.#clock.now());
    const json = await readJson(response, url);
    if (!response.ok) throw refusal(response, json, url);
    const { id, denormalized = {} } = v.parse(envelope, json ?? {});
    const documents: Record<string, unknown> = {};
    for (const [key, document] of Object.entries(denormalized)) documents[new URL(key, base).href] = document;
    const at = new URL(response.headers.get('location') ?? id ?? base, base).href;
    const document = documents[at] ?? documents[url];
    return { url: at, document, base, documents, etag: response.headers.get('etag') ?? undefined };
  }

  /**
   * Sends a request. A `GET` with a token that the API's origin redirects within itself, such as from `/api` to `/api/`, is sent there.
   * @param moved - whether `url` is where a redirect led.
   */
  async #send(url: string, init: RequestInit, moved = false): Promise<{ readonly response: Response; readonly base: string }> {
    try {
      const response = await this.#fetch(url, init);
      return { response, base: answeredBy(response, url) };
    } catch (cause) {
      init.signal?.throwIfAborted();
      const isTied = init.redirect === 'error';
      const to = isTied && init.method === 'GET' && !moved ? await this.#redirectOf(url, init.signal) : undefined;
      init.signal?.throwIfAborted();
      if (to !== undefined && this.#isOwn(to)) return this.#send(to, init, true);
      if (to !== undefined) throw new LiveError(`the server redirects to ${to}, and a token stays on its origin`, { url, cause });
      const redirected = isTied ? ', or it redirects a request that carries a token' : '';
      throw new LiveError(`the server cannot be reached${redirected}`, { url, cause });
    }
  }

  /** Asks without credentials where `url` is redirected to. Undefined: nowhere, or there is no answer. */
  async #redirectOf(url: string, signal: AbortSignal | null | undefined): Promise<string | undefined> {
    try {
      const response = await this.#fetch(url, { ...ANONYMOUS, cache: 'no-cache', signal: signal ?? null });
      void response.body?.cancel();
      return response.redirected ? response.url : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Returns the URL that the links of a response are relative to: that of the request, or where redirects led. */
export const answeredBy = (response: Response, url: string): string => (response.redirected ? response.url : url);

/** Parses the body. Undefined if there is none. */
async function readJson(response: Response, url: string): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!response.ok) return undefined;
    throw new LiveError('the response is not JSON', { url, status: response.status, cause });
  }
}

function refusal({ status, headers }: Response, json: unknown, url: string): LiveError {
  const read = v.safeParse(problem, json);
  const { error, message } = read.success ? read.output : {};
  return new LiveError(message || error || 'the server refused', {
    url,
    status,
    code: error,
    retryAfterMs: retryAfterMs(headers),
  });
}
