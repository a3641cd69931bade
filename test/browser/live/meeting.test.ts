import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RoomViewer } from '../../../src/viewer/element/room-viewer.ts';
import { LiveServer } from '../live-server.ts';
import { browser } from '../site.ts';
import { ViewerPage } from '../viewer-page.ts';

/** The controls of a live room: two people, one on a phone, by what they see and press. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
declare const window: Window & {
  axe: { run(root: Document): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }> };
};

let server: LiveServer;
beforeAll(async () => {
  // Everybody may furnish: decorating is looked at too.
  server = await LiveServer.start(['--guest-role', 'editor']);
}, 60_000);
afterAll(() => server?.stop());

const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true, colorScheme: 'dark' as const };

async function visit(options: Parameters<typeof ViewerPage.open>[2] = {}): Promise<ViewerPage> {
  const viewer = await ViewerPage.open(browser, await server.page('&quality=low'), options);
  await viewer.page.getByRole('button', { name: 'Come in' }).waitFor({ timeout: 90_000 });
  return viewer;
}

/** What axe-core finds wrong, with where. It waits for fades: half-transparent words have too little contrast. */
async function wrong(page: Page): Promise<string[]> {
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${JSON.stringify(target)}`));
}

/** Targets of fewer than 44 x 44 pixels. */
const small = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelector('room-viewer')!.shadowRoot!.querySelectorAll('.hud :is(button, summary, label, input[name])')]
      .filter(element => element.checkVisibility() && !(element.matches('input') && element.closest('.tile')))
      .map(element => ({ name: element.className || element.tagName, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 44 || box.height < 44)
      .map(({ name, box }) => `${name} ${box.width} x ${box.height}`),
  );

it('two people meet, speak and dress, by keyboard alone and by touch alone, and axe finds nothing wrong in any state', async () => {
  const a = await visit({ viewport: { width: 900, height: 600 } });
  const b = await visit(phone);
  expect(await wrong(a.page)).toEqual([]);

  // By keyboard: Tab to the button, Enter opens, the name has the focus.
  const { page } = a;
  await page.getByRole('application').focus();
  const focused = () => a.ask(v => v.shadowRoot?.activeElement?.getAttribute('data-panel'));
  for (let i = 0; i < 12 && (await focused()) !== 'join'; i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Noor');
  expect(await wrong(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect.poll(() => a.ask(v => v.me?.name), { timeout: 20_000 }).toBe('Noor');

  // By touch.
  await b.page.getByRole('button', { name: 'Come in' }).tap();
  await b.page.getByLabel('Your name').fill('Ilse');
  expect([await wrong(b.page), await small(b.page)]).toEqual([[], []]);
  // The answer is slow: who enters keeps the focus all the same, and keys work then.
  await b.page.route('**/api/**', async route => {
    if (route.request().method() !== 'GET')
      await b.page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
    await route.continue();
  });
  await b.page.getByRole('button', { name: 'Enter the room' }).tap();
  await expect.poll(() => b.ask(v => v.me?.name), { timeout: 20_000 }).toBe('Ilse');
  await expect.poll(() => b.ask(v => v.shadowRoot?.activeElement?.className)).toBe('stage');
  await b.page.unroute('**/api/**');

  await page.getByRole('application').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('<b>Hi</b> https://example.org/x');
  await page.keyboard.press('Enter');
  const chat = b.page.getByRole('button', { name: 'Chat, 1 unread message' });
  await chat.waitFor();
  // A bubble has an element while its speaker is in the picture.
  const look = (v: RoomViewer) => {
    const noor = [...(v.live?.people.values() ?? [])].find(({ name }) => name === 'Noor');
    if (noor) v.lookAt(noor.avatar);
    return v.shadowRoot?.querySelector('.bubble')?.textContent;
  };
  await expect.poll(() => b.ask(look)).toBe('<b>Hi</b> https://example.org/x');
  await chat.tap();
  const said = b.page.getByRole('log').getByText('<b>Hi</b>');
  await said.waitFor();
  expect(await b.page.getByRole('log').getByRole('link').getAttribute('href')).toBe('https://example.org/x');
  expect([await wrong(page), await wrong(b.page)]).toEqual([[], []]);
  await page.keyboard.press('Escape');
  expect(await focused()).toBe('chat');

  for (const panel of ['People', 'Gestures', 'Wardrobe', 'Decorate', 'Share']) {
    await b.page.getByRole('button', { name: panel, exact: true }).tap();
    await b.page.getByRole('dialog').waitFor();
    expect([panel, await wrong(b.page), await small(b.page)]).toEqual([panel, [], []]);
  }

  // A dress is seen by the other.
  await b.page.getByRole('button', { name: 'Wardrobe', exact: true }).tap();
  const top = b.page.getByRole('region', { name: 'Tops' }).locator('[aria-pressed=false]').first();
  const name = (await top.getAttribute('aria-label')) ?? '';
  await top.tap();
  const worn = () =>
    a.ask(v =>
      [...(v.live?.people.values() ?? [])].find(p => p.name === 'Ilse')?.avatar.outfit.map(({ product }) => product.name),
    );
  await expect.poll(worn, { timeout: 20_000 }).toContain(name);
  await b.close();
  await a.close();
});

it('an editor picks a coat stand up by keyboard, moves it for everybody, takes it back, and sees the change of who was first', async () => {
  const a = await visit();
  const b = await visit();
  for (const viewer of [a, b]) {
    await viewer.ask(v => v.enter({ name: 'Somebody' }).then(() => undefined));
    await expect.poll(() => viewer.ask(v => v.live?.rights.decorate)).toBe(true);
  }
  const at = (viewer: ViewerPage) =>
    viewer.ask(v => v.session?.furniture.find(({ group }) => group.name === 'Coat stand')?.group.position.toArray());
  const start = (await at(a)) ?? [];
  const pickUp = async ({ page }: ViewerPage) => {
    await page.getByRole('button', { name: 'Decorate', exact: true }).click();
    await page.getByRole('button', { name: 'Coat stand', exact: true }).first().click();
    await page.getByText('Picked up: Coat stand').waitFor();
    // What is seen now is what later changes are conditional on.
    await page.waitForTimeout(500);
  };
  await pickUp(a);
  await pickUp(b);
  await a.page.keyboard.press('ArrowUp');
  await a.page.keyboard.press('ArrowUp');
  await expect.poll(async () => JSON.stringify(await at(b)) !== JSON.stringify(start), { timeout: 20_000 }).toBe(true);
  const theirs = await at(a);
  await b.page.keyboard.press('ArrowLeft');
  await b.page.getByText('Somebody else changed Coat stand at the same time. Their change is shown.').first().waitFor();
  await expect.poll(() => at(b)).toEqual(theirs?.map(n => expect.closeTo(n, 3)));
  await a.page.keyboard.press('Control+z');
  await expect.poll(() => at(b), { timeout: 20_000 }).toEqual(start.map(n => expect.closeTo(n, 3)));
  await a.close();
  await b.close();
});

it('by touch: copies a link that shows the same view in another window, saves a photo larger than the window, fills the screen', async () => {
  const a = await visit({ ...phone, permissions: ['clipboard-read', 'clipboard-write'] });
  await a.ask(v => v.lookFrom({ position: [2, 1.5, 3], target: [0, 1, 0] }, { jump: true }));
  await a.page.getByRole('button', { name: 'Share', exact: true }).tap();
  await a.page.getByRole('button', { name: 'Copy a link to this view' }).tap();
  await a.page.getByText('Link copied.').first().waitFor();
  const link = await a.page.evaluate(() => navigator.clipboard.readText());
  const saved = a.page.waitForEvent('download');
  await a.page.getByRole('button', { name: 'Take a photo' }).tap();
  const { width, height, format } = await sharp(await (await saved).path()).metadata();
  expect([format, width >= 720, height >= 1280]).toEqual(['png', true, true]);
  await a.page.getByRole('button', { name: 'Full screen' }).tap();
  await a.page.getByRole('button', { name: 'Leave full screen' }).tap();
  await a.page.getByRole('button', { name: 'Full screen' }).waitFor();
  expect(a.problems).toEqual([]);
  await a.close();
  const b = await ViewerPage.open(browser, link);
  await b.reach('interactive');
  const view = () => b.ask(v => [...v.view.position, ...v.view.target].map(n => Math.round(n * 10) / 10));
  await expect.poll(view).toEqual([2, 1.5, 3, 0, 1, 0]);
  await b.close();
});

it('in Arabic, with forced colours, on a phone: panels open by touch, nothing lies outside the window, and axe finds nothing', async () => {
  const viewer = await ViewerPage.open(browser, await server.page('&quality=low'), {
    ...phone,
    forcedColors: 'active',
    before: page => page.addInitScript(() => addEventListener('DOMContentLoaded', () => (document.documentElement.lang = 'ar'))),
  });
  const { page } = viewer;
  const button = (panel: string) => page.locator(`.dock [data-panel=${panel}]`);
  await button('join').waitFor({ timeout: 90_000 });
  expect(await viewer.ask(v => v.shadowRoot?.querySelector<HTMLElement>('.root')?.dir)).toBe('rtl');
  await viewer.ask(v => v.enter({ name: 'ليلى' }).then(() => undefined));
  await button('gestures').waitFor();
  for (const panel of ['gestures', 'wardrobe', 'chat']) {
    await button(panel).tap();
    await page.getByRole('dialog').waitFor();
    const outside = await viewer.ask(
      v =>
        [...(v.shadowRoot?.querySelectorAll('.hud :is(button, input, h3, .panel)') ?? [])]
          .filter(element => element.checkVisibility())
          .map(element => element.getBoundingClientRect())
          .filter(({ left, right }) => left < 0 || right > innerWidth).length,
    );
    expect([panel, outside, await wrong(page), await small(page)]).toEqual([panel, 0, [], []]);
  }
  await viewer.close();
});

it('at a zoom of 400 % no field that has the focus is covered or cut', async () => {
  // A screen of 1,280 x 1,024.
  const viewer = await visit({ viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 });
  const { page } = viewer;
  /** Corners of the focused element that something else covers. */
  const covered = () =>
    viewer.ask(v => {
      const root = v.shadowRoot;
      const field = root?.activeElement;
      if (!root || !field) return ['no focus'];
      const { left, right, top, bottom } = field.getBoundingClientRect();
      const points = [left + 14, right - 14].flatMap(x => [top + 6, bottom - 6].map(y => [x, y] as const));
      return points.filter(([x, y]) => root.elementFromPoint(x, y) !== field).map(String);
    });
  await page.getByRole('button', { name: 'Come in' }).click();
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
  expect(await covered()).toEqual([]);
  await page.keyboard.type('Uma');
  await page.keyboard.press('Enter');
  await expect.poll(() => viewer.ask(v => v.me?.name), { timeout: 20_000 }).toBe('Uma');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
  expect(await viewer.ask(v => v.shadowRoot?.activeElement?.getAttribute('part'))).toBe('chat-input');
  expect(await covered()).toEqual([]);
  await viewer.close();
});

it('in a low window, such as a phone on its side, bodies are seen, and the last one and the button are reached', async () => {
  const viewer = await visit({ viewport: { width: 640, height: 420 } });
  const { page } = viewer;
  await page.getByRole('button', { name: 'Come in' }).click();
  await page.locator('.tile').first().waitFor();
  /** Share of the height of a body that is in sight. */
  const seen = (which: 'first' | 'last') =>
    viewer.ask(
      `v => {
        const root = v.shadowRoot;
        const tiles = [...root.querySelectorAll('.tile .picture')];
        const { left, top, height, width } = tiles.at(${which === 'first' ? 0 : -1}).getBoundingClientRect();
        const rows = Array.from({ length: 20 }, (_, i) => top + ((i + 0.5) * height) / 20);
        return rows.filter(y => root.elementFromPoint(left + width / 2, y)?.closest('.tile')).length / 20;
      }` as never,
    ) as Promise<number>;
  for (const height of [420, 411, 410, 390, 360, 330, 300]) {
    await page.setViewportSize({ width: 640, height });
    await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
    await viewer.ask(v => v.shadowRoot?.querySelector('.panel .body')?.scrollTo(0, 0));
    expect(await seen('first'), `${height}`).toBeGreaterThan(0.5);
    await page.locator('.tile').last().scrollIntoViewIfNeeded();
    await page.locator('.tile').last().click();
    expect(await seen('last'), `${height}`).toBeGreaterThan(0.5);
    await page.getByRole('button', { name: 'Enter the room' }).click({ trial: true });
  }
  await viewer.close();
});

it('by keyboard alone one sits down on a seat of the list and stands up again; a moderator mutes and removes somebody', async () => {
  const strict = await LiveServer.start(['--guest-role', 'moderator']);
  const address = await strict.page('&quality=low');
  const [a, b] = [await ViewerPage.open(browser, address), await ViewerPage.open(browser, address)];
  for (const [viewer, name] of [
    [a, 'Noor'],
    [b, 'Ilse'],
  ] as const) {
    await viewer.page.getByRole('button', { name: 'Come in' }).waitFor({ timeout: 90_000 });
    await viewer.page.evaluate(
      name =>
        document
          .querySelector('room-viewer')
          ?.enter({ name })
          .then(() => undefined),
      name,
    );
    await expect.poll(() => viewer.ask(v => v.live?.rights.moderate)).toBe(true);
  }
  const { page } = b;
  const activity = () => b.ask(v => v.me?.activity);
  await page.getByRole('button', { name: 'Gestures', exact: true }).press('Enter');
  await page
    .getByRole('button', { name: / m away$/ })
    .first()
    .press('Enter');
  await expect.poll(activity, { timeout: 30_000 }).toBe('sitting');
  await page.getByRole('button', { name: 'Stand up' }).press('Enter');
  await expect.poll(activity, { timeout: 30_000 }).toBe('standing');

  await a.page.getByRole('button', { name: 'People', exact: true }).press('Enter');
  await a.page.getByRole('button', { name: 'What to do with Ilse' }).press('Enter');
  await a.page.getByRole('button', { name: 'Mute Ilse for everybody' }).press('Enter');
  await a.page.getByRole('button', { name: 'Let Ilse speak again' }).waitFor();
  expect(
    await b.ask(v =>
      v.live?.say('Hello').then(
        () => 'said',
        error => error.code,
      ),
    ),
  ).toBe('muted');
  await a.page.getByRole('button', { name: 'Remove Ilse from the room' }).press('Enter');
  await expect.poll(() => b.ask(v => v.me?.name)).toBe(undefined);
  await a.close();
  await b.close();
  await strict.stop();
});

it('without `controls` there is no button and no code of one; loading and error states are accessible too', async () => {
  const viewer = await ViewerPage.open(browser, await server.page('&quality=low'), {
    before: page =>
      page.addInitScript(() =>
        addEventListener('DOMContentLoaded', () => document.querySelector('room-viewer')?.removeAttribute('controls')),
      ),
  });
  const asked: string[] = [];
  viewer.page.on('request', request => asked.push(request.url()));
  expect(await wrong(viewer.page)).toEqual([]);
  await viewer.reach('complete');
  expect(asked.filter(url => /(meeting|tools)-/.test(url))).toEqual([]);
  const shown = () =>
    viewer.ask(v => [...v.shadowRoot!.querySelectorAll('button')].filter(button => button.checkVisibility()).length);
  expect(await shown()).toBe(0);
  // The page offers a pause of its own (WCAG 2.2.2), and keys work: P pauses.
  await viewer.page.getByRole('application').press('p');
  expect(await viewer.ask(v => v.paused)).toBe(true);
  await viewer.ask(v => v.setAttribute('src', '/nowhere.json'));
  await viewer.reach('error');
  expect(await wrong(viewer.page)).toEqual([]);
  await viewer.close();
});

it('keys that were pressed before the code of the controls arrived are done when it has: the chat opens, and one dances', async () => {
  let release = () => {};
  const released = new Promise<void>(done => (release = done));
  const hold = (page: Page) =>
    page.route('**/meeting-*.js', async route => {
      await released;
      await route.continue();
    });
  const viewer = await ViewerPage.open(browser, await server.page('&quality=low'), { before: hold });
  await viewer.reach('interactive', 90_000);
  await viewer.ask(v => v.enter({ name: 'Early' }).then(() => undefined));
  await viewer.page.getByRole('application').focus();
  await viewer.page.keyboard.press('Enter');
  await viewer.page.keyboard.press('2');
  release();
  await viewer.page.getByRole('dialog', { name: 'Chat' }).waitFor();
  await expect.poll(() => viewer.ask(v => v.me?.activity)).toBe('dancing');
  expect(viewer.problems).toEqual([]);
  await viewer.close();
});
