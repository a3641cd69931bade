/**
 * `npm run bench:meeting -- [--minutes 10] [--bots 100] [--rate 20] [--still]`: bots over real HTTP come into the lounge, walk, dress, speak, gesture
 * and leave at random, while a page in Chromium watches with the viewer's controls. Prints the JavaScript and the garbage of a frame, frames with
 * and without the live room (interleaved), and what grows: GPU objects, DOM nodes, listeners and heap. `--still`: the bots do nothing.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright';
import type { RoomViewer } from '../../../src/viewer/element/room-viewer.ts';
import { launchChromium } from '../../browser/chromium.ts';
import { heapUse } from '../../browser/js-heap.ts';
import { LiveServer } from '../../browser/live-server.ts';
import { ViewerPage } from '../../browser/viewer-page.ts';
import { cpuShares, heapShares, type Shares } from './profile.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    bots: { type: 'string', default: '100' },
    rate: { type: 'string', default: '20' },
    site: { type: 'string', default: 'dist/site' },
    still: { type: 'boolean', default: false },
    skip: { type: 'string', default: '' },
  },
});
/** Seconds of each measurement. */
const SPAN = 8;
/** Everybody has come in, dressed, spoken and left by then, and what is made once has been made. */
const SETTLED = 60;
const began = Date.now();

const server = await LiveServer.start([], resolve(values.site));
const browser = await launchChromium();
let bots: ChildProcess | undefined;
try {
  const address = await server.page('&quality=low');
  const viewer = await ViewerPage.open(browser, address, { viewport: { width: 640, height: 360 } });
  const { page } = viewer;
  await viewer.reach('complete', 180_000);
  await connected(page);
  const room = new URL(address).searchParams.get('room') ?? '';
  const rate = values.still ? '0.001' : values.rate;
  const args = ['--import', 'tsx', 'test/bench/meeting/bots.ts', server.url, room, values.bots, rate, '7'];
  bots = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: bots.stdout ?? process.stdin });
  const ended = new Promise<never>((_, fail) => bots?.once('exit', code => fail(new Error(`the bots ended with ${code}`))));
  const ready = new Promise<void>(done => lines.on('line', line => (line === 'ready' ? done() : console.log(line))));
  await Promise.race([ready, ended]);
  ended.catch(() => {});
  console.log(`${values.bots} bots, ${rate} deeds a second, 640 x 360, lounge, people: ${await people(page)}`);
  const session = await page.context().newCDPSession(page);
  await page.waitForTimeout(10_000);
  if (!values.skip.includes('cost')) await costs(page, session);
  if (!values.skip.includes('frames')) await frameRates(page);
  await page.waitForTimeout(Math.max(0, SETTLED * 1000 - (Date.now() - began)));
  await session.send('Performance.enable');
  const before = await count(viewer, session);
  console.log('start', before);
  for (let minute = 1; minute <= Number(values.minutes); minute++) {
    await page.waitForTimeout(60_000);
    console.log(minute, 'min', await count(viewer, session));
  }
  console.log('console', viewer.problems);
} finally {
  bots?.kill('SIGTERM');
  await browser.close();
  await server.stop();
}

async function connected(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector<RoomViewer>('room-viewer')?.live?.state === 'connected');
}

function people(page: Page): Promise<number> {
  return page.evaluate(() => document.querySelector<RoomViewer>('room-viewer')?.session?.avatars.length ?? 0);
}

/** Frames within `seconds`. */
function frames(page: Page, seconds: number): Promise<number> {
  return page.evaluate(
    ms =>
      new Promise<number>(done => {
        let count = 0;
        const ends = performance.now() + ms;
        const tick = () => {
          count++;
          if (performance.now() < ends) requestAnimationFrame(tick);
          else done(count);
        };
        requestAnimationFrame(tick);
      }),
    seconds * 1000,
  );
}

async function costs(page: Page, session: CDPSession): Promise<void> {
  const print = (shares: Shares, count: number, unit: number, digits: number) =>
    Object.entries(shares)
      .map(([name, value]) => `${name} ${(value / count / unit).toFixed(digits)}`)
      .join(', ');
  for (let round = 0; round < 2; round++) {
    let count = 0;
    const { ms, top } = await cpuShares(session, async () => (count = await frames(page, SPAN)));
    console.log(`JavaScript, ms a frame of ${count}: ${print(ms, count, 1, 3)}`);
    if (round === 0) console.log(top.map(line => `  ${line}`).join('\n'));
  }
  let count = 0;
  const { bytes, top } = await heapShares(session, async () => (count = await frames(page, SPAN)));
  console.log(`garbage, KB a frame of ${count}: ${print(bytes, count, 1024, 2)}`);
  console.log(top.map(line => `  ${line}`).join('\n'));
}

/** The same crowd with the live room and without: the attribute `live` turns it off, and everybody stands where they are. */
async function frameRates(page: Page): Promise<void> {
  const found: Record<'on' | 'off', number[]> = { on: [], off: [] };
  for (let round = 0; round < 8; round++) {
    const live = round % 2 === 0 ? 'on' : 'off';
    await page.evaluate(live => document.querySelector('room-viewer')?.setAttribute('live', live), live === 'on' ? '' : 'off');
    if (live === 'on') await connected(page);
    await page.waitForTimeout(2000);
    found[live].push((await frames(page, SPAN)) / SPAN);
  }
  await page.evaluate(() => document.querySelector('room-viewer')?.removeAttribute('live'));
  await connected(page);
  const median = (all: number[]) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
  console.log('frames a second', found, 'with / without', (median(found.on) / median(found.off)).toFixed(3));
}

async function count(viewer: ViewerPage, session: CDPSession): Promise<Record<string, number>> {
  const gpu = await viewer.gpuObjects();
  const { bytes } = await heapUse(viewer.page);
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find(m => m.name === name)?.value ?? 0;
  const here = await people(viewer.page);
  return { people: here, gpu, heap: bytes, nodes: metric('Nodes'), listeners: metric('JSEventListeners') };
}
