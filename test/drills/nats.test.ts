import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasNats, NatsProcess } from '../server/log/nats-process.ts';
import { Follower } from './follower.ts';
import { ServerProcess } from './server-process.ts';
import { allEdges, call, documentOf, Visitor } from './visitor.ts';

// Two equal processes over one NATS JetStream, and what happens when nats-server is killed.

const folder = mkdtempSync(join(tmpdir(), 'foyer-drill-nats-'));
const secret = join(folder, 'secret');
let nats: NatsProcess;
const running: ServerProcess[] = [];

beforeAll(async () => {
  if (!hasNats) return;
  const { writeFileSync } = await import('node:fs');
  writeFileSync(secret, 'a secret of at least 32 bytes, for tests');
  nats = await NatsProcess.start();
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.end('SIGKILL');
});

afterAll(async () => {
  await nats?.end();
  rmSync(folder, { recursive: true, force: true });
});

async function pair(): Promise<readonly [ServerProcess, ServerProcess]> {
  const more = ['--nats', nats.url, '--secret-file', secret];
  const first = await ServerProcess.start({ data: join(folder, 'a'), arguments: more });
  running.push(first);
  // Both stand behind one public URL in production; here the second is asked at its own.
  const second = await ServerProcess.start({ data: join(folder, 'b'), arguments: more });
  running.push(second);
  return [first, second];
}

describe.skipIf(!hasNats)('two processes on NATS', () => {
  it('show a visitor on one what happens on the other, and keep them in the room by a stream on either', async () => {
    const [first, second] = await pair();
    const mira = await Visitor.arrive(first.url, 'Mira');
    const { document, position } = await mira.room();
    const elsewhere = (url: string) => url.replace(first.url, second.url);
    const theo = new Follower(elsewhere(document.updates), mira.cookie, position);
    await theo.opened();
    const entered = await mira.post(document.relations.avatars, { data: { position: [1, 0, 1] }, relations: { ref: mira.me } });
    expect(entered.status).toBe(201);
    const edge = String(entered.headers.location);
    await theo.until(({ event, data }) => event === 'stale' && data.includes(elsewhere(edge)));
    await mira.post(edge, { data: { animation: 'wave' } });
    await theo.until(({ event, data }) => event === 'presence' && data.includes('wave'));
    // The process that took the write answers with it at once, the other as soon as the log has told it.
    const there = await call('GET', elsewhere(edge), { cookie: mira.cookie });
    expect(documentOf(there).data).toMatchObject({ position: [1, 0, 1], animation: 'wave' });
    // The only open stream is on the second process; the lease that the first one checks lives by it.
    await new Promise(resolve => setTimeout(resolve, 17_000));
    expect((await mira.get(edge)).status).toBe(200);
    theo.stop();
  });

  it('go on reading while nats-server is away, refuse writes with 503, and lose no acknowledged one', async () => {
    const [first, second] = await pair();
    const mira = await Visitor.arrive(first.url, 'Mira');
    const { document, position } = await mira.room();
    const follower = new Follower(document.updates.replace(first.url, second.url), mira.cookie, position);
    const acknowledged: string[] = [];
    const statuses = new Set<number>();
    const say = async (i: number) => {
      const { status, headers } = await mira.post(
        document.relations.messages,
        { data: { text: `message ${i}` } },
        { 'idempotency-key': `k${i}` },
      );
      statuses.add(status);
      if (status === 201) acknowledged.push(new URL(String(headers.location)).pathname);
      return status;
    };
    for (let i = 0; i < 20; i++) await say(i);
    await nats.kill('SIGKILL');
    let refused = 0;
    for (let i = 20; i < 24; i++) if ((await say(i)) === 503) refused++;
    expect(refused).toBeGreaterThan(0);
    expect((await mira.room()).document.data.name).toBe('The lounge');
    expect((await fetch(`${first.url}/readyz`)).status).toBe(503);
    await nats.start();
    for (let i = 24, written = 0; written < 20 && i < 300; i++) {
      if ((await say(i)) === 201) written++;
      else await new Promise(resolve => setTimeout(resolve, 100));
    }
    expect([...statuses].sort()).toEqual([201, 503]);
    const kept = new Set((await allEdges(document.relations.messages)).map(url => new URL(url).pathname));
    expect(acknowledged.filter(path => !kept.has(path))).toEqual([]);
    await follower.until(() => follower.seen.size >= acknowledged.length);
    follower.stop();
  });
});
