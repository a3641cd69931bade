import { Matrix4 } from 'three';
import { beforeEach, describe, expect, it } from 'vitest';
import { Emitter } from '../../src/core/emitter.ts';
import type { LiveContext } from '../../src/live/live-context.ts';
import type { LiveEvents } from '../../src/live/live-events.ts';
import { MyPresence } from '../../src/live/my-presence.ts';
import type { KnownPerson } from '../../src/live/people.ts';
import { ApiClient } from '../../src/live/server/api-client.ts';
import { Entrance } from '../../src/live/server/entrance.ts';
import { ServerClock } from '../../src/live/server/server-clock.ts';
import { TabSession } from '../../src/live/server/tab-session.ts';
import { VirtualClock } from '../virtual-clock.ts';

const API = 'https://rooms.test/api';
const ROOM = `${API}/rooms/lounge`;

/** Tokens that the server still knows. */
let known: Set<string>;
let guests: number;
/** Requests, each with the token that it carried. */
let asked: string[];
let failed: unknown[];
let clock: VirtualClock;
let updates: { refused: boolean; cutFor: number; reconnect(): void };
let people: Map<string, KnownPerson>;
let presence: MyPresence;
let events: Emitter<LiveEvents>;

/** A server where each guest has the token and the avatar of the same number. */
async function server(url: string, { method = 'GET', headers }: RequestInit): Promise<Response> {
  const token = (headers as Record<string, string>).authorization?.slice('Bearer '.length);
  const path = url.slice(API.length);
  asked.push(`${method} ${path} ${token ?? '-'}`);
  if (token !== undefined && !known.has(token)) return Response.json({ message: 'wrong-token' }, { status: 401 });
  const me = (number: string) => `${API}/avatars/${number}`;
  if (path === '/session') {
    const made = token ?? `${++guests}`;
    known.add(made);
    return Response.json({ id: url, denormalized: { [url]: { data: { token: made }, relations: { me: me(made) } } } });
  }
  if (method === 'POST') return Response.json({ id: `${ROOM}/avatars/edge-${token}` });
  const relations = { session: `${API}/session`, ...(token === undefined ? {} : { me: me(token) }) };
  return Response.json({ id: url, denormalized: { [url]: { relations } } });
}

/** Shows somebody at an edge, as the room does when its documents have arrived. */
function show(number: string): KnownPerson {
  const url = `${ROOM}/avatars/edge-${number}`;
  const avatar = { group: { matrix: new Matrix4().makeTranslation(1, 0, 2) } };
  const person = { url, node: `${API}/avatars/${number}`, isMe: false, avatar } as unknown as KnownPerson;
  people.set(url, person);
  presence.joined(person);
  events.emit('join', { person });
  return person;
}

async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve));
}

beforeEach(async () => {
  known = new Set();
  guests = 0;
  asked = [];
  failed = [];
  people = new Map();
  clock = new VirtualClock();
  updates = { refused: false, cutFor: 0, reconnect() {} };
  events = new Emitter<LiveEvents>();
  events.on('failed', ({ error }) => failed.push(error));
  const serverClock = new ServerClock(clock);
  const api = new ApiClient({ entry: API, clock, fetch: server, serverClock });
  // Another tab has the cookie, so this one is a guest of its own.
  const locks = {
    request: async (name: string, _: object, callback: (lock: object | null) => unknown) =>
      void callback(name.endsWith(API) ? null : {}),
  };
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const graph = {
    get: async () => ({ relations: { avatars: `${ROOM}/avatars` } }),
    take() {},
  };
  const context = {
    ...{ events, api, clock, serverClock, random: () => 0.5, signal: new AbortController().signal },
    session: { url: ROOM, graph },
  } as unknown as LiveContext;
  presence = new MyPresence({
    context,
    entrance: new Entrance(api, API, new TabSession(API, { locks, storage })),
    updates,
    people: { byUrl: people, motionOf: () => ({}) } as never,
    outfits: { copy: async () => {} } as never,
    floor: { prepare: async () => {}, entrance: () => ({}) } as never,
  });
  const entered = presence.enter({ name: 'Mira' });
  await settle();
  show('1');
  await entered;
  asked = [];
});

/** What asks for a place in the room, with the token that it carries. */
const entries = () => asked.filter(line => line.startsWith('POST /rooms'));

describe('coming back into a room', () => {
  it('is a new guest where the session ended while the page was out of sight', async () => {
    const before = people.get(`${ROOM}/avatars/edge-1`) as KnownPerson;
    await presence.hide();
    known.clear();
    presence.show();
    people.clear();
    presence.left(before);
    await settle();
    expect(entries()).toEqual(['POST /rooms/lounge/avatars 2']);
    show('2');
    await settle();
    expect(presence.me?.url).toBe(`${ROOM}/avatars/edge-2`);
    expect(failed).toEqual([]);
  });

  it('is a new guest where the stream was refused because the session ended', async () => {
    known.clear();
    updates.refused = true;
    const before = people.get(`${ROOM}/avatars/edge-1`) as KnownPerson;
    people.clear();
    presence.left(before);
    await settle();
    expect(entries().at(-1)).toBe('POST /rooms/lounge/avatars 2');
    expect(failed).toEqual([]);
  });

  it('is the same guest after a long cut', async () => {
    updates.cutFor = 20_000;
    const before = people.get(`${ROOM}/avatars/edge-1`) as KnownPerson;
    people.clear();
    presence.left(before);
    await settle();
    expect(entries()).toEqual(['POST /rooms/lounge/avatars 1']);
  });

  it('does not happen where a moderator removed the visitor', async () => {
    presence.left(people.get(`${ROOM}/avatars/edge-1`) as KnownPerson);
    await settle();
    expect(asked).toEqual([]);
    expect(presence.entered).toBe(false);
  });
});
