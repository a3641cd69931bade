import { expect, it } from 'vitest';
import { VirtualClock } from '../../../virtual-clock.ts';
import { Downlink } from './link.ts';

const MBIT = 1_000_000;

async function transfer(clock: VirtualClock, link: Downlink, connection: object, size: number): Promise<number> {
  let got = 0;
  let end = 0;
  link.send(
    connection,
    new Uint8Array(size),
    piece => {
      got += piece.length;
      if (got === size) end = clock.now();
    },
    () => {},
  );
  while (got < size) await clock.advance(1);
  return end;
}

it.each([
  [5, 20],
  [20, 200],
  [100, 50],
])('a megabyte at %i Mbit/s, %i ms takes what it must, within 3 %%', async (mbit, rttMs) => {
  const clock = new VirtualClock();
  const end = await transfer(clock, new Downlink(clock, { bitsPerSecond: mbit * MBIT, rttMs }), {}, 1_000_000);
  const ideal = 8_000 / mbit + rttMs / 2;
  expect(end).toBeGreaterThan(ideal * 0.97 - 10);
  expect(end).toBeLessThan(ideal * 1.03 + 2);
});

it('two connections share the link evenly, and each gets its bytes in order', async () => {
  const clock = new VirtualClock();
  const link = new Downlink(clock, { bitsPerSecond: 8 * MBIT, rttMs: 0 });
  const got: [number[], number[]] = [[], []];
  for (const i of [0, 1] as const) {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, k) => k % 251);
    link.send(
      {},
      bytes,
      piece => got[i].push(...piece),
      () => {},
    );
  }
  await clock.advance(200);
  expect(Math.abs(got[0].length - got[1].length)).toBeLessThan(2 * 5840);
  await clock.advance(400);
  for (const bytes of got) expect(bytes.every((b, k) => b === k % 251)).toBe(true);
  expect(got.map(g => g.length)).toEqual([200_000, 200_000]);
  expect(link.bytes).toBe(400_000);
});

it('what is dropped is not sent, and does not hold up the others', async () => {
  const clock = new VirtualClock();
  const link = new Downlink(clock, { bitsPerSecond: 8 * MBIT, rttMs: 0 });
  const gone = {};
  link.send(
    gone,
    new Uint8Array(1_000_000),
    () => {},
    () => {},
  );
  link.drop(gone);
  expect(await transfer(clock, link, {}, 10_000)).toBeLessThan(30);
});
