import { createParser } from 'eventsource-parser';
import type * as v from 'valibot';
import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import { FormatError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import { retryAfterMs } from '../../core/retry-after.ts';
import { check } from '../../graph/check.ts';
import { ANONYMOUS, type ApiClient, answeredBy, type LiveFetch } from '../server/api-client.ts';
import { LiveError } from '../server/live-error.ts';
import type { ServerClock } from '../server/server-clock.ts';
import { messageEvent, presenceEvent, type StreamState, staleEvent, type UpdateListener } from './update-events.ts';

/** The server sends something every 15 s. After this silence the connection counts as dead. */
const SILENCE_MS = 35_000;
/** After a stream has lasted this long, the next failure counts as the first. */
const HELD_MS = 10_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 20_000;
/** The first retries wait only as long as the server asks for, so that three fall within the 15 s for which it keeps a visitor in the room. */
const STEADY = 3;
/** After a cut of the network, clients reconnect spread over this time, not all at once. */
const BACK_MS = 300;
/** Maximum length of an event, so that a hostile server cannot fill the memory. */
const LONGEST_EVENT = 4 << 20;
/** Statuses that a retry does not change. */
const FINAL = new Set([400, 401, 403, 404, 410]);

export interface UpdateStreamOptions {
  /** Absolute URL of the queue. */
  readonly url: string;
  /** The position after which to begin. Undefined: now. */
  readonly after: string | undefined;
  readonly api: ApiClient;
  readonly fetch: LiveFetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly serverClock: ServerClock;
  readonly listener: UpdateListener;
}

/**
 * One stream of server-sent events that survives every cut: it resumes after the last position that it read. It uses `fetch`, because
 * `EventSource` can neither send a token nor resume after a given position.
 */
export class UpdateStream implements Disposable {
  readonly #options: UpdateStreamOptions;
  readonly #end = new AbortController();
  #attempt = new AbortController();
  #base: string;
  #position: string | undefined;
  #state: StreamState = 'connecting';
  #failures = 0;
  #retryMs = FIRST_WAIT_MS;
  #cancelWait: (() => void) | undefined;
  #soon = false;
  #paused = false;
  /** The server refused my token. The stream then carries no credentials: watching needs none. */
  #refused = false;

  constructor(options: UpdateStreamOptions) {
    this.#options = options;
    this.#base = options.url;
    this.#position = options.after;
    void this.#run();
  }

  get state(): StreamState {
    return this.#state;
  }

  /** The URL that answered, after redirects: links of the events are relative to it. */
  get base(): string {
    return this.#base;
  }

  /** Whether the server refused my token since the last `reconnect` or `resume`. It then keeps me in the room no longer. */
  get refused(): boolean {
    return this.#refused;
  }

  /** Connects again within 0.3 s. Call it when the network may be available again, or when the credentials changed. */
  reconnect(): void {
    if (this.#end.signal.aborted || this.#paused) return;
    this.#failures = 0;
    this.#refused = false;
    if (this.#cancelWait) this.#wait(BACK_MS * this.#options.random());
    else {
      this.#soon = true;
      this.#attempt.abort(new DOMException('connect anew', 'AbortError'));
    }
  }

  /** Closes the connection until `resume`, which continues at the same position. Browsers do not keep a page with an open connection for `Back`. */
  pause(): void {
    if (this.#end.signal.aborted || this.#paused || this.#state === 'off') return;
    this.#paused = true;
    this.#cancelWait?.();
    this.#enter('reconnecting');
    this.#attempt.abort(new DOMException('paused', 'AbortError'));
  }

  /** Connects at once. Does nothing where the stream is not paused. */
  resume(): void {
    if (this.#end.signal.aborted || !this.#paused) return;
    this.#paused = false;
    this.#failures = 0;
    this.#refused = false;
    void this.#run();
  }

  dispose(): void {
    if (this.#end.signal.aborted) return;
    this.#end.abort(new DOMException('the room was left', 'AbortError'));
    this.#attempt.abort(this.#end.signal.reason);
    this.#cancelWait?.();
  }

  async #run(): Promise<void> {
    const { clock, listener, random } = this.#options;
    this.#cancelWait = undefined;
    this.#soon = false;
    const began = clock.now();
    const attempt = new AbortController();
    this.#attempt = attempt;
    // The stream was left, is paused, or has another connection since.
    const isOver = () => this.#end.signal.aborted || this.#paused || this.#attempt !== attempt;
    let asked = 0;
    try {
      await this.#read(attempt.signal);
    } catch (error) {
      if (isOver()) return;
      const status = error instanceof LiveError ? error.status : undefined;
      if (status === 401 && !this.#refused) {
        // A session that ended. `left` follows, and a visitor who had entered comes back as a new guest.
        this.#refused = true;
        return this.#wait(BACK_MS * random());
      }
      if (status !== undefined && FINAL.has(status)) {
        this.#enter('off');
        listener.failed(error);
        return;
      }
      if (error instanceof LiveError) asked = error.retryAfterMs ?? 0;
    }
    if (isOver()) return;
    if (this.#soon) return this.#wait(BACK_MS * random());
    this.#failures = clock.now() - began > HELD_MS ? 0 : this.#failures + 1;
    this.#enter('reconnecting');
    const most = Math.min(LONGEST_WAIT_MS, this.#retryMs * 1.6 ** Math.max(0, this.#failures - STEADY));
    // No sooner than the server asks for, and not all clients at once.
    this.#wait(Math.min(LONGEST_WAIT_MS, asked + most * (0.5 + 0.5 * random())));
  }

  #wait(ms: number): void {
    this.#cancelWait?.();
    this.#cancelWait = this.#options.clock.after(ms, () => void this.#run());
  }

  /** One connection, until it ends or fails. */
  async #read(signal: AbortSignal): Promise<void> {
    const { url, api, fetch, clock, serverClock } = this.#options;
    const from = new URL(url);
    if (this.#position !== undefined) from.searchParams.set('after', this.#position);
    const { headers, ...carried } = this.#refused ? { headers: {}, ...ANONYMOUS } : api.initFor(url);
    const sent = clock.now();
    const init: RequestInit = { headers: { ...headers, accept: 'text/event-stream' }, ...carried, cache: 'no-store', signal };
    const response = await fetch(from.href, init);
    serverClock.learn(response.headers, sent, clock.now());
    if (!response.ok || !response.body) {
      void response.body?.cancel();
      const { status, headers: answered } = response;
      throw new LiveError('the update stream cannot be opened', { url, status, retryAfterMs: retryAfterMs(answered) });
    }
    this.#base = answeredBy(response, url);
    this.#enter('connected');
    await this.#follow(response.body.getReader());
  }

  async #follow(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const { clock } = this.#options;
    const text = new TextDecoder();
    const parser = createParser({
      maxBufferSize: LONGEST_EVENT,
      onEvent: ({ event, id, data }) => {
        this.#take(event, data);
        // Set after the event was handled, so that an event whose handling failed arrives again.
        if (id !== undefined) this.#position = id;
      },
      onRetry: ms => {
        this.#retryMs = ms;
      },
      onError: error => {
        if (error.type === 'max-buffer-size-exceeded') this.#attempt.abort(error);
      },
    });
    let heard = clock.now();
    let stop = () => {};
    // One timer for many chunks: in a busy room one arrives every few milliseconds.
    const watch = (ms: number): void => {
      stop = clock.after(ms, () => {
        const left = heard + SILENCE_MS - clock.now();
        if (left > 0) watch(left);
        else this.#attempt.abort(new DOMException('the server is silent', 'TimeoutError'));
      });
    };
    watch(SILENCE_MS);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        heard = clock.now();
        parser.feed(text.decode(value, { stream: true }));
      }
    } finally {
      stop();
      reader.cancel().catch(() => {});
    }
  }

  #take(event: string | undefined, data: string): void {
    const { listener } = this.#options;
    try {
      if (event === 'stale') listener.stale(this.#checked(data, staleEvent));
      else if (event === 'presence') listener.presence(this.#checked(data, presenceEvent));
      else if (event === 'message') listener.message(this.#checked(data, messageEvent));
      else if (event === 'reset') listener.reset();
    } catch (error) {
      listener.failed(error);
    }
  }

  #checked<Schema extends v.GenericSchema>(data: string, schema: Schema): v.InferOutput<Schema> {
    const { url } = this.#options;
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch (cause) {
      throw new FormatError('an event is not JSON', { url, value: data.slice(0, 80), cause });
    }
    return check(url, value, schema);
  }

  #enter(state: StreamState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.listener.state(state);
  }
}
