import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventStream } from './event-stream.ts';
import { ServerProcess } from './server-process.ts';
import { call, Visitor } from './visitor.ts';

// 1,000 visitors lose their streams at once, and come back within a second.

const STREAMS = process.env.DRILLS === 'long' ? 1000 : 300;
const folder = mkdtempSync(join(tmpdir(), 'foyer-drill-reconnect-'));
let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.start({ data: folder });
});

afterAll(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

describe(`${STREAMS} reconnects`, () => {
  it('end in 304s, and every stream resumes where it was', async () => {
    const visitor = await Visitor.arrive(server.url, 'Mira');
    const { url, document, position, etag } = await visitor.room();
    const open = () =>
      new Promise<EventStream>((resolve, reject) => {
        const stream: EventStream = new EventStream(`${document.updates}?after=${position}`, {
          onEvent: () => {},
          onOpen: () => resolve(stream),
          onEnd: status => reject(new Error(`HTTP ${status}`)),
        });
      });
    const first = await Promise.all(Array.from({ length: STREAMS }, open));
    for (const stream of first) stream.close();
    const statuses: number[] = [];
    const begun = performance.now();
    const second = await Promise.all(
      Array.from({ length: STREAMS }, async (_, i) => {
        await new Promise(resolve => setTimeout(resolve, (i / STREAMS) * 1000));
        const stream = await open();
        statuses.push((await call('GET', url, { headers: { 'if-none-match': etag } })).status);
        return stream;
      }),
    );
    const seconds = (performance.now() - begun) / 1000;
    console.log(`${STREAMS} reconnects in ${seconds.toFixed(1)} s, RSS ${(server.rss / 2 ** 20).toFixed(0)} MiB`);
    expect(statuses.filter(status => status === 304).length).toBeGreaterThanOrEqual(0.95 * STREAMS);
    for (const stream of second) stream.close();
    expect(seconds).toBeLessThan(20);
  });
});

describe('a sender that is too slow', () => {
  it('is cut, in its headers and in its body', async () => {
    const drip = (head: string) =>
      new Promise<number>(resolve => {
        const begun = performance.now();
        const socket = connect(server.port, '127.0.0.1', () => socket.write(head));
        const timer = setInterval(() => socket.write('x'), 500);
        socket.on('error', () => {});
        socket.on('close', () => {
          clearInterval(timer);
          resolve(performance.now() - begun);
        });
      });
    const times = await Promise.all([
      drip('GET /api HTTP/1.1\r\nHost: x\r\nX-Slow: '),
      drip('POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{'),
    ]);
    for (const ms of times) expect(ms).toBeLessThan(30_000);
  });
});
