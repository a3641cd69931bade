import { resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { BrowserCache, BrowserCacheOptions } from '../../../src/net/cache/browser-cache.ts';
import { launchChromium } from '../chromium.ts';
import { type FileServer, serveFiles } from '../file-server.ts';

declare const foyer: { BrowserCache: new (options?: BrowserCacheOptions) => BrowserCache };

const room = '/rooms-test/small/room.json';
let browser: Browser;
let server: FileServer;
/** The cache alone, as a script for a page. */
let script = '';

beforeAll(async () => {
  const entry = resolve(import.meta.dirname, '../../../src/net/cache/browser-cache.ts');
  const lib = { entry, formats: ['iife' as const], name: 'foyer' };
  const built = await build({ configFile: false, logLevel: 'error', build: { write: false, lib, minify: false } });
  const [result] = Array.isArray(built) ? built : [built];
  if (!('output' in result)) throw new Error('vite did not build the cache');
  script = result.output[0].code;
  browser = await launchChromium();
  server = await serveFiles({ '/': inject('site'), '/rooms-test/': inject('rooms') });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function enter(): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 320, height: 200 } });
  // Functions of test files are compiled with a helper that names them, which pages do not have.
  await context.addInitScript('globalThis.__name = f => f');
  return context;
}

interface VisitResult {
  /** Files of resources that went over the network, by name. */
  readonly asked: string[];
  readonly failed: number;
  readonly cacheHits: number;
  readonly requests: number;
  readonly transcoders: number;
  /** What came on the screen, in order: 'high' or 'low', for each slot the first. */
  readonly first: readonly string[];
}

/** A visit to the small room until it is complete and what came is written to the disk. */
async function visit(page: Page): Promise<VisitResult> {
  const asked: string[] = [];
  let transcoders = 0;
  const onRequest = (request: { url(): string }) => {
    if (/basis_transcoder.*wasm/.test(request.url())) transcoders++;
    if (request.url().includes('/resources/')) asked.push(request.url().split('/').pop() ?? '');
  };
  page.on('request', onRequest);
  await page.goto(`${server.url}?quality=high&room=${encodeURIComponent(room)}`);
  await page.waitForFunction(() => document.querySelector('room-viewer')?.state === 'complete');
  page.off('request', onRequest);
  const { failed, cacheHits, requests } = await page.evaluate(() => document.querySelector('room-viewer')!.metrics);
  const first = await page.evaluate(() => {
    const session = document.querySelector('room-viewer')?.session;
    return (session?.furniture ?? []).map(({ info }) => {
      const slot = [...(session?.productOf(info.product.url)?.textures.values() ?? [])][0];
      return slot?.high?.state ?? 'none';
    });
  });
  return { asked, failed: failed.length, cacheHits, requests, transcoders, first };
}

