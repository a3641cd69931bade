/**
 * `npm run bench:meeting -- [--minutes 10] [--bots 100] [--rate 20] [--settle 2] [--skip cost,frames]`: bots over real HTTP come into the lounge,
 * walk, dress, speak, gesture and leave at random, while a page in Chromium watches with the viewer's controls. Prints the JavaScript and the
 * garbage of a frame and of an event, frames with and without the live room (interleaved), and a table of what the page holds at each minute.
 * `--settle`: minutes until the first row, in which pools and caches fill.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright';
import type { RoomViewer } from '../../../src/viewer/element/room-viewer.ts';
import { launchChromium } from '../../browser/chromium.ts';
import { LiveServer } from '../../browser/live-server.ts';
import { ViewerPage } from '../../browser/viewer-page.ts';
import { frames, printCosts, SPAN } from './costs.ts';
import { CrowdOfBots } from './crowd-of-bots.ts';
import { growth, HEADER, type Held, held, row } from './soak.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    bots: { type: 'string', default: '100' },
    rate: { type: 'string', default: '20' },
    settle: { type: 'string', default: '3' },
    site: { type: 'string', default: 'dist/site' },
    skip: { type: 'string', default: '' },
  },
});
const rate = Number(values.rate);

const server = await LiveServer.start([], resolve(values.site));
const browser = await launchChromium();
let bots: CrowdOfBots | undefined;
try {
  const address = await server.page('&quality=low');
  const viewer = await ViewerPage.open(browser, address, { viewport: { width: 640, height: 360 } });
  const { page } = viewer;
  await viewer.reach('complete', 180_000);
  await connected(page);
  const room = new URL(address).searchParams.get('room') ?? '';
  bots = await CrowdOfBots.enter(server.url, room, Number(values.bots), rate);
  const began = Date.now();
  console.log(`${values.bots} bots, ${rate} deeds a second, 640 x 360, lounge`);
  const session = await page.context().newCDPSession(page);
  await page.waitForTimeout(10_000);
  if (!values.skip.includes('cost')) await printCosts(page, session, bots, rate);
  if (!values.skip.includes('frames')) await frameRates(page);
  await session.send('Performance.enable');
  if (Number(values.minutes) > 0) {
    await page.waitForTimeout(Math.max(0, Number(values.settle) * 60_000 - (Date.now() - began)));
    const sample = async (): Promise<Held> => {
      await bots?.gather();
      // Clothes arrive, bubbles end, walks come to their ends.
      await page.waitForTimeout(18_000);
      const now = await held(viewer, session);
      if (bots) bots.rate = rate;
      return now;
    };
    const first = await sample();
    console.log(`${HEADER}\n${row(0, first, first)}`);
    for (let minute = 1; minute <= Number(values.minutes); minute++) {
      await page.waitForTimeout(60_000);
      const now = await sample();
      console.log(row(minute, now, first));
      if (minute === Number(values.minutes)) console.log('grew most:', growth(first.heap, now.heap));
    }
  }
  console.log('console', viewer.problems);
} finally {
  bots?.leave();
  await browser.close();
  await server.stop();
}

async function connected(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector<RoomViewer>('room-viewer')?.live?.state === 'connected');
}

/** The same crowd with the live room and without: the attribute `live` turns it off, and everybody stands where they are. */
async function frameRates(page: Page): Promise<void> {
  const found: Record<'on' | 'off', number[]> = { on: [], off: [] };
  for (let round = 0; round < 8; round++) {
    const live = round % 2 === 0 ? 'on' : 'off';
    await page.evaluate(live => document.querySelector('room-viewer')?.setAttribute('live', live), live === 'on' ? '' : 'off');
    if (live === 'on') await connected(page);
    await page.waitForTimeout(2000);
    found[live].push((await frames(page, SPAN)).frames / SPAN);
  }
  await page.evaluate(() => document.querySelector('room-viewer')?.removeAttribute('live'));
  await connected(page);
  const median = (all: number[]) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
  console.log('frames a second', found, 'with / without', (median(found.on) / median(found.off)).toFixed(3));
}
