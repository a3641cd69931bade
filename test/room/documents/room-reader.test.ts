import { describe, expect, it } from 'vitest';
import { GraphClient } from '../../../src/graph/graph-client.ts';
import { followRoom } from '../../../src/room/documents/follow-room.ts';
import { KnownThings, type RoomSink } from '../../../src/room/documents/room-info.ts';
import { RoomReader } from '../../../src/room/documents/room-reader.ts';

const base = 'https://example.org/';
const at = (path: string) => new URL(path, base).href;
const node = (relations: object, data: object = {}) => ({ data, relations, updates: '/queue' });
const edge = (ref: string, data: object = {}) => ({ data, relations: { ref }, updates: '/queue' });
const silent = { room: () => {}, furniture: () => {}, avatar: () => {}, failed: () => {} } satisfies RoomSink;

/** Documents of somebody who wears a shirt, with an edge that puts them into the room. */
function guest(i: number, shirt = 'shirt'): Record<string, object> {
  return {
    [at(`guest/${i}`)]: node({ skeleton: '/bones', outfit: `/guest/${i}/outfit` }, { name: `Guest ${i}` }),
    [at(`guest/${i}/outfit`)]: { edges: [`/guest/${i}/outfit/${shirt}`] },
    [at(`guest/${i}/outfit/${shirt}`)]: edge(`/${shirt}`),
    [at(`room/avatars/${i}`)]: edge(`/guest/${i}`),
  };
}

const product = (name: string) => ({
  [at(name)]: node({ resources: `/${name}/resources` }),
  [at(`${name}/resources`)]: { edges: [] },
});

/** A live room with so many guests and chairs, read once; `news` is what its stream brings, and counts what is read again. */
async function live(people: number) {
  const documents: Record<string, object> = { ...product('bones'), ...product('shirt'), ...product('coat'), ...product('chair') };
  const group = (name: string, ids: readonly number[]) => ({ edges: ids.map(i => `/room/${name}/${i}`) });
  const ids = Array.from({ length: people }, (_, i) => i);
  documents[at('room')] = node({ furniture: '/room/furniture', avatars: '/room/avatars' });
  documents[at('room/furniture')] = group('furniture', ids);
  documents[at('room/avatars')] = group('avatars', ids);
  for (const i of ids) Object.assign(documents, guest(i), { [at(`room/furniture/${i}`)]: edge('/chair') });
  const asked: string[] = [];
  const graph = new GraphClient(url => {
    asked.push(url);
    const answer = url === at('room') ? documents : { [url]: documents[url] };
    const response = JSON.stringify({ id: url, status: 'success', denormalized: answer });
    return { done: Promise.resolve(new TextEncoder().encode(response)) };
  });
  const known = new KnownThings();
  await followRoom(graph, at('room'), silent, undefined, known);
  const shown = { furniture: ids.map(i => at(`room/furniture/${i}`)), avatars: ids.map(i => at(`room/avatars/${i}`)) };
  const reader = new RoomReader(graph, at('room'), known, shown);
  await reader.read(new Set(), () => {});
  asked.length = 0;
  let gets = 0;
  const { get } = graph;
  graph.get = function (this: GraphClient, ...args: Parameters<typeof get>) {
    gets++;
    return get.apply(this, args);
  } as typeof get;
  const news = async (urls: readonly string[], changed: Record<string, object>) => {
    Object.assign(documents, changed);
    graph.take(urls, changed, base);
    gets = 0;
    const stale = new Set([...urls.map(at), ...Object.keys(changed)]);
    return { change: await reader.read(stale, () => {}), gets };
  };
  return { graph, known, asked, news, group };
}

