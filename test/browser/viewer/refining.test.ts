import { expect, it } from 'vitest';
import { type FrameLog, logFrames } from '../frame-log.ts';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

declare global {
  interface Window {
    frameLog: FrameLog;
  }
}

/** Frames that are logged in each part of the test: the more, the slower. */
const FRAMES = 10;

/** Who walks while the room gets sharp sees every frame, and in each what the hands did. */
it('no frame is left out for who drags or walks while high textures come, and each shows what was done', async () => {
  let asked = 0;
  let release = () => {};
  const released = new Promise<void>(resolve => {
    release = resolve;
  });
  // Frames of this size are slow without a GPU, and all high textures that are under way come at once: the machine is behind with them.
  const viewer = await ViewerPage.open(browser, `${server.url}?quality=high`, {
    viewport: { width: 1280, height: 720 },
    // The first never comes: a room that becomes complete begins its frames anew, after the log's.
    before: page => page.route('**/resources/*.ktx2', route => (asked++ > 0 ? released.then(() => route.continue()) : undefined)),
  });
  await viewer.reach('interactive');
  const { page } = viewer;
  // The code that listens to keys comes once the room is interactive.
  await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('camera-code')));
  await page.evaluate(() => new Promise(resolve => setTimeout(resolve, 50)));
  const drawn = () => page.evaluate(() => window.frameLog.frames.length);
  await page.keyboard.press('Tab');
  await page.keyboard.down('ArrowLeft');
  await page.evaluate(source => {
    const element = document.querySelector('room-viewer');
    window.frameLog = new Function(`return ${source}`)()(() => JSON.stringify(element?.camera?.matrixWorld.elements));
  }, String(logFrames));
  release();
  // Until the room has begun to get sharp: the transcoder comes first.
  await page.waitForFunction(count => {
    const { frames } = window.frameLog;
    return frames.length >= count && frames.reduce((sum, { bytes }) => sum + bytes, 0) > 1_000_000;
  }, FRAMES);
  await page.mouse.move(300, 300);
  await page.mouse.down();
  await page.keyboard.up('ArrowLeft');
  const turned = await drawn();
  for (let x = 300; (await drawn()) < turned + FRAMES; x += 15) await page.mouse.move(300 + (x % 600), 300);
  const frames = await page.evaluate(() => window.frameLog.frames);
  await page.mouse.up();
  expect(await viewer.ask(v => v.state)).toBe('interactive');

  // The log begins and ends in the middle of a frame.
  const whole = frames.slice(1, -1).map(({ elapsed, drawCalls, mark }) => ({ elapsed: Math.round(elapsed), drawCalls, mark }));
  expect(whole.filter(({ drawCalls }) => drawCalls === 0)).toEqual([]);
  // A key that is held turns the camera in each frame.
  const still = whole.slice(1, FRAMES - 2).filter(({ mark }, i) => mark === whole[i].mark);
  expect(still).toEqual([]);
  await viewer.close();
});
