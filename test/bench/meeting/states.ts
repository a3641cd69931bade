/**
 * `npx tsx test/bench/meeting/states.ts FOLDER [--site dist/site]`: pictures of the controls in their states: two people who meet, the form,
 * chat, wardrobe, gestures and seats, people, decorating, a phone, Arabic with forced colours. For looking at; `meeting-*.jpg` are those of
 * docs/images.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright';
import sharp from 'sharp';
import { launchChromium } from '../../browser/chromium.ts';
import { LiveServer } from '../../browser/live-server.ts';
import { ViewerPage } from '../../browser/viewer-page.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { site: { type: 'string', default: 'dist/site' } },
});
const folder = resolve(positionals[0]);
mkdirSync(folder, { recursive: true });

const server = await LiveServer.start(['--guest-role', 'editor'], resolve(values.site));
const browser = await launchChromium();
try {
  const address = await server.page('&quality=low');
  const open = (options: Parameters<typeof ViewerPage.open>[2]) => ViewerPage.open(browser, address, options);
  const shoot = (page: Page, name: string) => page.screenshot({ path: `${folder}/${name}.jpg`, type: 'jpeg', quality: 72 });
  const a = await open({ viewport: { width: 1100, height: 700 } });
  const b = await open({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true, colorScheme: 'dark' });
  a.page.on('console', message => console.log('a:', message.text()));
  a.page.on('pageerror', error => console.log('a:', String(error)));
  for (const { page } of [a, b]) await page.getByRole('button', { name: 'Come in' }).waitFor({ timeout: 200_000 });
  await a.page.getByRole('button', { name: 'Come in' }).click();
  await a.page.getByLabel('Your name').fill('Ada');
  /** Small pictures are drawn one by one. A canvas that is still empty makes a short PNG. */
  const drawn = (page: Page, count: number) =>
    page.waitForFunction(
      count => {
        const all = document.querySelector('room-viewer')?.shadowRoot?.querySelectorAll<HTMLCanvasElement>('.tile canvas');
        return [...(all ?? [])].filter(canvas => canvas.toDataURL().length > 1500).length >= count;
      },
      count,
      { timeout: 120_000 },
    );
  const bodies = (page: Page) => drawn(page, 10);
  await bodies(a.page);
  await a.page.locator('.tile', { hasText: 'Lena' }).click();
  await shoot(a.page, 'meeting-join');
  await a.page.getByRole('button', { name: 'Enter the room' }).click();
  await b.page.getByRole('button', { name: 'Come in' }).tap();
  await b.page.getByLabel('Your name').fill('Ben');
  await bodies(b.page);
  await b.page.locator('.tile', { hasText: 'Jonas' }).tap();
  await shoot(b.page, 'phone-join');
  await b.page.getByRole('button', { name: 'Enter the room' }).tap();
  for (const viewer of [a, b]) await viewer.page.waitForFunction(() => document.querySelector('room-viewer')?.me);
  const meet = async (viewer: ViewerPage, x: number, z: number) =>
    viewer.page.evaluate(([x, z]) => document.querySelector('room-viewer')?.live?.walkTo([x, 0, z]), [x, z]);
  await meet(a, 1.2, 2.6);
  await meet(b, 2.2, 1.6);
  await a.page.waitForTimeout(6000);
  await a.ask(v => v.live?.say('Hello! Is this seat free?'));
  await b.ask(v => v.live?.say('It is. Come and sit down, we just started.'));
  await a.page.evaluate(() => {
    const viewer = document.querySelector('room-viewer');
    const other = [...(viewer?.live?.people.values() ?? [])].find(({ name }) => name === 'Ben');
    if (other) viewer?.lookAt(other.avatar);
  });
  await a.page.waitForTimeout(2500);
  await shoot(a.page, 'meeting-two');
  for (const panel of ['Chat', 'People', 'Gestures', 'Wardrobe', 'Decorate', 'Share']) {
    for (const viewer of [a, b]) {
      const button = viewer.page.getByRole('button', { name: new RegExp(`^${panel}(,|$)`) });
      await (viewer === b ? button.tap() : button.click());
      if (panel === 'Wardrobe') await drawn(viewer.page, 15);
      await viewer.page.waitForTimeout(panel === 'Decorate' ? 4000 : 900);
      await shoot(viewer.page, `${viewer === b ? 'phone-' : ''}${panel.toLowerCase()}`);
    }
  }
  const three = ['phone-join', 'phone-chat', 'phone-wardrobe'].map((name, i) => ({
    input: `${folder}/${name}.jpg`,
    left: i * 380,
    top: 0,
  }));
  const sheet = sharp({ create: { width: 1120, height: 640, channels: 3, background: 'white' } }).composite(three);
  await sheet.jpeg({ quality: 75 }).toFile(`${folder}/meeting-phone.jpg`);
  await b.close();
  await a.page.getByRole('button', { name: 'Decorate' }).click();
  await a.page.locator('.pieces button').first().click();
  await a.page.getByText('Add from the shelf').click();
  await drawn(a.page, 20);
  await a.page.waitForTimeout(1500);
  await shoot(a.page, 'meeting-decorate');
  await a.page.keyboard.press('Escape');
  await a.page.setViewportSize({ width: 800, height: 520 });
  await a.page.getByRole('button', { name: 'Gestures' }).click();
  await a.page.waitForTimeout(1500);
  await shoot(a.page, 'meeting-seats');
  await a.page.emulateMedia({ forcedColors: 'active' });
  await a.page.evaluate(() => {
    document.documentElement.lang = 'ar';
  });
  await a.page.waitForTimeout(1500);
  await shoot(a.page, 'meeting-arabic');
  // Shift+N from the door: the last guest of the list, in a corner.
  const c = await open({ viewport: { width: 640, height: 400 } });
  await c.reach('complete', 120_000);
  await c.page.getByRole('application').press('Shift+N');
  await c.page.waitForTimeout(2500);
  await shoot(c.page, 'shift-n');
  console.log('problems', a.problems, c.problems);
} finally {
  await browser.close();
  await server.stop();
}
