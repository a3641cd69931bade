import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUFFER_LIMIT, type Recipient } from '../../../src/server/updates/recipients.ts';
import { BASE, TestServer } from '../test-server.ts';

// Update streams, and presence on them: what readers are told, in which order, and when.

let test: TestServer;

beforeEach(async () => {
  test = await TestServer.start();
});

afterEach(() => test.close());

interface Told {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Readonly<Record<string, unknown>> & {
    readonly urls?: readonly string[];
    readonly denormalized?: Readonly<Record<string, unknown>>;
  };
}

/** A reader that keeps what it is told, and the very buffers. */
class Reader implements Recipient {
  readonly user: string | undefined;
  readonly buffers: Buffer[] = [];
  buffered = 0;
  isCut = false;

  constructor(user?: string) {
    this.user = user;
  }

  write(bytes: Buffer): void {
    this.buffers.push(bytes);
  }

  cut(): void {
    this.isCut = true;
  }

  get told(): readonly Told[] {
    const blocks = Buffer.concat(this.buffers).toString().split('\n\n');
    return blocks.flatMap(block => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const data = field('data');
      return data === undefined ? [] : [{ event: field('event') ?? '', id: field('id'), data: JSON.parse(data) }];
    });
  }
}

const turn = () => new Promise(resolve => setImmediate(resolve));
const QUEUE = 'room/lounge';

function read(after?: number, user?: string): Reader {
  const reader = new Reader(user);
  const { updates, intents } = test.server.context;
  updates.subscribe(QUEUE, reader, after, intents.present(QUEUE));
  return reader;
}

