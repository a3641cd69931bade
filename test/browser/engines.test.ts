import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DrivenBrowser, until } from './engines/driven-browser.ts';
import { lackingForFirefox, launchFirefox } from './engines/firefox.ts';
import { lackingForWebKit, launchWebKit } from './engines/webkit.ts';
import { similarity } from './pictures.ts';
import { browser as chromium, server } from './site.ts';
import { ViewerPage } from './viewer-page.ts';

// The core of what a viewer does, in the browsers that are no Chromium. What the machine lacks is skipped by name.
const engines = [
  { name: 'Firefox', launch: launchFirefox, lacks: lackingForFirefox() },
  { name: 'WebKitGTK', launch: launchWebKit, lacks: lackingForWebKit() },
];
const view = { position: [1.5, 1.6, 4], target: [0, 1, 0] } as const;
const url = () => `${server.url}?quality=high&room=/rooms-test/small/room.json`;
const state = "document.querySelector('room-viewer').state";

let reference: Buffer;
beforeAll(async () => {
  const page = await ViewerPage.open(chromium, url());
  await page.reach('complete');
  reference = await page.picture(1, view);
  await page.close();
});

describe.each(engines)('$name', ({ name, launch, lacks }) => {
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
    );
  });
  afterAll(() => driven?.close());

  /** The picture of a moment, at the size of Chromium's. */
  const picture = async () => {
    const data = await driven.evaluate<string>(
      `(async () => {
        const viewer = document.querySelector('room-viewer');
        viewer.style.cssText = 'inset: auto; left: 0; top: 0; width: 640px; height: 400px';
        await new Promise(resolve => setTimeout(resolve, 200));
        viewer.lookFrom(${JSON.stringify(view)}, { jump: true });
        viewer.renderAt(1);
        return viewer.shadowRoot.querySelector('canvas').toDataURL('image/png');
      })()`,
    );
    return Buffer.from(data.slice(data.indexOf(',') + 1), 'base64');
  };

  it('opens the room whole, decodes in workers, and complains of nothing', async () => {
    const { failed, quality } = await driven.evaluate<{ failed: unknown[]; quality: number }>(
      "(({ failed, quality }) => ({ failed, quality }))(document.querySelector('room-viewer').metrics)",
    );
    expect([await driven.evaluate(state), failed, quality]).toEqual(['complete', [], 1]);
    expect(driven.problems?.filter(text => !/WebGL warning|was not used within a few seconds/.test(text)) ?? []).toEqual([]);
  });

  it('draws what Chromium draws', async () => {
    expect(similarity(reference, await picture())).toBeGreaterThan(0.98);
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
    );
    expect(similarity(reference, await picture())).toBeGreaterThan(0.98);
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
    await until(where, now => away(now, before) > 0.1, 10_000);
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
    await until(where, now => away(now, rested) > 0.3, 10_000);
  });

  it('takes a second visit from the disk', async () => {
    await driven.open(`${url()}&again`);
    await until(
      () => driven.evaluate(state),
      now => now === 'complete',
    );
    const { cacheHits, bytes } = await driven.evaluate<{ cacheHits: number; bytes: number }>(
      "(({ cacheHits, bytes }) => ({ cacheHits, bytes }))(document.querySelector('room-viewer').metrics)",
    );
    expect(cacheHits, name).toBeGreaterThan(10);
    expect(bytes).toBeLessThan(60_000);
  });
});
