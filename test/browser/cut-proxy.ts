import { createServer, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** An HTTP proxy whose network can be cut: streams that run end at once, and requests fail. Playwright's `setOffline` leaves open streams alone. */
export class CutProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut = false;

  private constructor() {
    this.#server = createServer((incoming, outgoing) => {
      const { method, headers, url } = incoming;
      const forwarded = request(url ?? '', { method, headers }, response => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(outgoing);
      });
      forwarded.on('error', () => outgoing.destroy());
      outgoing.on('close', () => forwarded.destroy());
      incoming.pipe(forwarded);
    });
    this.#server.on('connection', socket => {
      if (this.#cut) return void socket.destroy();
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<CutProxy> {
    const proxy = new CutProxy();
    await new Promise<void>(resolve => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** For `browser.newContext`: loopback goes through it too. */
  get settings(): { readonly server: string; readonly bypass: string } {
    return { server: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`, bypass: '<-loopback>' };
  }

  set cut(cut: boolean) {
    this.#cut = cut;
    if (cut) for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut = true;
    await new Promise(resolve => this.#server.close(resolve));
  }
}
