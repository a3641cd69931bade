import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PagePool } from '../../../src/server/snapshots/page-pool.ts';
import { findWrong } from '../axe.ts';
import { launchChromium } from '../chromium.ts';
import { LiveServer } from '../live-server.ts';

// What of `foyer serve` needs a browser: pictures by the viewer itself, and the page of figures.

let server: LiveServer;

beforeAll(async () => {
  server = await LiveServer.start();
});

afterAll(() => server?.stop());

interface Documents {
  readonly id: string;
  readonly denormalized: Readonly<
    Record<string, { readonly nodes?: readonly string[]; readonly relations?: Readonly<Record<string, string>> }>
  >;
}

describe('snapshots', () => {
  it('are pictures of the product in the size asked for', async () => {
    const { id, denormalized } = (await (await fetch(`${server.url}/api/products?name=*ofa*`)).json()) as Documents;
    const snapshot = denormalized[denormalized[id].nodes?.[0] ?? ''].relations?.snapshot ?? '';
    const response = await fetch(snapshot, { headers: { 'foyer-size': '200x150', accept: 'image/png' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    const { width, height, data } = PNG.sync.read(Buffer.from(await response.arrayBuffer()));
    expect([width, height]).toEqual([200, 150]);
    const at = (x: number, y: number) => [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)];
    // The wall in the corner, the thing in the middle.
    expect(at(2, 2)).toEqual(at(197, 2));
    expect(Math.max(...at(100, 75).map((part, i) => Math.abs(part - at(2, 2)[i])))).toBeGreaterThan(40);
    const again = await fetch(snapshot, {
      headers: { 'foyer-size': '200x150', accept: 'image/png', 'if-none-match': response.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });

  it('are made by a browser that reaches its own server and nothing else', async () => {
    const other = await LiveServer.start();
    const pool = new PagePool({ pages: 1 });
    const room = `${other.url}/api/rooms/lounge`;
    const page = `${server.url}/?room=${encodeURIComponent(room)}&live=off`;
    await expect(pool.render({ page, type: 'image/png', width: 32, height: 32, origins: [server.url] })).rejects.toThrow();
    await pool.close();
    await other.stop();
  });
});

describe('/stats', () => {
  it('draws what the server does, without an error', async () => {
    const browser = await launchChromium();
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('console', message => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', error => errors.push(error.message));
    await page.goto(`${server.url}/stats`);
    await page.locator('figure', { hasText: 'Rooms' }).locator('span', { hasText: /^1/ }).waitFor();
    expect(await page.locator('canvas').count()).toBe(9);
    expect(await page.locator('#status').textContent()).toBe('The log can be written.');
    expect(await page.locator('#position').textContent()).toMatch(/^Log position \d+$/);
    // A screen reader would announce every change within a live region.
    const changes = await page.evaluateHandle(() => {
      const changes: string[] = [];
      const observer = new MutationObserver(seen => changes.push(...seen.map(({ target }) => target.textContent ?? '')));
      for (const region of document.querySelectorAll('output, [role=status], [role=alert], [role=log], [aria-live]'))
        observer.observe(region, { childList: true, characterData: true, subtree: true });
      return changes;
    });
    const before = await page.locator('#position').textContent();
    for (let i = 0; i < 3; i++) {
      await fetch(`${server.url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"data":{}}',
      });
      await page.waitForResponse(response => response.url().endsWith('/stats.json'));
    }
    await expect.poll(() => page.locator('#position').textContent()).not.toBe(before);
    expect(await changes.jsonValue()).toEqual([]);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await findWrong(page), colorScheme).toEqual([]);
    }
    expect(errors).toEqual([]);
    await browser.close();
  });
});

describe('the page', () => {
  it('has the name and the picture of the room in its Open Graph tags', async () => {
    const html = await (await fetch(await server.page())).text();
    expect(html).toContain('<meta property="og:title" content="The lounge" />');
    expect(html).toContain(`<meta property="og:image" content="${server.url}/api/snapshots/room/lounge?size=1200x630" />`);
    expect(inject('site')).toBeTruthy();
  });
});
