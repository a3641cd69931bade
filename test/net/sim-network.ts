import type { Clock } from '../../src/core/clock.ts';
import type { FetchFunction, FetchResponse } from '../../src/net/transfer/transfer.ts';

/** What goes wrong with one request. */
export type Fault =
  | { readonly status: number; readonly retryAfter?: number }
  /** The connection breaks after so many bytes of the body. */
  | { readonly cutAfter: number }
  /** Answers, sends so many bytes, then nothing any more. */
  | { readonly hangAfter: number }
  /** The stream ends as if all were there. */
  | { readonly endAfter: number }
  /** `fetch` rejects. */
  | { readonly refuse: true }
  /** `fetch` throws at once, as a broken stand-in may. */
  | { readonly throws: Error }
  /** The bytes are not the right ones. */
  | { readonly garble: true };

export interface SimOptions {
  /** Bytes a second. */
  readonly bandwidth: number;
  /** Round trip, ms; half each way. */
  readonly roundTrip: number;
  readonly protocol: 'http/1.1' | 'h2';
  /** The server sends by `Priority: u=`; else it serves all streams in turn. */
  readonly honoursPriority?: boolean;
  /** Bytes that the link sends of one stream before it turns to the next; 8 KiB. */
  readonly quantum?: number;
  readonly ranges?: boolean;
  readonly etag?: string;
  /** Content of a URL; undefined: 404. */
  content(url: string): Uint8Array | undefined;
  /** What goes wrong with the nth request (from 0) for this URL. */
  fault?(url: string, n: number): Fault | undefined;
}

export interface SimRequest {
  readonly url: string;
  readonly at: number;
  readonly urgency: number;
  readonly range: number;
  readonly headers: Record<string, string>;
  readonly init: RequestInit;
  firstByteAt: number | undefined;
  /** Body bytes that the server put on the wire. */
  sent: number;
}

/** What browsers open to an origin of HTTP/1.1; more requests wait for one of them. */
const CONNECTIONS = 6;
/** What servers allow on one of HTTP/2. */
const STREAMS = 100;

interface Stream {
  readonly request: SimRequest;
  readonly content: Uint8Array;
  at: number;
  end: number;
  readonly fault: Fault | undefined;
  readonly chunks: Uint8Array[];
  state: 'open' | 'ended' | 'broken';
  wakeReader: (() => void) | undefined;
}

/**
 * One server behind one link of limited bandwidth, in virtual time: fair between streams or by priority, with connections
 * that cost a round trip to set up (two with TLS), faults on demand, and a log of what was asked and sent.
 */
export class SimNetwork {
  readonly requests: SimRequest[] = [];
  /** Most requests at a time that held a connection (HTTP/1.1) or a stream (HTTP/2). */
  peak = 0;
  #open = 0;
  readonly #clock: Clock;
  readonly #options: SimOptions;
  readonly #streams: Stream[] = [];
  #sending = false;
  readonly #counts = new Map<string, number>();
  #connected = 0;
  #idleConnections = 0;
  #h2: 'none' | number = 'none';
  readonly #queue: (() => void)[] = [];

