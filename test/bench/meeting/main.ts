/**
 * `npm run bench:meeting -- [--minutes 10] [--bots 90] [--rate 20]`: bots over real HTTP come into the lounge, walk, dress, speak, gesture and leave at
 * random, while a page in Chromium watches with the viewer's controls. Prints frames, JavaScript and what grows: GPU objects, DOM nodes, listeners and
 * heap, at the start and at the end of the time.
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

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    bots: { type: 'string', default: '90' },
    rate: { type: 'string', default: '20' },
    site: { type: 'string', default: 'dist/site' },
  },
});
const seconds = 60 * Number(values.minutes);

const server = await LiveServer.start([], resolve(values.site));
const browser = await launchChromium();
let bots: ChildProcess | undefined;
try {
  const viewer = await ViewerPage.open(browser, await server.page('&quality=low'), { viewport: { width: 640, height: 360 } });
  await viewer.reach('complete', 180_000);
  await viewer.page.waitForFunction(() => document.querySelector<RoomViewer>('room-viewer')?.live?.state === 'connected');
  const room = new URL((await server.page()).split('room=')[1] ? decodeURIComponent((await server.page()).split('room=')[1]) : '')
    .href;
  bots = spawn(
    process.execPath,
    ['--import', 'tsx', 'test/bench/meeting/bots.ts', server.url, room, values.bots, values.rate, '7'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: bots.stdout ?? process.stdin });
  await new Promise<void>(done => lines.on('line', line => (line === 'ready' ? done() : console.log(line))));
  await viewer.page.waitForTimeout(10_000);
  const session = await viewer.page.context().newCDPSession(viewer.page);
  await session.send('Performance.enable');
  const before = await count(viewer, session);
  console.log('start', before);
  const frames = [
    await measure(viewer.page, 'on', 8),
    await measure(viewer.page, 'off', 8),
    await measure(viewer.page, 'on', 8),
    await measure(viewer.page, 'off', 8),
  ];
  console.log('frames', frames);
  await viewer.page.waitForTimeout(Math.max(0, seconds * 1000 - 32_000));
  const after = await count(viewer, session);
  console.log('end', after);
  for (const [name, value] of Object.entries(after))
    console.log(name, `${((100 * (value - before[name])) / before[name]).toFixed(2)} %`);
  console.log('console', viewer.problems);
} finally {
  bots?.kill('SIGTERM');
  await browser.close();
  await server.stop();
}

/** Frames and the time of `LiveRoom.update` for some seconds, with everybody moved by the live room or standing still. */
function measure(page: Page, live: 'on' | 'off', duration: number): Promise<object> {
  return page.evaluate(
    ({ live, duration }) =>
      new Promise<object>(done => {
        const room = (document.querySelector('room-viewer') as RoomViewer).live;
        if (!room) throw new Error('the room is not live');
        const update = Object.getPrototypeOf(room).update as (seconds: number) => void;
        let frames = 0;
        let ms = 0;
        room.update = step => {
          const began = performance.now();
          if (live === 'on') update.call(room, step);
          ms += performance.now() - began;
          frames++;
        };
        setTimeout(() => {
          Reflect.deleteProperty(room, 'update');
          done({ live, framesPerSecond: frames / duration, updateMsPerFrame: ms / frames, people: room.people.size });
        }, duration * 1000);
      }),
    { live, duration },
  );
}

async function count(viewer: ViewerPage, session: CDPSession): Promise<Record<string, number>> {
  const gpu = await viewer.gpuObjects();
  const { bytes } = await heapUse(viewer.page);
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find(m => m.name === name)?.value ?? 0;
  return { gpu, heap: bytes, nodes: metric('Nodes'), listeners: metric('JSEventListeners') };
}
