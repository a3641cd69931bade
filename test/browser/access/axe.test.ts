import { resolve } from 'node:path';
import { build } from 'vite';
import { expect, inject, it } from 'vitest';
import { findWrong } from '../axe.ts';
import { serveFiles } from '../file-server.ts';
import { browser, server } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

// axe-core in every state of the pages. Those of a meeting are in meeting.test.ts.
const at = (room: string, more = '') => `${server.url}?quality=low&room=/rooms-test/${room}${more}`;
const root = resolve(import.meta.dirname, '../../..');

it('finds nothing wrong in a viewer, from the first moment to the inspector, in light and dark', async () => {
  let answer = () => {};
  const answered = new Promise<void>(done => {
    answer = done;
  });
  const viewer = await ViewerPage.open(browser, at('small/room.json'), {
    reducedMotion: 'reduce',
    before: page => page.route('**/broken/room.json', route => answered.then(() => route.continue())),
  });
  const { page } = viewer;
  const wrong: string[] = [];
  const look = async (state: string) => {
    const found = await findWrong(page);
    // Only colours are others in the dark.
    await page.emulateMedia({ colorScheme: 'dark' });
    found.push(...(await findWrong(page, ['color-contrast'])));
    await page.emulateMedia({ colorScheme: 'light' });
    wrong.push(...found.map(each => `${state}: ${each}`));
  };
  const shown = (selector: string) => page.locator(`room-viewer ${selector}`).first().waitFor({ state: 'attached' });
  await viewer.reach('complete');
  // Nothing is drawn while axe looks: on a machine without a GPU it would wait for that.
  await viewer.ask(v => v.renderAt(0));
  await shown('.tools button');
  await look('complete');
  await viewer.ask(v => v.toggleInspector());
  await page.locator('room-viewer').getByRole('table').first().waitFor();
  await look('inspector');
  await viewer.ask(v => {
    v.toggleInspector();
    v.setAttribute('src', '/rooms-test/broken/room.json');
  });
  await shown('.root[data-state=opening]');
  await look('opening');
  answer();
  await shown('.notice:not([hidden])');
  await look('a notice');
  await viewer.ask(v => v.setAttribute('src', '/rooms-test/nowhere/room.json'));
  await shown('.root[data-state=error]');
  await look('error');
  await viewer.ask(v => {
    v.removeAttribute('src');
    v.setAttribute('reveal', 'interaction');
    v.setAttribute('src', '/rooms-test/small/room.json');
  });
  await shown('.reveal:not([hidden])');
  await look('waits for a click');
  await viewer.close();
  expect(wrong).toEqual([]);
}, 240_000);

it('finds nothing wrong in the examples', async () => {
  await build({ root, configFile: resolve(root, 'vite.lib.config.ts'), logLevel: 'warn' });
  const files = await serveFiles({ '/': root, '/rooms-test/': inject('rooms') });
  const wrong: string[] = [];
  for (const example of [
    'element.html',
    'own-three-app.html?room=/rooms-test/small/room.json',
    'dress.html?room=/rooms-test/dressing/wardrobe.json',
  ]) {
    const page = await browser.newPage({ viewport: { width: 640, height: 400 } });
    await page.route('**/public/rooms/lounge/**', route =>
      route.continue({ url: route.request().url().replace('/public/rooms/lounge/', '/rooms-test/small/') }),
    );
    await page.goto(`${files.url}docs/examples/${example}`);
    await page.locator('canvas').first().waitFor({ timeout: 60_000 });
    if (example.startsWith('dress')) await page.getByRole('button', { name: 'hat' }).waitFor({ timeout: 60_000 });
    wrong.push(...(await findWrong(page)).map(found => `${example}: ${found}`));
    await page.close();
  }
  await files.close();
  expect(wrong).toEqual([]);
}, 240_000);

it('finds nothing wrong on the shader page: with a shader, two to compare, and one that does not compile', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${server.url}profile.html`);
  const count = page.getByRole('region', { name: 'Shader A' }).locator('.count');
  await count.waitFor();
  const wrong = { one: await findWrong(page), two: [] as string[], broken: [] as string[] };
  await page.locator('#compare').click();
  await page.getByRole('region', { name: 'Shader B' }).locator('.count').waitFor();
  wrong.two = await findWrong(page);
  const lane = page.getByRole('region', { name: 'Shader A' });
  await lane.locator('.cm-content').click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('void main() { gl_Position = nothing; }');
  await lane.getByRole('alert').first().waitFor();
  wrong.broken = await findWrong(page);
  await page.close();
  expect(wrong).toEqual({ one: [], two: [], broken: [] });
});