describe('updates', () => {
  it('are the same bytes for everybody in the room, serialised once', async () => {
    const guest = await test.guest();
    const readers = [read(), read(), read()];
    const { headers } = await guest.enter();
    await turn();
    const [last] = readers.map(({ buffers }) => buffers.at(-1));
    for (const { buffers, told } of readers) {
      expect(buffers.at(-1)).toBe(last);
      expect(told.at(-1)?.event).toBe('stale');
      expect(told.at(-1)?.data.urls).toContain(headers.location);
      expect(Object.keys(told.at(-1)?.data.denormalized ?? {})).toContain(headers.location);
    }
  });

  it('leave no gap behind the Foyer-Seq of any response', async () => {
    const guest = await test.guest();
    const { links, answer } = await guest.lounge();
    const said: string[] = [];
    for (let i = 0; i < 5; i++) said.push((await guest.post(links.messages, { data: { text: `${i}` } })).headers['foyer-seq']);
    const reader = read(Number(answer.headers['foyer-seq']));
    for (let i = 5; i < 8; i++) said.push((await guest.post(links.messages, { data: { text: `${i}` } })).headers['foyer-seq']);
    await turn();
    expect(reader.told.map(({ id }) => id)).toEqual(said);
    expect(reader.told.map(({ data }) => data.text)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });

  it("report a reader's clothes to all in the room, and to nobody elsewhere", async () => {
    const guest = await test.guest();
    await guest.enter();
    const { me } = await guest.entry();
    const outfit = (await guest.get((await guest.get(me)).document.relations?.outfit ?? '')).document.edges ?? [];
    const here = read();
    const lobby = new Reader();
    test.server.context.updates.subscribe('lobby', lobby, undefined, []);
    await guest.post(outfit[0], { data: { joint: 'Head' } });
    await turn();
    expect(here.told.at(-1)?.data.urls).toEqual([outfit[0]]);
    expect(lobby.told).toEqual([]);
  });

  it('answer a position of another log with reset', async () => {
    expect(read(999_999).told).toEqual([{ event: 'reset', id: String(test.server.context.documents.position), data: {} }]);
  });

  it('cut a reader whose buffer is full, and nobody else', async () => {
    const guest = await test.guest();
    const [slow, quick] = [read(), read()];
    slow.buffered = BUFFER_LIMIT + 1;
    await guest.enter();
    await turn();
    expect([slow.isCut, quick.isCut]).toEqual([true, false]);
    expect(test.server.context.updates.figures.cut).toBe(1);
  });

  it('send a heartbeat every 15 s', async () => {
    const reader = read();
    await test.clock.advance(15_000);
    expect(reader.buffers.at(-1)?.toString()).toBe(':\n\n');
  });

  it('jitter the time after which browsers come back, between 1 and 5 s', () => {
    const times = Array.from({ length: 20 }, () => Number(/^retry: (\d+)/.exec(String(read().buffers[0]))?.[1]));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(1000);
    expect(Math.max(...times)).toBeLessThanOrEqual(5000);
    expect(new Set(times).size).toBeGreaterThan(10);
  });

  it('are refused with 404 for an unknown queue, 400 for an invalid position', async () => {
    const client = test.stranger();
    expect((await client.get(`${BASE}/api/updates/room/nowhere`)).status).toBe(404);
    expect((await client.get(`${BASE}/api/updates/${QUEUE}?after=x`)).status).toBe(400);
    expect((await client.get(`${BASE}/api/updates/${QUEUE}`, { accept: 'application/json' })).status).toBe(406);
  });
});

describe('presence', () => {
  it('reports a walk without logging it, also to readers who come later', async () => {
    const guest = await test.guest();
    const { headers } = await guest.enter();
    const position = test.server.context.documents.position;
    const reader = read();
    const walk = {
      path: [
        [0, 0, 0],
        [1, 0, 1],
      ],
      speed: 1.4,
      animation: 'walk',
    };
    expect((await guest.post(headers.location, { data: walk })).document.data).toMatchObject(walk);
    await test.clock.advance(1);
    await turn();
    const { me } = await guest.entry();
    const expected = { event: 'presence', id: undefined, data: { ...walk, avatar: me, start: TestServer.now / 1000 } };
    expect(reader.told).toEqual([expected]);
    expect(read().told).toEqual([expected]);
    expect(test.server.context.documents.position).toBe(position);
  });

  it('is reported at most 5 times a second, the latest each time', async () => {
    const guest = await test.guest();
    const { headers } = await guest.enter();
    const reader = read();
    for (let i = 0; i < 50; i++) {
      await guest.post(headers.location, { data: { look: [i, 0, 0] } });
      await test.clock.advance(20);
      await turn();
    }
    await test.clock.advance(1000);
    await turn();
    expect(reader.told.length).toBeLessThanOrEqual(6);
    expect(reader.told.at(-1)?.data.look).toEqual([49, 0, 0]);
  });

  it('of a person who begins to walk does not wait for another that was just reported', async () => {
    const [mira, theo] = [await test.guest('Mira'), await test.guest('Theo')];
    const [a, b] = [await mira.enter(), await theo.enter()];
    const reader = read();
    await mira.post(a.headers.location, { data: { animation: 'walk' } });
    await test.clock.advance(1);
    await mira.post(a.headers.location, { data: { animation: 'wave' } });
    await theo.post(b.headers.location, { data: { animation: 'dance' } });
    await test.clock.advance(100);
    await turn();
    expect(reader.told.map(({ data }) => data.animation)).toEqual(['walk', 'dance']);
    await test.clock.advance(100);
    await turn();
    expect(reader.told.at(-1)?.data.animation).toBe('wave');
  });

  it('ends 15 s after the last stream, not before; a reconnect keeps it', async () => {
    const guest = await test.guest();
    const { headers } = await guest.enter();
    const owner = test.server.context.documents
      .find(QUEUE)
      ?.member(headers.location.replace(`${BASE}/api/rooms/lounge/`, ''))?.owner;
    const inside = async () => (await guest.get(headers.location)).status;
    const wait = async (seconds: number) => {
      for (let i = 0; i < seconds; i++) await test.clock.advance(1000);
      await turn();
      await turn();
    };
    const reader = new Reader(owner);
    let end = test.server.context.updates.subscribe(QUEUE, reader, undefined, []);
    await wait(60);
    expect(await inside()).toBe(200);
    end();
    await wait(12);
    end = test.server.context.updates.subscribe(QUEUE, reader, undefined, []);
    await wait(30);
    expect(await inside()).toBe(200);
    end();
    await wait(14);
    expect(await inside()).toBe(200);
    await wait(4);
    expect(await inside()).toBe(410);
  });

  it('does not end when the wall clock jumps by a day', async () => {
    let wall = TestServer.now;
    await test.close();
    test = await TestServer.start({ now: () => wall });
    const guest = await test.guest();
    const { headers } = await guest.enter();
    wall += 24 * 3600 * 1000;
    await test.clock.advance(2000);
    expect((await guest.get(headers.location)).status).toBe(200);
    wall -= 48 * 3600 * 1000;
    const { links } = await guest.lounge();
    const [one, two] = [
      await guest.post(links.messages, { data: { text: 'a' } }),
      await guest.post(links.messages, { data: { text: 'b' } }),
    ];
    expect([one.status, two.status]).toEqual([201, 201]);
    // Order is that of the log, whatever the clock says.
    expect(Number(two.headers['foyer-seq'])).toBeGreaterThan(Number(one.headers['foyer-seq']));
  });

  it('does not admit people to a full room, and lets them watch', async () => {
    await test.close();
    test = await TestServer.start({ capacity: 1 });
    const [mira, theo] = [await test.guest('Mira'), await test.guest('Theo')];
    const first = await mira.enter();
    expect(first.status).toBe(201);
    const full = await theo.enter();
    expect([full.status, full.json.error]).toEqual([409, 'room-full']);
    expect((await theo.lounge()).answer.status).toBe(200);
    // Who is in already is moved, not counted twice.
    expect((await mira.enter({ position: [2, 0, 2] })).headers.location).toBe(first.headers.location);
  });
});
