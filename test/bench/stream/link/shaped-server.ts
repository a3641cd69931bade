import { createServer as createHttp } from 'node:http';
import { createSecureServer } from 'node:http2';
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import { type Clock, systemClock } from '../../../../src/core/clock.ts';
import { seededRandom } from '../../../../src/core/random.ts';
import { loopbackCertificate } from './certificate.ts';
import { Downlink, type LinkProfile } from './link.ts';
import { SendTurns } from './send-turns.ts';
import { ShapedSocket } from './shaped-socket.ts';

/** A file of the server; `immutable` ones are named by their content, and are those that faults meet. */
export interface ServedFile {
  readonly body: Uint8Array;
  readonly type: string;
  readonly immutable?: boolean;
  /** How `body` is compressed. */
  readonly encoding?: 'gzip';
  /** Kept by the browser, though not `immutable`: scripts of the page, which a former visit left in the HTTP cache. */
  readonly kept?: boolean;
}

export interface ShapedServerOptions {
  readonly protocol: 'h1' | 'h2';
  /** Undefined: as fast as the machine is. */
  readonly link?: LinkProfile;
  /** Path (with leading slash, without query) -> file. */
  readonly files: ReadonlyMap<string, ServedFile>;
  /** Part of the requests for immutable files that go wrong: a third each 503, cut half way, cut at once. */
  readonly faults?: { readonly rate: number; readonly seed: number };
  readonly clock?: Clock;
}

export interface ServedRequest {
  readonly path: string;
  readonly range: string | undefined;
  readonly priority: string | undefined;
  /** Of the connection that it came over, counted from 1. */
  readonly connection: number;
  readonly at: number;
  /** When the last byte of the file was handed to the way; undefined where it was cut or refused. */
  wholeAt: number | undefined;
}

export interface ShapedServer {
  /** `http://127.0.0.1:PORT` or `https://…` (a certificate of its own: the browser must be told to take it). */
  readonly origin: string;
  readonly requests: readonly ServedRequest[];
  /** Bytes over the bottleneck, headers included; 0 where there is no link. */
  readonly sentBytes: () => number;
  /** Another way from now on: all connections are cut, and `sentBytes` begins anew. */
  setLink(link: LinkProfile): void;
  close(): Promise<void>;
}

/** Serves files over a link of a given bandwidth and delay. Loopback only. */
export async function startShapedServer({
  protocol,
  link,
  files,
  faults,
  clock = systemClock,
}: ShapedServerOptions): Promise<ShapedServer> {
  const requests: ServedRequest[] = [];
  const random = seededRandom(faults?.seed ?? 0);
  const connections = new Map<object, { readonly number: number; readonly turns: SendTurns }>();
  const connectionOf = ({ socket, stream }: Request) => {
    const key = stream?.session ?? socket;
    const known = connections.get(key) ?? { number: connections.size + 1, turns: new SendTurns() };
    connections.set(key, known);
    return known;
  };
  const respond: Respond = (request, response) => {
    const path = decodeURIComponent((request.url ?? '/').split('?')[0]);
    const range = request.headers.range;
    const priority = request.headers.priority;
    const connection = connectionOf(request);
    const served: ServedRequest = { path, range, priority, connection: connection.number, at: clock.now(), wholeAt: undefined };
    requests.push(served);
    const file = files.get(path);
    if (!file) {
      end(response, 404, {}, undefined);
      return;
    }
    const fault = file.immutable && faults && random() < faults.rate ? Math.floor(random() * 3) : -1;
    if (fault === 0) end(response, 503, { 'retry-after': '0' }, undefined);
    else if (fault === 2) response.destroy();
    else {
      if (fault < 0)
        response.on('finish', () => {
          served.wholeAt = clock.now();
        });
      serve(file, range, response, connection.turns, fault === 1);
    }
  };
  // Hundreds of streams may wait at once; with 10 MB of session memory, Node's default, it refuses some.
  const http =
    protocol === 'h1'
      ? createHttp(respond as never)
      : createSecureServer({ ...loopbackCertificate(), allowHTTP1: false, maxSessionMemory: 1000 }, respond as never);
  let downlink = link && { way: new Downlink(clock, link), rttMs: link.rttMs };
  const sockets = new Set<Socket>();
  const tcp = createTcp(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    http.emit('connection', downlink ? new ShapedSocket(socket, downlink.way, clock, downlink.rttMs) : socket);
  });
  await new Promise<void>(resolve => tcp.listen(0, '127.0.0.1', resolve));
  const { port } = tcp.address() as AddressInfo;
  return {
    origin: `${protocol === 'h1' ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    sentBytes: () => downlink?.way.bytes ?? 0,
    setLink: next => {
      downlink = { way: new Downlink(clock, next), rttMs: next.rttMs };
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise(resolve => {
        for (const socket of sockets) socket.destroy();
        tcp.close(() => resolve());
      }),
  };
}

interface Request {
  readonly url?: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly socket: object;
  /** Of HTTP/2. */
  readonly stream?: { readonly session?: object };
}
interface Response {
  writeHead(status: number, headers: Record<string, string | number>): void;
  write(chunk: Uint8Array, taken: () => void): unknown;
  end(chunk?: Uint8Array): void;
  destroy(): void;
  on(event: 'finish' | 'close', run: () => void): unknown;
}
type Respond = (request: Request, response: Response) => void;

function serve(file: ServedFile, range: string | undefined, response: Response, turns: SendTurns, cut: boolean): void {
  const headers = {
    'content-type': file.type,
    'cache-control': file.immutable || file.kept ? 'public, max-age=31536000, immutable' : 'no-cache',
    'accept-ranges': 'bytes',
    ...(file.encoding ? { 'content-encoding': file.encoding } : {}),
    'timing-allow-origin': '*',
    'access-control-allow-origin': '*',
  };
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const body = file.body.subarray(from);
  const partial = from > 0 ? { 'content-range': `bytes ${from}-${file.body.length - 1}/${file.body.length}` } : {};
  response.writeHead(from > 0 ? 206 : 200, { ...headers, ...partial, 'content-length': body.length });
  if (!cut) turns.add(response, body, () => response.end());
  // Half of it is on its way; then the line is dead.
  else turns.add(response, body.subarray(0, body.length >> 1), () => setTimeout(() => response.destroy(), 50));
}

function end(response: Response, status: number, headers: Record<string, string>, body: Uint8Array | undefined): void {
  response.writeHead(status, { ...headers, 'content-length': body?.length ?? 0 });
  response.end(body);
}
