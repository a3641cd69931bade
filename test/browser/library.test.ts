import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchChromium } from './chromium.ts';
import { type FileServer, serveFiles } from './file-server.ts';
import { difference } from './pictures.ts';

// The built library as other people use it: docs/examples, with three from node_modules through an import map.
const root = resolve(import.meta.dirname, '../..');
let browser: Browser;
let server: FileServer;

beforeAll(async () => {
  await build({ root, configFile: join(root, 'vite.lib.config.ts'), logLevel: 'warn' });
  browser = await launchChromium();
  server = await serveFiles({ '/': root, '/rooms-test/': inject('rooms') });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe('the library', () => {
  it('leaves three to the app, and needs nothing else', () => {
    for (const entry of ['foyer', 'three']) {
      const text = readFileSync(join(root, `dist/lib/${entry}.js`), 'utf8');
      const outside = [...text.matchAll(/from\s*"([^."][^"]*)"/g)].map(m => m[1]);
      expect(outside).toEqual(['three']);
    }
  });

  it("puts a room into somebody's own three.js scene", async () => {
    const page = await browser.newPage({ viewport: { width: 640, height: 400 } });
    const problems: string[] = [];
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', error => problems.push(String(error)));
    await page.goto(`${server.url}docs/examples/own-three-app.html?room=/rooms-test/small/room.json`);
    await page.waitForFunction(() => document.title === 'Test room', undefined, { timeout: 60_000 });
    await page.waitForTimeout(300);
    const first = await page.screenshot();
    await page.waitForTimeout(500);
    const later = await page.screenshot();
    expect(difference(first, later)).toBeGreaterThan(0.001);
    expect(problems.filter(p => !/GPU stall|favicon|404/.test(p))).toEqual([]);
    await page.close();
  });

  it('dresses somebody from a page of buttons', async () => {
    const page = await browser.newPage({ viewport: { width: 640, height: 400 } });
    const problems: string[] = [];
    page.on('pageerror', error => problems.push(String(error)));
    await page.goto(`${server.url}docs/examples/dress.html?room=/rooms-test/dressing/wardrobe.json`);
    await page.getByRole('button', { name: 'Dummy', exact: true }).click({ timeout: 60_000 });
    const said = page.locator('output');
    expect(await said.textContent()).toBe('Dummy wears coat, hat');
    await page.getByRole('button', { name: 'hat' }).click();
    await expect.poll(() => said.textContent()).toBe('Dummy wears hat');
    expect(problems).toEqual([]);
    await page.close();
  });

  it('makes <room-viewer> of five lines of HTML', async () => {
    const page = await browser.newPage({ viewport: { width: 640, height: 400 } });
    await page.route('**/public/rooms/lounge/**', route =>
      route.continue({ url: route.request().url().replace('/public/rooms/lounge/', '/rooms-test/small/') }),
    );
    await page.goto(`${server.url}docs/examples/element.html`);
    await page.waitForFunction(() => document.querySelector('room-viewer')?.state === 'complete', undefined, { timeout: 60_000 });
    await page.close();
  });
});
