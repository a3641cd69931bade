import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { encodeToKTX2 } from 'ktx2-encoder';
import type { Browser, Page } from 'playwright';
import sharp from 'sharp';
import { build, createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transcoderWithoutEval } from '../../../vite.transcoder.ts';
import { triangle } from '../../assets/make-glb.ts';
import { launchChromium } from '../chromium.ts';
import { type FileServer, serveFiles } from '../file-server.ts';
import type { DecoderPage } from './decoder/page.ts';

declare const foyerDecoder: DecoderPage;

const root = resolve(import.meta.dirname, 'decoder');
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const files = { ktx2: '', webp: '', mesh: base64(triangle()), cut: base64(triangle().subarray(0, 90)) };
let browser: Browser;
let folder: string;
let server: FileServer;
let development: ViteDevServer;

beforeAll(async () => {
  const data = new Uint8Array(64 * 64 * 4).map((_, i) => [200, 100, 50, 255][i % 4]);
  const imageDecoder = async () => ({ data, width: 64, height: 64 });
  files.ktx2 = base64(await encodeToKTX2(data, { isUASTC: false, generateMipmap: true, isKTX2File: true, imageDecoder }));
  const pixels = { raw: { width: 64, height: 64, channels: 4 as const } };
  files.webp = base64(await sharp(data, pixels).webp({ lossless: true }).toBuffer());

  folder = mkdtempSync(join(tmpdir(), 'foyer-decoder-'));
  const config = {
    ...{ root, configFile: false as const, logLevel: 'error' as const, worker: { format: 'es' as const } },
    plugins: [transcoderWithoutEval()],
  };
  await build({ ...config, base: './', build: { outDir: folder, target: 'es2022' } });
  server = await serveFiles({ '/some/where/': folder });
  development = await createServer({ ...config, server: { port: 0, fs: { strict: false } }, cacheDir: join(folder, 'cache') });
  await development.listen();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await development?.close();
  await server?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Run before the page's scripts: as in a browser without `createImageBitmap`. */
const refuseBitmaps = {
  window: () => Object.defineProperty(globalThis, 'createImageBitmap', { value: undefined }),
  workers: () => {
    const OwnWorker = Worker;
    globalThis.Worker = class extends OwnWorker {
      constructor(script: string | URL, options?: WorkerOptions) {
        const refuse = 'data:text/javascript,Object.defineProperty(globalThis, "createImageBitmap", { value: undefined })';
        const lines = [refuse, new URL(script, location.href).href].map(url => `import ${JSON.stringify(url)};`);
        super(URL.createObjectURL(new Blob(lines, { type: 'text/javascript' })), options);
      }
    };
  },
};

async function open(
  url: string,
  before: readonly (() => void)[] = [],
): Promise<{ page: Page; requests: string[]; errors: string[] }> {
  const page = await browser.newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', r => requests.push(r.url()));
  page.on('pageerror', e => errors.push(String(e)));
  page.on('console', m => m.type() === 'error' && errors.push(m.text()));
  for (const script of before) await page.addInitScript(script);
  await page.goto(url);
  await page.waitForFunction(() => 'foyerDecoder' in globalThis);
  return { page, requests, errors };
}

describe.each([
  ['the built site, in any folder', () => `${server.url}some/where/index.html`],
  ['the development server', () => `${development.resolvedUrls?.local[0]}index.html`],
])('the decoder in %s', (_, url) => {
  it('decodes meshes, pictures and KTX2 in workers, and brings the transcoder only for KTX2', async () => {
    const { page, requests, errors } = await open(url());
    expect(await page.evaluate(f => foyerDecoder.mesh(f), files.mesh)).toEqual({ parts: 1, mode: 'workers' });
    const picture = await page.evaluate(f => foyerDecoder.texture(f, 'image/webp'), files.webp);
    expect(picture).toMatchObject({ kind: 'picture', width: 64, height: 64, pixel: [200, 100, 50, 255] });
    expect(requests.filter(r => r.includes('basis'))).toEqual([]);
    const texture = await page.evaluate(f => foyerDecoder.texture(f, 'image/ktx2'), files.ktx2);
    expect(texture).toEqual({ kind: 'compressed', width: 64, height: 64, format: 'dxt1', levels: 7 });
    expect(requests.filter(r => r.includes('.wasm')).length).toBeGreaterThan(0);
    expect(errors).toEqual([]);
    await page.close();
  });

  it.each([
    ['cuts large pictures in bands for the upload', 512, 300, 128 * 1024, 5, 5],
    ['uploads small pictures whole, also where a step may take few bytes', 128, 128, 16 * 1024, 0, 1],
  ])('%s, their colours as in the file where alpha is 0 too', async (_, width, height, stepBytes, cut, taken) => {
    // Row y is of colour (y, 100, 50); every third is wholly transparent.
    const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => {
      const y = Math.floor(i / 4 / width);
      return [y % 256, 100, 50, y % 3 === 0 ? 0 : 255][i % 4];
    });
    const raw = { raw: { width, height, channels: 4 as const } };
    const file = base64(await sharp(data, raw).webp({ lossless: true, exact: true }).toBuffer());
    const { page, errors } = await open(url());
    const rows = [0, 1, 63, 64, 66, 255, 299].filter(y => y < height);
    const uploaded = await page.evaluate(([f, r, s]) => foyerDecoder.upload(f, r, s), [file, rows, stepBytes] as const);
    const { bands, steps, pixels } = uploaded;
    expect(pixels).toEqual(rows.map(y => [y % 256, 100, 50, y % 3 === 0 ? 0 : 255]));
    expect([bands, steps]).toEqual([cut, taken]);
    expect(errors).toEqual([]);
    await page.close();
  });

  it.each([
    ['its workers', [refuseBitmaps.workers], 'bitmap'],
    ['all its threads', [refuseBitmaps.workers, refuseBitmaps.window], 'pixels'],
  ] as const)('decodes pictures in the page where the browser has no createImageBitmap in %s', async (_, refused, as) => {
    const { page, errors } = await open(url(), refused);
    const picture = await page.evaluate(f => foyerDecoder.texture(f, 'image/webp'), files.webp);
    expect(picture).toEqual({ kind: 'picture', width: 64, height: 64, pixel: [200, 100, 50, 255], as });
    // One that has to be shrunk, and one that is broken behind its header.
    const data = Buffer.alloc(3000 * 100 * 3, 90);
    const large = await sharp(data, { raw: { width: 3000, height: 100, channels: 3 } })
      .webp({ lossless: true })
      .toBuffer();
    const shrunk = await page.evaluate(f => foyerDecoder.texture(f, 'image/webp'), base64(large));
    expect(shrunk).toEqual({ kind: 'picture', width: 2048, height: 68, pixel: [90, 90, 90, 255], as });
    const failure = await page.evaluate(f => foyerDecoder.broken(f), base64(await sharp(large).png().toBuffer()).slice(0, 44));
    expect(failure).toMatch(/^FormatError: the browser cannot decode the picture/);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('aborts, errs with all fields, and decodes in the page where workers are denied', async () => {
    const { page } = await open(url());
    expect(await page.evaluate(f => foyerDecoder.abort(f), files.ktx2)).toBe('enough');
    expect(await page.evaluate(f => foyerDecoder.error(f), files.cut)).toMatchObject({ name: 'FormatError', at: 'byte 8' });
    expect(await page.evaluate(f => foyerDecoder.inlineMesh(f), files.mesh)).toEqual({ parts: 1, mode: 'inline' });
    await page.close();
  });
});
