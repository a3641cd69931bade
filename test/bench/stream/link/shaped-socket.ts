import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Clock } from '../../../../src/core/clock.ts';
import type { Downlink } from './link.ts';

/**
 * A socket as a server sees it from across a slow link. What the client sends comes half a round trip late (the first of it one
 * round trip later still: loopback's TCP handshake takes no time, a real one takes that); what the server sends goes through the
 * shared bottleneck and then half a round trip. The server may have 64 KB waiting: it feels the link, as TCP would make it.
 */
export class ShapedSocket extends Duplex {
  readonly #socket: Socket;
  readonly #link: Downlink;

  constructor(socket: Socket, link: Downlink, clock: Clock, rttMs: number) {
    super({ writableHighWaterMark: 64 * 1024, readableHighWaterMark: 64 * 1024, allowHalfOpen: true });
    this.#socket = socket;
    this.#link = link;
    socket.setNoDelay(true);
    const openAt = clock.now() + rttMs;
    const late = (run: () => void) => clock.after(Math.max(0, openAt - clock.now()) + rttMs / 2, () => !this.destroyed && run());
    socket.on('data', chunk => late(() => this.push(chunk)));
    socket.on('end', () => late(() => this.push(null)));
    socket.on('close', () => this.destroy());
    socket.on('error', () => this.destroy());
  }

  // Node's TLS and HTTP/2 ask a socket for these.
  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#link.send(
      this,
      chunk,
      piece => {
        if (!this.#socket.destroyed) this.#socket.write(piece);
      },
      () => done(),
    );
  }

  override _final(done: (error?: Error | null) => void): void {
    // Behind what is still under way.
    this.#link.send(
      this,
      new Uint8Array(1),
      () => this.#socket.end(),
      () => done(),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#link.drop(this);
    this.#socket.destroy();
    done(error);
  }
}
