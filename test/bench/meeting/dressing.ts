/**
 * `npx tsx test/bench/meeting/dressing.ts [--bots 100] [--rate 4] [--seconds 60] [--quality low] [--site dist/site]`: bots over HTTP change their
 * clothes in the lounge, `rate` times a second in all, while a page in Chromium watches. Prints what the frames bring to the GPU, against what
 * the upload governor gives them, and programs that were compiled or waited for. Clothes are seen for the first time in the first half.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LEAST_COST, SLICE_BYTES } from '../../../src/assets/memory/upload-governor.ts';
import { launchChromium } from '../../browser/chromium.ts';
import { type FrameNote, logFrames } from '../../browser/frame-log.ts';
import { LiveServer } from '../../browser/live-server.ts';
import { ViewerPage } from '../../browser/viewer-page.ts';
import { CrowdOfBots } from './crowd-of-bots.ts';

const { values } = parseArgs({
  options: {
    bots: { type: 'string', default: '100' },
    rate: { type: 'string', default: '4' },
    quality: { type: 'string', default: 'low' },
    seconds: { type: 'string', default: '60' },
    site: { type: 'string', default: 'dist/site' },
  },
});

interface Watched {
  readonly frames: FrameNote[];
  /** People who wear something else, each time that the room took up what changed. */
  readonly changes: number[];
}

const server = await LiveServer.start([], resolve(values.site));
const browser = await launchChromium();
let bots: CrowdOfBots | undefined;
try {
  const address = await server.page(`&quality=${values.quality}`);
  const viewer = await ViewerPage.open(browser, address, { viewport: { width: 640, height: 360 } });
  await viewer.reach('complete', 180_000);
  await viewer.page.waitForFunction(() => document.querySelector('room-viewer')?.live?.state === 'connected');
  const room = new URL(address).searchParams.get('room') ?? '';
  bots = await CrowdOfBots.enter(server.url, room, Number(values.bots), 0, ['dress']);
  await viewer.page.waitForTimeout(10_000);
  await viewer.page.evaluate(`window.logFrames = ${logFrames}`);
  bots.rate = Number(values.rate);
  for (const half of ['first', 'second']) report(half, await watch(viewer, Number(values.seconds) * 500));
  console.log('console', viewer.problems);
} finally {
  bots?.leave();
  await browser.close();
  await server.stop();
}

function watch({ page }: ViewerPage, ms: number): Promise<Watched> {
  return page.evaluate(async ms => {
    const { session } = document.querySelector('room-viewer')!;
    const { logFrames: log } = window as unknown as { logFrames: typeof logFrames };
    const { frames, stop } = log(() => '');
    const changes: number[] = [];
    const off = session!.events.on('changed', ({ avatars }) => void changes.push(avatars.read.size));
    await new Promise(done => setTimeout(done, ms));
    off();
    stop();
    return { frames, changes };
  }, ms);
}

function report(half: string, { frames, changes }: Watched): void {
  const over = frames.filter(({ bytes, elapsed }) => bytes > Math.max(6, Math.min(100, elapsed) / 10) / LEAST_COST + SLICE_BYTES);
  const sum = (of: (frame: FrameNote) => number) => frames.reduce((all, frame) => all + of(frame), 0);
  console.log(
    `${half} half: ${frames.length} frames, ${changes.reduce((a, b) => a + b, 0)} people changed; over budget ${over.length}; ` +
      `at most ${Math.max(...frames.map(({ bytes }) => bytes))} bytes in a frame; ` +
      `${sum(f => f.compiled)} shaders and programs compiled, ${sum(f => f.waited)} waited for`,
  );
}