describe('RoomReader', () => {
  it('reads as many documents for one change in a room of 300 as in one of 3', async () => {
    const counts = await Promise.all(
      [3, 300].map(async people => {
        const { news, asked } = await live(people);
        const moved = await news([], { [at('room/furniture/1')]: edge('/chair', { position: [1, 0, 0] }) });
        expect([...moved.change.furniture.read.keys()]).toEqual([at('room/furniture/1')]);
        expect(moved.change.avatars.read.size).toBe(0);
        const dressed = await news(['/guest/2/outfit', '/guest/2/outfit/shirt'], {
          [at('guest/2/outfit')]: { edges: ['/guest/2/outfit/coat'] },
          [at('guest/2/outfit/coat')]: edge('/coat'),
        });
        const [[, { outfit }]] = dressed.change.avatars.read;
        expect(outfit.map(({ product }) => product.url)).toEqual([at('coat')]);
        expect(asked).toEqual([]);
        return [moved.gets, dressed.gets];
      }),
    );
    expect(counts[0]).toEqual(counts[1]);
    // The room; the edge. The room; the edge, the avatar, what it wears, the coat, which nobody wore.
    expect(counts[0]).toEqual([2, 5]);
  });

  it('does not request people who left while the room was read', async () => {
    const { news, asked, graph, group } = await live(5);
    const { get } = graph;
    let left = false;
    graph.get = ((...args: Parameters<typeof get>) => {
      if (!left) graph.take(['/room/avatars/2', '/room/avatars'], {}, base);
      left = true;
      return get.apply(graph, args);
    }) as typeof get;
    const first = await news([], { [at('room/avatars/2')]: edge('/guest/2', { position: [1, 0, 0] }) });
    // A request would be answered by 410, which browsers write to the console.
    expect(asked).toEqual([]);
    expect([...first.change.lost]).toEqual([at('room/avatars/2')]);
    const gone = ['/room/avatars/2', '/room/avatars'];
    const { change } = await news(gone, { [at('room/avatars')]: group('avatars', [0, 1, 3, 4]) });
    expect(change.avatars.gone).toEqual([at('room/avatars/2')]);
    expect(asked).toEqual([]);
  });

  it('a product that changed is read once, and everything that has it changes', async () => {
    const { news } = await live(20);
    const { change, gets } = await news([], { [at('shirt')]: node({ resources: '/shirt/resources' }, { name: 'new' }) });
    expect(change.avatars.read.size).toBe(20);
    const shirts = new Set([...change.avatars.read.values()].map(({ outfit }) => outfit[0].product));
    expect([...shirts].map(({ name }) => name)).toEqual(['new']);
    // The room, the shirt; the edge, the avatar and the edge of its outfit of each.
    expect(gets).toBe(2 + 20 * 3);
  });

  it('keeps nothing of 500 guests who came and went', async () => {
    const { news, known, graph, group, asked } = await live(3);
    const things = () => known.all.map(({ size }) => size);
    const before = things();
    for (let i = 100; i < 600; i++) {
      const came = await news(['/room/avatars'], { ...guest(i), [at('room/avatars')]: group('avatars', [0, 1, 2, i]) });
      expect([...came.change.avatars.read.keys()]).toEqual([at(`room/avatars/${i}`)]);
      const left = await news(['/room/avatars', `/room/avatars/${i}`], { [at('room/avatars')]: group('avatars', [0, 1, 2]) });
      expect(left.change.avatars.gone).toEqual([at(`room/avatars/${i}`)]);
    }
    expect(things()).toEqual(before);
    expect(asked).toEqual([]);
    expect(graph.queues).toEqual([at('queue')]);
    // Somebody who comes back is asked for afresh, with what only they had.
    await news(['/room/avatars'], { [at('room/avatars')]: group('avatars', [0, 1, 2, 100]) });
    expect(asked.sort()).toEqual(Object.keys(guest(100)).sort());
  });

  it('what a broken document hides comes back when it is valid again', async () => {
    const { news } = await live(3);
    const broken = await news([], { [at('guest/1')]: { data: { name: 7 } } });
    expect([...broken.change.lost]).toEqual([at('room/avatars/1')]);
    expect(broken.change.avatars.gone).toEqual([]);
    const mended = await news([], { [at('guest/1')]: guest(1)[at('guest/1')] });
    expect([...mended.change.avatars.read.keys()]).toEqual([at('room/avatars/1')]);
    expect(mended.change.lost.size).toBe(0);
  });
});
