import { expect, it, vi } from 'vitest';
import { CRITICAL_VISIBLE, DOCUMENT } from '../../src/net/queue/priority.ts';
import { BASE, setup } from './setup.ts';

// Virtual time says how long things take; the real time of a busy machine says nothing.
vi.setConfig({ testTimeout: 60_000 });

const DOCUMENT_BYTES = 1000;
const MESH_BYTES = 20_000;

/**
 * A room whose documents are files of their own: a group of `products` edges, each of which leads to a product, its group of
 * resources, two edges of those, and from there to a mesh and a low texture. As `RoomSession` asks for them.
 */
async function openSplitRoom(
  products: number,
  { mbit, roundTrip, protocol }: { mbit: number; roundTrip: number; protocol: 'h2' | 'http/1.1' },
) {
  const base = protocol === 'h2' ? BASE : BASE.replace('https:', 'http:');
  const blank = new Uint8Array(MESH_BYTES);
  const { clock, queue, network } = setup(
    {},
    {
      bandwidth: mbit * 125_000,
      roundTrip,
      protocol,
      content: u => blank.subarray(0, u.includes('mesh') ? MESH_BYTES : DOCUMENT_BYTES),
    },
    { base },
  );
  const document = (name: string, depth: number) =>
    queue.load({ url: new URL(name, base).href, maxBytes: 1e6, priority: { class: DOCUMENT, utility: 8 ** depth } }).done;
  const came: number[] = [];
  let documents = 2;
  let documentsAt = 0;
  const mesh = async (name: string) => {
    await queue.load({
      url: new URL(`mesh-${name}`, base).href,
      bytes: MESH_BYTES,
      priority: { class: CRITICAL_VISIBLE, utility: 1 },
    }).done;
    came.push(clock.now());
  };
  const resource = async (name: string) => {
    await document(`edge-${name}`, 5);
    documents++;
    documentsAt = clock.now();
    await mesh(name);
  };
  const product = async (i: number) => {
    await document(`furniture-${i}`, 2);
    await document(`product-${i}`, 3);
    await document(`resources-${i}`, 4);
    documents += 3;
    await Promise.all([resource(`${i}-a`), resource(`${i}-b`)]);
  };
  const room = async () => {
    await document('room', 0);
    await document('group', 1);
    await Promise.all(Array.from({ length: products }, (_, i) => product(i)));
  };
  const done = room();
  await clock.run();
  await done;
  const ms = (bytes: number) => bytes / (mbit * 125);
  return {
    documents,
    requests: network.requests.length,
    documentsAt,
    firstAt: came[0],
    tenthAt: came[Math.floor(came.length / 10)],
    lastAt: came[came.length - 1],
    bound: 2 * roundTrip + 7 * roundTrip + ms(documents * DOCUMENT_BYTES + came.length * MESH_BYTES),
  };
}

const path = { mbit: 20, roundTrip: 50 };

it('many small documents of unknown length fill the path: what they bring is not taken for all that it could', async () => {
  const { documentsAt, requests, documents, lastAt, bound } = await openSplitRoom(300, { ...path, protocol: 'h2' });
  // 34 s with two at a time, as a guess of 32 KB each let them.
  expect(documentsAt).toBeLessThan(2000);
  expect(lastAt / bound).toBeLessThan(1.05);
  expect(requests).toBe(documents + 600);
});

it('what the first products need comes while documents are still to come, however few the slots, and costs the last ones nothing', async () => {
  const { documentsAt, firstAt, tenthAt, lastAt, requests } = await openSplitRoom(300, { ...path, protocol: 'http/1.1' });
  // After all 1,500 documents otherwise: 12.6 s.
  expect(firstAt).toBeLessThan(2700);
  expect(tenthAt).toBeLessThan(documentsAt / 2);
  const turns = (requests / 6) * (path.roundTrip + 3);
  expect(lastAt).toBeLessThan(1.2 * turns);
});

it('documents deep in the room come before those that lie nearer, those of one depth as they were asked for', async () => {
  const { clock, queue, network } = setup({}, { protocol: 'http/1.1', content: () => new Uint8Array(1000) });
  const load = (name: string, depth: number) =>
    queue.load({ url: new URL(name, BASE).href, priority: { class: DOCUMENT, utility: 8 ** depth } });
  for (let i = 0; i < 6; i++) load(`first${i}`, 0);
  await clock.run(() => network.requests.length === 6, 1);
  for (const [name, depth] of [
    ['a', 2],
    ['b', 2],
    ['c', 5],
    ['d', 3],
  ] as const)
    load(name, depth);
  await clock.run();
  expect(network.requests.slice(-4).map(r => r.url.at(-1))).toEqual(['c', 'd', 'a', 'b']);
});