/** Waits until the cache has written so many entries. @param kind - part of their keys. */
async function written(page: Page, count: number, kind = ''): Promise<void> {
  const countOf = async (part: string) =>
    (await (await caches.open('foyer-resources-v1')).keys()).filter(({ url }) => url.includes(part)).length;
  await expect.poll(() => page.evaluate(countOf, kind), { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
}

const names = (asked: readonly string[]) => new Set(asked).size;

describe('the cache of a visitor who comes again', () => {
  it('brings high textures at once: none of their low ones, nothing over the network but the room itself', async () => {
    const context = await enter();
    const page = await context.newPage();
    const cold = await visit(page);
    expect(names(cold.asked)).toBe(cold.asked.length);
    await written(page, 5, '.s3tc');
    await written(page, cold.asked.length);
    const warm = await visit(page);
    expect(warm.asked).toEqual([]);
    // The cache has them transcoded.
    expect([cold.transcoders, warm.transcoders]).toEqual([1, 0]);
    expect(warm).toMatchObject({ failed: 0, requests: 1 });
    // Five slots: their low textures are not even read.
    expect(warm.cacheHits).toBe(cold.asked.length - 5);
    expect(new Set(warm.first)).toEqual(new Set(['on-gpu']));
    await context.close();
  });

  it('notices that the browser evicted everything, or a part, behind its back', async () => {
    const context = await enter();
    const page = await context.newPage();
    const cold = await visit(page);
    await written(page, cold.asked.length);
    await page.evaluate(() => caches.delete('foyer-resources-v1'));
    const evicted = await visit(page);
    expect(evicted.failed).toBe(0);
    expect(names(evicted.asked)).toBe(names(cold.asked));
    // The page that has it open loses it in the middle of a visit: what it holds is written to nowhere, and nothing breaks.
    await page.evaluate(() => caches.delete('foyer-resources-v1'));
    await page.evaluate(async src => {
      const v = document.querySelector('room-viewer')!;
      v.src = null;
      await new Promise(done => setTimeout(done, 20));
      const there = new Promise(done => v.addEventListener('complete', done, { once: true }));
      v.src = src;
      await there;
    }, room);
    expect(await page.evaluate(() => document.querySelector('room-viewer')!.metrics.failed)).toEqual([]);
    // The visit after that one heals it.
    await visit(page);
    const again = await visit(page);
    await written(page, 5);
    expect(again.failed).toBe(0);
    await context.close();
  });

  it.each([
    ['throws', 'get() { throw new DOMException("denied", "SecurityError"); }'],
    ['is missing', 'value: undefined'],
  ])('does without storage where that %s: the room is there, twice', async (_, property) => {
    const context = await enter();
    await context.addInitScript(`
      for (const name of ['caches', 'localStorage']) Object.defineProperty(globalThis, name, { ${property}, configurable: true });
    `);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', error => problems.push(String(error)));
    for (const round of [1, 2]) {
      const { failed, requests } = await visit(page);
      expect([failed, requests > 10]).toEqual([0, true]);
      expect(
        await page.evaluate(() => document.querySelector('room-viewer')!.metrics.drawCalls),
        `round ${round}`,
      ).toBeGreaterThan(3);
    }
    expect(problems).toEqual([]);
    await context.close();
  });

  it('takes what two tabs wrote at once', async () => {
    const context = await enter();
    const pages = await Promise.all([context.newPage(), context.newPage()]);
    const [one, two] = await Promise.all(pages.map(visit));
    expect([one.failed, two.failed]).toEqual([0, 0]);
    await written(pages[0], names([...one.asked, ...two.asked]) - 5);
    const third = await visit(await context.newPage());
    expect(third).toMatchObject({ asked: [], failed: 0, requests: 1 });
    await context.close();
  });

  it('stays within its quota in real storage: the least recently used goes first, in two tabs at once too', async () => {
    const context = await enter();
    const open = async () => {
      const page = await context.newPage();
      await page.goto(`${server.url}profile.html`);
      await page.evaluate(() => {
        // Reads count by the hour.
        let hours = 0;
        const now = Date.now();
        Object.assign(window, { pass: (n: number) => (hours += n) });
        Date.now = () => now + hours * 3_600_000;
      });
      await page.addScriptTag({ content: script });
      return page;
    };
    const [page, other] = [await open(), await open()];
    const fill = (on: Page, from: number, to: number) =>
      on.evaluate(
        async ([first, last]) => {
          const cache = new foyer.BrowserCache({ quota: 250_000 });
          for (let i = first; i < last; i++) {
            (window as unknown as { pass(n: number): void }).pass(2);
            cache.put(i.toString(16).padStart(64, '0'), new Uint8Array(40_000).fill(i), 'https://example.org/x');
            await cache.flush();
            // The first is in use all the time.
            const used = await cache.get('0'.repeat(64));
            if (used && used.bytes[39_999] !== 0) throw new Error('other bytes than were put');
          }
        },
        [from, to],
      );
    const kept = () =>
      page.evaluate(async () => {
        const keys = await (await caches.open('foyer-resources-v1')).keys();
        const numbers = keys.map(({ url }) => Number.parseInt(url.slice(-64), 16));
        return {
          numbers: numbers.sort((a, b) => a - b),
          entries: Object.keys(localStorage).filter(k => k.includes('cache:')).length,
        };
      });
    await fill(page, 0, 12);
    const alone = await kept();
    expect(alone.numbers.length * 40_000).toBeLessThanOrEqual(250_000);
    expect(alone.numbers[0]).toBe(0);
    expect(alone.numbers.slice(1)).toEqual([7, 8, 9, 10, 11].slice(-(alone.numbers.length - 1)));
    expect(alone.entries).toBe(alone.numbers.length);
    await Promise.all([fill(page, 12, 30), fill(other, 30, 48)]);
    // Each counts what the other wrote now and then only: one more write finds out.
    await fill(page, 48, 50);
    const both = await kept();
    expect(both.entries).toBe(both.numbers.length);
    expect(both.numbers.length * 40_000).toBeLessThanOrEqual(2 * 250_000);
    await context.close();
  });
});
