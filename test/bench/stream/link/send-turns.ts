/** Where a body goes: a response of HTTP/1.1 or HTTP/2. */
export interface Sink {
  /** @param taken - called once when the way has taken it; never, maybe, where the sink was closed before. */
  write(chunk: Uint8Array, taken: () => void): unknown;
  on(event: 'close', run: () => void): unknown;
}

interface Body {
  readonly sink: Sink;
  readonly bytes: Uint8Array;
  readonly then: () => void;
  sent: number;
  /** Bytes written that the way has not taken. */
  under: number;
  closed: boolean;
}

/** What a body writes at a time: a frame of HTTP/2. */
const CHUNK = 16 * 1024;
/** Written of all bodies of a connection, and not yet taken. */
const MOST_UNDER_WAY = 64 * 1024;

/**
 * Sends the bodies of one connection in turn, a frame each, and no more at a time than keeps the way busy. Node would take a chunk of every open
 * stream, encrypt them, and read no request until all of them have left: with 64 KB each of twenty streams, 100 ms at 100 Mbit/s, for a request
 * that takes 10. Servers made for HTTP/2 take care not to have that queue.
 */
export class SendTurns {
  readonly #turns: Body[] = [];
  #under = 0;

  /** @param then - called once when all is written; not where the sink was closed before. */
  add(sink: Sink, bytes: Uint8Array, then: () => void): void {
    const body: Body = { sink, bytes, then, sent: 0, under: 0, closed: false };
    sink.on('close', () => {
      body.closed = true;
      this.#taken(body, body.under);
    });
    this.#turns.push(body);
    this.#send();
  }

  #send(): void {
    while (this.#under < MOST_UNDER_WAY) {
      const body = this.#turns.shift();
      if (!body) return;
      if (body.closed) continue;
      const chunk = body.bytes.subarray(body.sent, body.sent + CHUNK);
      body.sent += chunk.length;
      body.under += chunk.length;
      this.#under += chunk.length;
      if (chunk.length > 0) body.sink.write(chunk, () => !body.closed && this.#taken(body, chunk.length));
      if (body.sent < body.bytes.length) this.#turns.push(body);
      else body.then();
    }
  }

  #taken(body: Body, count: number): void {
    body.under -= count;
    this.#under -= count;
    this.#send();
  }
}
