import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { View } from '../../../src/viewer/camera/camera-rig.ts';
import { similarity } from '../pictures.ts';
import { browser as chromium, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';
import { type DrivenBrowser, until } from './driven-browser.ts';
import { lackingForFirefox, launchFirefox } from './firefox.ts';
import { lackingForWebKit, launchWebKit } from './webkit.ts';

// The core of what a viewer does, in the browsers that are no Chromium. What the machine lacks is skipped by name.
// `npm run test:engines` does the same with the lounge, which is too slow for each run without a GPU.
const lounge = process.env.ENGINES_ROOM === 'lounge';
const room = lounge ? '/rooms/lounge/room.json' : '/rooms-test/small/room.json';
const engines = [
  { name: 'Firefox', launch: launchFirefox, lacks: lackingForFirefox() },
  { name: 'WebKitGTK', launch: launchWebKit, lacks: lackingForWebKit() },
];
/** A moment of the room, and the views of its golden images. */
const golden = join(import.meta.dirname, '../render/golden');
const views: readonly ({ readonly seconds: number } & View)[] = readdirSync(golden)
  .filter(name => existsSync(join(golden, name, 'scene.json')))
  .map(name => JSON.parse(readFileSync(join(golden, name, 'scene.json'), 'utf8')))
  .filter(scene => scene.room === room);
const ALIKE = 0.98;
const SLOWEST_MS = lounge ? 240_000 : 60_000;
const url = () => `${server.url}?quality=high&room=${room}`;
const state = "document.querySelector('room-viewer').state";

let references: Buffer[];
beforeAll(async () => {
  const page = await ViewerPage.open(chromium, url());
  await page.reach('complete');
  references = [];
  for (const view of views) references.push(await page.picture(view.seconds, view));
  await page.close();
}, SLOWEST_MS);

describe.each(engines)('$name', { timeout: 2 * SLOWEST_MS }, ({ name, launch, lacks }) => {
  if (lacks) {
    it.skip(`is not tried: this machine has no ${lacks}`, () => {});
    return;
  }
  let driven: DrivenBrowser;
  beforeAll(async () => {
    driven = await launch();
    await driven.open(url());
    await until(
      () => driven.evaluate(state),
      now => now === 'complete' || now === 'error',
      SLOWEST_MS,
    );
  }, 2 * SLOWEST_MS);
  afterAll(() => driven?.close());

  /** Tells what was measured: `npm run test:engines` is for docs/viewer.md. */
  const note = (text: string) => console.log(`${name}, ${lounge ? 'lounge' : 'small'}: ${text}`);

  /** The picture of a view, at the size of Chromium's. */
  const picture = async ({ seconds, position, target }: (typeof views)[number]) => {
    const data = await driven.evaluate<string>(
      `(async () => {
        const viewer = document.querySelector('room-viewer');
        viewer.style.cssText = 'inset: auto; left: 0; top: 0; width: 640px; height: 400px';
        await new Promise(resolve => setTimeout(resolve, 200));
        viewer.lookFrom(${JSON.stringify({ position, target })}, { jump: true });
        viewer.renderAt(${seconds});
        return viewer.shadowRoot.querySelector('canvas').toDataURL('image/png');
      })()`,
    );
    return Buffer.from(data.slice(data.indexOf(',') + 1), 'base64');
  };
  /** How like Chromium's the views are, each. */
  const alike = async () => {
    const found: number[] = [];
    for (const [i, view] of views.entries()) found.push(similarity(references[i], await picture(view)));
    note(`SSIM to Chromium's ${found.map(value => value.toFixed(4)).join(', ')}`);
    return Math.min(...found);
  };

  it('opens the room whole, decodes in workers, and complains of nothing', async () => {
    const { failed, quality } = await driven.evaluate<{ failed: unknown[]; quality: number }>(
      "(({ failed, quality }) => ({ failed, quality }))(document.querySelector('room-viewer').metrics)",
    );
    expect([await driven.evaluate(state), failed, quality]).toEqual(['complete', [], 1]);
    const times = await driven.evaluate<number[]>(
      "(m => [m.timeToInteractiveMs, m.timeToCompleteMs])(document.querySelector('room-viewer').metrics)",
    );
    note(`interactive and complete after ${times.map(ms => `${(ms / 1000).toFixed(1)} s`).join(' and ')}`);
    expect(driven.problems?.filter(text => !/WebGL warning|was not used within a few seconds/.test(text)) ?? []).toEqual([]);
  });

  it('draws what Chromium draws', async () => {
    expect(await alike()).toBeGreaterThan(ALIKE);
  });

  it('survives a lost context: the same picture again', async () => {
    await driven.evaluate(
      `(async () => {
        const viewer = document.querySelector('room-viewer');
        viewer.play();
        const lose = viewer.shadowRoot.querySelector('canvas').getContext('webgl').getExtension('WEBGL_lose_context');
        lose.loseContext();
        await new Promise(resolve => setTimeout(resolve, 300));
        lose.restoreContext();
        await new Promise(resolve => setTimeout(resolve, 300));
      })()`,
    );
    await until(
      () => driven.evaluate<number>("document.querySelector('room-viewer').metrics.quality"),
      quality => quality === 1,
      SLOWEST_MS,
    );
    expect(await alike()).toBeGreaterThan(ALIKE);
    await driven.evaluate("document.querySelector('room-viewer').play()");
  });

  it('goes by keyboard and by touch', async () => {
    const where = () =>
      driven.evaluate<number[]>("(v => [...v.view.position, ...v.view.target])(document.querySelector('room-viewer'))");
    const away = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((x, i) => x - b[i]));
    await driven.evaluate("document.querySelector('room-viewer').shadowRoot.querySelector('.stage').focus()");
    const before = await where();
    await driven.press('w');
    await driven.press('\uE011');
    await until(where, now => away(now, before) > 0.1, SLOWEST_MS / 6);
    const rested = await where();
    await driven.evaluate(
      `(() => {
        const stage = document.querySelector('room-viewer').shadowRoot.querySelector('.stage');
        stage.setPointerCapture = () => {};
        const send = (type, clientX) =>
          stage.dispatchEvent(new PointerEvent(type, { pointerId: 7, pointerType: 'touch', isPrimary: true, clientX, clientY: 150, bubbles: true }));
        send('pointerdown', 100);
        for (let x = 110; x < 260; x += 10) send('pointermove', x);
        send('pointerup', 260);
      })()`,
    );
    await until(where, now => away(now, rested) > 0.3, SLOWEST_MS / 6);
  });

  it('takes a second visit from the disk', async () => {
    await driven.open(`${url()}&again`);
    await until(
      () => driven.evaluate(state),
      now => now === 'complete',
      SLOWEST_MS,
    );
    // Documents are asked for again; what they name is not.
    const { cacheHits, documents, others } = await driven.evaluate<{ cacheHits: number; documents: number; others: number }>(
      `(({ cacheHits, bytes, classes }) => ({
        cacheHits,
        documents: classes.find(({ name }) => name === 'documents').bytes,
        others: bytes - classes.find(({ name }) => name === 'documents').bytes,
      }))(document.querySelector('room-viewer').metrics)`,
    );
    note(`second visit: ${cacheHits} from the cache, documents of ${documents} bytes and ${others} bytes else over the network`);
    expect(cacheHits, name).toBeGreaterThan(10);
    expect(others).toBe(0);
  });
});
