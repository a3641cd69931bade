import { expect, it } from 'vitest';
import { GraphClient } from '../../../src/graph/graph-client.ts';
import { followRoom } from '../../../src/room/documents/follow-room.ts';
import type { AvatarInfo } from '../../../src/room/documents/room-info.ts';

const base = 'https://example.org/';
const at = (path: string) => new URL(path, base).href;

it('lists an outfit and resources in the order of their edges, whichever documents come first', async () => {
  const resource = (ref: string) => ({
    data: { kind: 'texture', slot: ref, bytes: 1, type: 'image/webp', hash: 'a'.repeat(64) },
    relations: { ref },
  });
  const documents: Record<string, object> = {
    room: { data: {}, relations: { avatars: '/avatars' } },
    avatars: { edges: ['/one'] },
    one: { data: {}, relations: { ref: '/mira' } },
    mira: { data: { name: 'Mira' }, relations: { skeleton: '/bones', outfit: '/outfit' } },
    outfit: { edges: ['/outfit/0', '/outfit/1', '/outfit/2'] },
    bones: { data: {}, relations: { resources: '/none' } },
    none: { edges: [] },
    'resources/of/coat': { edges: ['/coat/0', '/coat/1'] },
    'coat/0': resource('/first'),
    'coat/1': resource('/second'),
  };
  for (const [i, name] of ['coat', 'net', 'hat'].entries()) {
    documents[`outfit/${i}`] = { data: {}, relations: { ref: `/${name}` } };
    documents[name] = { data: {}, relations: { resources: name === 'coat' ? '/resources/of/coat' : '/none' } };
  }
  /** What comes late, by how many turns of the event loop. */
  const late: Record<string, number> = { 'outfit/0': 9, coat: 9, 'coat/0': 9, 'outfit/1': 3 };
  const answer = async (url: string): Promise<Uint8Array> => {
    const name = url.slice(base.length);
    for (let turn = 0; turn < (late[name] ?? 0); turn++) await new Promise(done => setImmediate(done));
    const denormalized = { [url]: documents[name] };
    return new TextEncoder().encode(JSON.stringify({ id: url, status: 'success', denormalized }));
  };
  const graph = new GraphClient(url => ({ done: answer(url) }));
  const people: AvatarInfo[] = [];
  const failed: unknown[] = [];
  await followRoom(graph, at('room'), {
    room: () => {},
    furniture: () => {},
    avatar: info => people.push(info),
    failed: (_, error) => failed.push(error),
  });
  expect(failed).toEqual([]);
  const [{ outfit }] = people;
  expect(outfit.map(({ product }) => product.url)).toEqual(['coat', 'net', 'hat'].map(at));
  expect(outfit[0].product.resources.map(({ url }) => url)).toEqual(['first', 'second'].map(at));
});
