import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

declare global {
  interface Window {
    /** Calls that drew something. */
    draws: number;
    setHidden(hidden: boolean): void;
  }
}

/** Pages of a headless browser are always seen: this one says what the test wants, as a tab in the background does. */
const hideable = (page: Page, hidden: boolean) =>
  page.addInitScript(initially => {
    let now = initially;
    Object.defineProperty(Document.prototype, 'hidden', { get: () => now });
    Object.defineProperty(Document.prototype, 'visibilityState', { get: () => (now ? 'hidden' : 'visible') });
    window.setHidden = next => {
      now = next;
      document.dispatchEvent(new Event('visibilitychange'));
    };
    window.draws = 0;
    const { drawElements } = WebGLRenderingContext.prototype;
    WebGLRenderingContext.prototype.drawElements = function (...call) {
      window.draws++;
      drawElements.apply(this, call);
    };
  }, hidden);

const at = () => `${server.url}?quality=high&room=${encodeURIComponent('/rooms-test/small/room.json')}`;
const draws = (viewer: ViewerPage) => viewer.page.evaluate(() => window.draws);

it('a room that is opened in a hidden tab is complete when one looks at it, and draws nothing until then', async () => {
  const viewer = await ViewerPage.open(browser, at(), { before: page => hideable(page, true) });
  await viewer.reach('complete');
  expect(await draws(viewer)).toBe(0);
  const { failed, uploaded, memory, quality } = await viewer.metrics();
  expect([failed.length, quality]).toEqual([0, 1]);
  expect(memory.gpu).toBeGreaterThan(100_000);
  // The renderer counts with each frame, and there was none.
  expect(uploaded.textures).toBe(0);
  await viewer.page.evaluate(() => window.setHidden(false));
  await expect.poll(() => viewer.metrics().then(m => m.uploaded.textures)).toBeGreaterThan(100_000);
  expect(await draws(viewer)).toBeGreaterThan(0);
  expect(viewer.problems).toEqual([]);
  await viewer.close();
});

it('a tab that is hidden while its room loads goes on loading; hidden afterwards it rests', async () => {
  const viewer = await ViewerPage.open(browser, at(), { before: page => hideable(page, false) });
  await viewer.reach('loading');
  await viewer.page.evaluate(() => window.setHidden(true));
  await viewer.reach('complete');
  await viewer.page.evaluate(() => window.setHidden(false));
  const seen = await draws(viewer);
  await expect.poll(() => draws(viewer)).toBeGreaterThan(seen + 3);
  await viewer.page.evaluate(() => window.setHidden(true));
  const resting = await draws(viewer);
  // The page itself still has frames, which it could draw.
  await viewer.page.evaluate(async () => {
    for (let frame = 0; frame < 20; frame++) await new Promise(requestAnimationFrame);
  });
  expect(await draws(viewer)).toBe(resting);
  expect(viewer.problems).toEqual([]);
  await viewer.close();
});

it('a room in which nothing moves draws nothing; it draws again when the camera moves', async () => {
  const viewer = await ViewerPage.open(browser, at(), { before: page => hideable(page, false) });
  await viewer.reach('complete');
  await viewer.ask(v => {
    v.paused = true;
  });
  /** Draw calls while the page has 20 frames. */
  const inTwentyFrames = () =>
    viewer.page.evaluate(async () => {
      const before = window.draws;
      for (let frame = 0; frame < 20; frame++) await new Promise(requestAnimationFrame);
      return window.draws - before;
    });
  await expect.poll(inTwentyFrames, { timeout: 60_000 }).toBe(0);
  const still = await draws(viewer);
  await viewer.ask(v => {
    const { position, target } = v.view;
    v.lookFrom({ position: [position[0] + 0.2, position[1], position[2]], target });
  });
  await expect.poll(() => draws(viewer)).toBeGreaterThan(still);
  await expect.poll(inTwentyFrames, { timeout: 60_000 }).toBe(0);
  await viewer.ask(v => {
    v.paused = false;
  });
  await expect.poll(inTwentyFrames).toBeGreaterThan(0);
  expect(viewer.problems).toEqual([]);
  await viewer.close();
});