  constructor(clock: Clock, options: SimOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  get sent(): number {
    return this.requests.reduce((sum, r) => sum + r.sent, 0);
  }

  readonly fetch: FetchFunction = (url, init) => {
    const n = this.#counts.get(url) ?? 0;
    this.#counts.set(url, n + 1);
    const fault = this.#options.fault?.(url, n);
    if (fault && 'throws' in fault) throw fault.throws;
    const headers = (init.headers ?? {}) as Record<string, string>;
    const request: SimRequest = {
      url,
      at: this.#clock.now(),
      urgency: Number(/u=(\d)/.exec(headers.Priority ?? '')?.[1] ?? 3),
      range: Number(/^bytes=(\d+)-/.exec(headers.Range ?? '')?.[1] ?? 0),
      headers,
      init,
      firstByteAt: undefined,
      sent: 0,
    };
    this.requests.push(request);
    return new Promise<FetchResponse>((resolve, reject) => this.#connect(request, fault, resolve, reject));
  };

  /** Waits for a connection, sends the request over it. */
  #connect(
    request: SimRequest,
    fault: Fault | undefined,
    resolve: (r: FetchResponse) => void,
    reject: (e: unknown) => void,
  ): void {
    const { roundTrip, protocol } = this.#options;
    const signal = request.init.signal as AbortSignal;
    let state: 'waiting' | 'open' | 'over' = 'waiting';
    const open = () => {
      state = 'open';
      this.peak = Math.max(this.peak, ++this.#open);
    };
    /** Frees the connection; a broken one of HTTP/1.1 is gone. */
    const release = (broken: boolean) => {
      const before = state;
      state = 'over';
      if (before !== 'open') return;
      this.#open--;
      if (protocol === 'h2') {
        this.#queue.shift()?.();
        return;
      }
      if (broken) this.#connected--;
      else this.#idleConnections++;
      this.#queue.shift()?.();
    };
    const send = (wait: number) => {
      this.#clock.after(wait + roundTrip / 2, () => {
        if (signal.aborted) return;
        this.#answer(request, fault, resolve, reject, release);
      });
    };
    const onAbort = () => {
      release(true);
      reject(signal.reason);
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    const take = () => {
      if (signal.aborted) {
        this.#queue.shift()?.();
        return;
      }
      if (protocol === 'h2') {
        if (this.#open >= STREAMS) {
          this.#queue.push(take);
          return;
        }
        open();
        if (this.#h2 === 'none') this.#h2 = this.#clock.now() + 2 * roundTrip;
        send(Math.max(0, this.#h2 - this.#clock.now()));
        return;
      }
      if (this.#idleConnections === 0 && this.#connected >= CONNECTIONS) {
        this.#queue.push(take);
        return;
      }
      open();
      if (this.#idleConnections > 0) {
        this.#idleConnections--;
        send(0);
      } else {
        this.#connected++;
        send(roundTrip);
      }
    };
    take();
  }

  #answer(
    request: SimRequest,
    fault: Fault | undefined,
    resolve: (r: FetchResponse) => void,
    reject: (e: unknown) => void,
    release: (broken: boolean) => void,
  ): void {
    const { roundTrip, content, ranges = true, etag } = this.#options;
    const later = (run: () => void) => this.#clock.after(roundTrip / 2, run);
    if (fault && 'refuse' in fault) {
      later(() => {
        release(true);
        reject(new TypeError('Failed to fetch'));
      });
      return;
    }
    let bytes = content(request.url);
    let status = bytes ? 200 : 404;
    if (fault && 'status' in fault) status = fault.status;
    if (fault && 'garble' in fault) bytes = bytes?.map(b => b ^ 0xff);
    let from = 0;
    const responseHeaders: Record<string, string> = {};
    if (etag) responseHeaders.etag = etag;
    if (fault && 'status' in fault && fault.retryAfter) responseHeaders['retry-after'] = String(fault.retryAfter);
    if (status === 200 && bytes && ranges && request.range > 0) {
      from = request.range;
      status = from >= bytes.length ? 416 : 206;
      responseHeaders['content-range'] = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    }
    const ok = status >= 200 && status < 300;
    const stream: Stream = {
      request,
      content: bytes ?? new Uint8Array(0),
      at: from,
      end: ok && bytes ? bytes.length : from,
      fault,
      chunks: [],
      state: 'open',
      wakeReader: undefined,
    };
    for (const key of ['cutAfter', 'hangAfter', 'endAfter'] as const)
      if (fault && key in fault) stream.end = Math.min(stream.end, from + (fault as Record<typeof key, number>)[key]);
    const signal = request.init.signal as AbortSignal;
    signal.addEventListener('abort', () => {
      stream.state = 'broken';
      stream.wakeReader?.();
      // The server hears of it half a round trip later; what it sends till then is wasted.
      later(() => this.#remove(stream));
    });
    const finish = (state: 'ended' | 'broken') => {
      if (stream.state !== 'open') return;
      stream.state = state;
      release(state === 'broken');
      stream.wakeReader?.();
    };
    later(() => resolve(responseOf(stream, status, ok, responseHeaders)));
    this.#serve(stream, finish);
  }

  #serve(stream: Stream, finish: (state: 'ended' | 'broken') => void): void {
    (stream as Stream & { finish: typeof finish }).finish = finish;
    if (stream.at >= stream.end) this.#endOf(stream, finish);
    else {
      this.#streams.push(stream);
      this.#pump();
    }
  }

  #endOf(stream: Stream, finish: (state: 'ended' | 'broken') => void): void {
    const { fault } = stream;
    if (fault && 'hangAfter' in fault) return;
    this.#clock.after(this.#options.roundTrip / 2, () => finish(fault && 'cutAfter' in fault ? 'broken' : 'ended'));
  }

  #remove(stream: Stream): void {
    const at = this.#streams.indexOf(stream);
    if (at >= 0) this.#streams.splice(at, 1);
  }

  /** Puts one quantum of the next stream on the link. */
  #pump(): void {
    if (this.#sending || this.#streams.length === 0) return;
    this.#sending = true;
    let next = 0;
    if (this.#options.honoursPriority)
      for (let i = 1; i < this.#streams.length; i++)
        if (this.#streams[i].request.urgency < this.#streams[next].request.urgency) next = i;
    const [stream] = this.#streams.splice(next, 1);
    const to = Math.min(stream.end, stream.at + (this.#options.quantum ?? 8192));
    const chunk = stream.content.subarray(stream.at, to);
    stream.at = to;
    stream.request.sent += chunk.length;
    this.#clock.after((chunk.length / this.#options.bandwidth) * 1000, () => {
      this.#sending = false;
      this.#clock.after(this.#options.roundTrip / 2, () => {
        if (stream.state !== 'open') return;
        stream.request.firstByteAt ??= this.#clock.now();
        stream.chunks.push(chunk);
        stream.wakeReader?.();
      });
      const { finish } = stream as Stream & { finish: (state: 'ended' | 'broken') => void };
      if (stream.state === 'open') {
        if (stream.at < stream.end) this.#streams.push(stream);
        else this.#endOf(stream, finish);
      }
      this.#pump();
    });
  }
}

function responseOf(stream: Stream, status: number, ok: boolean, headers: Record<string, string>): FetchResponse {
  return {
    ok,
    status,
    headers: { get: name => headers[name.toLowerCase()] ?? null },
    body: {
      getReader: () => ({
        async read() {
          while (stream.chunks.length === 0 && stream.state === 'open') {
            await new Promise<void>(resolve => {
              stream.wakeReader = resolve;
            });
          }
          const value = stream.chunks.shift();
          if (value) return { done: false, value };
          if (stream.state === 'broken') throw new TypeError('network error');
          return { done: true };
        },
        async cancel() {
          stream.state = 'broken';
        },
      }),
    },
  };
}
