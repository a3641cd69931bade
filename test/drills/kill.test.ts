import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventStream } from './event-stream.ts';
import { Follower } from './follower.ts';
import { ServerProcess } from './server-process.ts';
import { allEdges, call, Visitor } from './visitor.ts';

// What happens when a server is killed, its checkpoint is damaged, or a reader stops reading. Real processes, real time.

let folder: string;
const running: ServerProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-drill-'));
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function serve(port = 0, more: readonly string[] = []): Promise<ServerProcess> {
  const server = await ServerProcess.start({ data: folder, port, arguments: more });
  running.push(server);
  return server;
}

describe('kill -9 of a server under writes', () => {
  it('keeps every acknowledged write, and no visitor misses a change', async () => {
    const server = await serve();
    const visitors = await Promise.all(['A', 'B', 'C'].map(name => Visitor.arrive(server.url, name)));
    const { document, position } = await visitors[0].room();
    for (const visitor of visitors)
      await visitor.post(document.relations.avatars, { data: { position: [0, 0, 0] }, relations: { ref: visitor.me } });
    const followers = visitors.map(({ cookie }) => new Follower(document.updates, cookie, position));
    const acknowledged: string[] = [];
    let writing = true;
    const writer = (async () => {
      for (let i = 0; writing; i++) {
        try {
          const key = { 'idempotency-key': `message ${i}` };
          const { status, headers } = await visitors[0].post(
            document.relations.messages,
            { data: { text: `message ${i}` } },
            key,
          );
          if (status === 201) acknowledged.push(String(headers.location));
        } catch {
          await new Promise(resolve => setTimeout(resolve, 50));
        }
      }
    })();
    await new Promise(resolve => setTimeout(resolve, 400));
    await server.end('SIGKILL');
    const before = acknowledged.length;
    const again = await serve(server.port);
    await new Promise(resolve => setTimeout(resolve, 700));
    writing = false;
    await writer;
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(before).toBeGreaterThan(5);
    expect(acknowledged.length).toBeGreaterThan(before);
    const kept = new Set((await allEdges(document.relations.messages)).slice(-200));
    expect(acknowledged.slice(-150).filter(url => !kept.has(url))).toEqual([]);
    // Nobody was gone: the leases outlived the process.
    const inside = await allEdges(document.relations.avatars);
    expect(inside).toHaveLength(13);
    const [first, ...others] = followers;
    for (const follower of others) expect([...follower.seen].sort()).toEqual([...first.seen].sort());
    expect(first.seen.size).toBeGreaterThanOrEqual(acknowledged.length);
    for (const follower of followers) {
      expect(follower.resets).toBe(0);
      expect(Math.max(...follower.away)).toBeLessThan(5000);
      follower.stop();
    }
    expect(again.isRunning).toBe(true);
  }, 30_000);

  it('starts from an older checkpoint, or from none, when the newest is damaged', async () => {
    const { readdirSync, writeFileSync } = await import('node:fs');
    const server = await serve();
    const visitor = await Visitor.arrive(server.url, 'A');
    const { document } = await visitor.room();
    const { headers } = await visitor.post(document.relations.messages, { data: { text: 'kept' } });
    expect(await server.end('SIGTERM')).toBe(0);
    const checkpoints = join(folder, 'checkpoints');
    const names = readdirSync(checkpoints);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) writeFileSync(join(checkpoints, name), 'foyer checkpoint 1 0000\n{"half":');
    const again = await serve(server.port);
    expect((await call('GET', String(headers.location))).status).toBe(200);
    // Log lines leave the server together, twice a second.
    await expect.poll(() => again.log.join('\n'), { timeout: 10_000 }).toContain('checkpoint passed over');
  }, 30_000);
});

describe('a recipient that does not read', () => {
  it('is cut at 256 KiB, holds nobody else up, and resumes by its position', async () => {
    const server = await serve();
    const reader = await Visitor.arrive(server.url, 'reader');
    const { document, position } = await reader.room();
    const seen: string[] = [];
    const delays: number[] = [];
    const sentAt = new Map<string, number>();
    new EventStream(`${document.updates}?after=${position}`, {
      onEvent: ({ event, id, data }) => {
        if (event !== 'message' || id === undefined) return;
        seen.push(id);
        delays.push(performance.now() - (sentAt.get(JSON.parse(data).text.slice(0, 12)) ?? 0));
      },
    });
    const seenBySlow: string[] = [];
    const stopped = new EventStream(`${document.updates}?after=${position}`, { onEvent: ({ id }) => id && seenBySlow.push(id) });
    await new Promise(resolve => setTimeout(resolve, 100));
    stopped.pause();
    // Sockets take megabytes before anything waits in the process: walks of many corners fill them.
    const walkers = await Promise.all(Array.from({ length: 10 }, (_, i) => Visitor.arrive(server.url, `walker ${i}`)));
    const edges = await Promise.all(
      walkers.map(w => w.post(document.relations.avatars, { data: { position: [0, 0, 0] }, relations: { ref: w.me } })),
    );
    const path = Array.from({ length: 900 }, (_, i) => [i + 0.123456, 0.123456, i + 0.654321]);
    const cut = async () => /foyer_recipients_cut_total (\d+)/.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1];
    const deadline = performance.now() + 40_000;
    for (let i = 0; (await cut()) === '0' && performance.now() < deadline; i++) {
      await Promise.all(walkers.map((w, n) => w.post(String(edges[n].headers.location), { data: { path, start: i } })));
      const text = `note ${i}`.padEnd(12);
      sentAt.set(text, performance.now());
      await reader.post(document.relations.messages, { data: { text } });
    }
    expect(await cut()).toBe('1');
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(seen.length).toBeGreaterThanOrEqual(sentAt.size);
    expect(delays.sort((a, b) => a - b)[Math.floor(delays.length * 0.99)]).toBeLessThan(1000);
    stopped.close();
    const resumed: string[] = [];
    new EventStream(`${document.updates}?after=${seenBySlow.at(-1) ?? position}`, {
      onEvent: ({ event, id }) => event === 'message' && id && resumed.push(id),
    });
    await new Promise(resolve => setTimeout(resolve, 500));
    expect(new Set([...seenBySlow, ...resumed]).size).toBeGreaterThanOrEqual(seen.length);
  }, 60_000);
});
