import { expect, it } from 'vitest';
import type { RoomViewer } from '../../../src/viewer/element/room-viewer.ts';
import { CrowdOfBots } from '../../bench/meeting/crowd-of-bots.ts';
import { type Held, held } from '../../bench/meeting/soak.ts';
import { growth } from '../js-heap.ts';
import { LiveServer } from '../live-server.ts';
import { browser } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

const BOTS = 10;
/** Deeds of a round: joining, walking, dressing, speaking, gesturing and leaving, at random. */
const DEEDS = 150;
const RATE = 15;

/** The short form of `npm run bench:meeting`, which goes on for ten minutes with 100 bots. */
it(`${3 * DEEDS} deeds of ${BOTS} bots leave no GPU object, node, listener or memory behind, and no error on the console`, async () => {
  const server = await LiveServer.start();
  const address = await server.page('&quality=low');
  const viewer = await ViewerPage.open(browser, address, { viewport: { width: 480, height: 300 } });
  let bots: CrowdOfBots | undefined;
  try {
    await viewer.reach('complete');
    await viewer.page.waitForFunction(() => document.querySelector<RoomViewer>('room-viewer')?.live?.state === 'connected');
    const guests = await viewer.ask(v => v.live?.people.size ?? 0);
    bots = await CrowdOfBots.enter(server.url, new URL(address).searchParams.get('room') ?? '', BOTS, 0);
    const session = await viewer.page.context().newCDPSession(viewer.page);
    await session.send('Performance.enable');
    const samples: Held[] = [];
    // The first round fills pools, and the log of the chat.
    for (let round = 0; round < 3; round++) {
      await bots.do(DEEDS, RATE);
      await expect.poll(() => viewer.ask(v => v.live?.people.size), { timeout: 60_000 }).toBe(guests + BOTS);
      const speaks = () => viewer.ask(v => v.shadowRoot?.querySelectorAll('.bubble').length);
      await expect.poll(speaks, { timeout: 60_000, interval: 500 }).toBe(0);
      samples.push(await held(viewer, session));
    }
    const [, before, after] = samples;
    console.log(samples.map(({ heap, ...counts }) => `${JSON.stringify(counts)} heap ${heap.bytes}`).join('\n'));
    expect(after.gpu).toBeLessThanOrEqual(before.gpu * 1.02);
    expect(after.nodes).toBeLessThanOrEqual(before.nodes * 1.1);
    expect(after.listeners).toBeLessThanOrEqual(before.listeners + 2);
    expect(after.heap.bytes, growth(before.heap, after.heap)).toBeLessThan(before.heap.bytes * 1.02);
    expect(viewer.problems).toEqual([]);
  } finally {
    bots?.leave();
    await viewer.close();
    await server.stop();
  }
}, 300_000);
