import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publishFolder } from '../../src/server/publish/publish-folder.ts';
import { BASE, TestServer } from './test-server.ts';

let folder: string;
let test: TestServer;
let requests: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-publish-'));
  // A relative one, as `foyer serve` has it where nothing else is said.
  test = await TestServer.start({ resourceFolder: relative(process.cwd(), join(folder, 'server')) });
  requests = [];
});

afterEach(async () => {
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A room with one chair of one file. */
function writeRoom(
  name: string,
  bytes: Uint8Array,
  said = createHash('sha256').update(bytes).digest('hex'),
  sound?: string,
): string {
  const room = join(folder, name);
  mkdirSync(join(room, 'resources'), { recursive: true });
  const file = `${createHash('sha256').update(bytes).digest('hex').slice(0, 20)}.glb`;
  writeFileSync(join(room, 'resources', file), bytes);
  const edge = {
    data: { kind: 'mesh', bytes: bytes.byteLength, type: 'model/gltf-binary', hash: said },
    relations: { ref: `resources/${file}` },
  };
  const denormalized = {
    'room.json': { data: { name: 'Study' }, relations: { furniture: 'room.json#furniture', ...(sound ? { sound } : {}) } },
    'room.json#furniture': { edges: ['room.json#furniture/0'] },
    'room.json#furniture/0': { data: { position: [0, 0, 0] }, relations: { ref: 'room.json#product/0' } },
    'room.json#product/0': { data: { name: 'Chair' }, relations: { resources: 'room.json#product/0/resources' } },
    'room.json#product/0/resources': { edges: ['room.json#product/0/resources/0'] },
    'room.json#product/0/resources/0': edge,
  };
  writeFileSync(join(room, 'room.json'), JSON.stringify({ id: 'room.json', status: 'success', denormalized }));
  return room;
}

const overInject: typeof fetch = async (input, init = {}) => {
  const url = String(input).replace(BASE, '');
  requests.push(`${init.method} ${url}`);
  const response = await test.server.app.inject({
    method: init.method as 'GET',
    url,
    headers: init.headers as Record<string, string>,
    payload: init.body === undefined ? undefined : Buffer.from(init.body as Uint8Array),
  } as never);
  const body = [204, 304].includes(response.statusCode) || init.method === 'HEAD' ? null : response.body;
  return new Response(body, { status: response.statusCode });
};

/** Answers busy this many times, with this `Retry-After`, before the server does. */
const busy = (times: number, retryAfter: string): typeof fetch => {
  return async (input, init) =>
    times-- > 0 ? new Response('{}', { status: 503, headers: { 'retry-after': retryAfter } }) : overInject(input, init);
};

/** A clock that passes at once, and the waits that it was asked for. */
function quickClock() {
  const waits: number[] = [];
  const after = (ms: number, done: () => void) => {
    waits.push(ms);
    queueMicrotask(done);
    return () => {};
  };
  return { waits, now: () => 0, after };
}

const publish = async (room: string, role: 'editor' | 'moderator' = 'editor') =>
  publishFolder({
    room,
    to: BASE,
    token: await test.server.context.tokens.sign({ id: 'p', name: 'P', role }),
    fetch: overInject,
  });

describe('foyer publish', () => {
  it('sends the files that the server lacks, then the documents; a second run sends nothing', async () => {
    const room = writeRoom('My Study', new TextEncoder().encode('not really a model'));
    const report = await publish(room);
    expect(report).toEqual({ room: `${BASE}/api/rooms/my-study`, resources: 1, bytes: 18, changed: true });
    // Its file names the same room.
    expect(await publish(`${room}/room.json`)).toMatchObject({ room: report.room, changed: false });
    expect((await test.stranger().get(report.room)).document.data?.name).toBe('Study');
    const bytes = await test
      .stranger()
      .get(
        String(
          Object.values((await test.stranger().get(report.room)).json.denormalized ?? {}).find(d =>
            d.relations?.ref?.includes('/resources/'),
          )?.relations?.ref,
        ),
      );
    expect([bytes.status, bytes.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    requests = [];
    expect((await publish(room)).changed).toBe(false);
    expect(requests.every(request => request.startsWith('GET'))).toBe(true);
  });

  it('waits as a busy server asks, and gives up at more than a minute with an error that quotes the header', async () => {
    const room = writeRoom('patience', new TextEncoder().encode('a chair'));
    const token = await test.server.context.tokens.sign({ id: 'p', name: 'P', role: 'editor' });
    const clock = quickClock();
    const report = await publishFolder({ room, to: BASE, token, fetch: busy(2, '7'), clock });
    expect([report.changed, clock.waits]).toEqual([true, [7000, 7000]]);
    const refused = publishFolder({ room, to: BASE, token, fetch: busy(99, '99999'), clock });
    await expect(refused).rejects.toThrow(`GET ${BASE}/api: failed (HTTP 503, Retry-After: 99999)`);
    await expect(publishFolder({ room, to: BASE, token, fetch: busy(99, '1'), clock })).rejects.toThrow('Retry-After: 1)');
    expect(clock.waits).toEqual([7000, 7000, 1000, 1000, 1000, 1000, 1000]);
  });

  it('does not follow a redirect with its token, and names the other server', async () => {
    const room = writeRoom('elsewhere', new TextEncoder().encode('a chair'));
    const asked: string[] = [];
    const redirect: typeof fetch = async (url, { redirect } = {}) => {
      asked.push(`${url} ${redirect}`);
      return new Response(null, { status: 308, headers: { location: 'https://other.test/api' } });
    };
    await expect(publishFolder({ room, to: BASE, token: 'secret', fetch: redirect })).rejects.toThrow(
      `GET ${BASE}/api: redirects to https://other.test/api, and a token goes nowhere else: name that server`,
    );
    expect(asked).toEqual([`${BASE}/api manual`]);
    const odd: typeof fetch = async () => new Response(null, { status: 308, headers: { location: 'http://[' } });
    await expect(publishFolder({ room, to: BASE, token: 'secret', fetch: odd })).rejects.toThrow(
      `GET ${BASE}/api: redirects to "http://["`,
    );
  });

  it('ends at once when it is cancelled while a busy server makes it wait', async () => {
    const room = writeRoom('hurry', new TextEncoder().encode('a chair'));
    const token = await test.server.context.tokens.sign({ id: 'p', name: 'P', role: 'editor' });
    const controller = new AbortController();
    let running = 0;
    const clock = {
      now: () => 0,
      after: () => {
        running++;
        queueMicrotask(() => controller.abort());
        return () => void running--;
      },
    };
    const publishing = publishFolder({ room, to: BASE, token, fetch: busy(1, '50'), clock, signal: controller.signal });
    expect(await publishing.catch((error: unknown) => error)).toBe(controller.signal.reason);
    expect(running).toBe(0);
  });

  it('sends the sound of a room, which the server serves as its kind', async () => {
    const bytes = new TextEncoder().encode('OggS, or so it says');
    const name = `${createHash('sha256').update(bytes).digest('hex').slice(0, 20)}.ogg`;
    const room = writeRoom('bar', new TextEncoder().encode('a bar'), undefined, `resources/${name}`);
    writeFileSync(join(room, 'resources', name), bytes);
    const { room: url, resources } = await publish(room);
    expect(resources).toBe(2);
    const { sound = '' } = (await test.stranger().get(url)).document.relations ?? {};
    expect(sound).toBe(`${BASE}/resources/${name}`);
    const served = await test.stranger().get(sound);
    expect([served.status, served.headers['content-type']]).toEqual([200, 'audio/ogg']);
  });

  it('keeps the address of a sound elsewhere, and rejects a loose file beside the room', async () => {
    const bytes = new TextEncoder().encode('a bar');
    const { room: url } = await publish(writeRoom('bar', bytes, undefined, 'https://radio.example/live.mp3'));
    expect((await test.stranger().get(url)).document.relations?.sound).toBe('https://radio.example/live.mp3');
    await expect(publish(writeRoom('pub', bytes, undefined, 'music.mp3'))).rejects.toThrow(/named by its SHA-256.*music\.mp3/);
  });

  it('replaces a room in one entry, and leaves its visitors where they are', async () => {
    const room = writeRoom('study', new TextEncoder().encode('one'));
    const { room: url } = await publish(room);
    const guest = await test.guest();
    const { me } = await guest.entry();
    const entered = await guest.post((await guest.get(url)).document.relations?.avatars ?? '', { relations: { ref: me } });
    const before = await test.log.last();
    writeRoom('study', new TextEncoder().encode('two'));
    await publish(room);
    // The new product, and the room.
    expect(await test.log.last()).toBe(before + 2);
    expect((await guest.get(entered.headers.location)).status).toBe(200);
    const furniture = await guest.get((await guest.get(url)).document.relations?.furniture ?? '');
    expect(furniture.document.edges).toHaveLength(1);
  });

  it('refuses bytes that do not have the hash of their name', async () => {
    const token = await test.server.context.tokens.sign({ id: 'p', name: 'P', role: 'editor' });
    const response = await test.server.app.inject({
      method: 'PUT',
      url: '/resources/0123456789abcdef0123.glb',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
      payload: Buffer.from('other bytes'),
    });
    expect([response.statusCode, response.json().error]).toEqual([422, 'wrong-hash']);
    expect((await test.stranger().get(`${BASE}/resources/0123456789abcdef0123.glb`)).status).toBe(404);
  });

  it('is for editors', async () => {
    await expect(publish(writeRoom('study', new Uint8Array(3)), 'moderator')).rejects.toThrow('may not publish');
  });
});
