/**
 * Makes the picture that the page shows before the lounge can be entered: `npm run lounge:poster`, after `npm run build:site`. It writes
 * public/rooms/lounge/poster.webp, and a picture of 48 pixels into index.html, which is there with the first bytes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { launchChromium } from '../test/browser/chromium.ts';
import { serveFiles } from '../test/browser/file-server.ts';

const WIDTH = 560;
const HEIGHT = 315;
/** Pixels of the small picture: browsers draw it blurred. */
const TINY = 48;
/** Seconds after the people began to move: nobody stands in another's way. */
const MOMENT = 6;

const root = resolve(import.meta.dirname, '..');
const server = await serveFiles({ '/': join(root, 'dist/site') });
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(`${server.url}?quality=high`);
  await page.waitForFunction(() => document.querySelector('room-viewer')?.state === 'complete', undefined, { timeout: 120_000 });
  const base64 = await page.evaluate(
    async ([moment, width, height]) => {
      const viewer = document.querySelector('room-viewer');
      if (!viewer) throw new Error('the page has no viewer');
      viewer.renderAt(moment);
      const blob = await viewer.toBlob({ type: 'image/png', width: 2 * width, height: 2 * height });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      let text = '';
      for (const byte of bytes) text += String.fromCharCode(byte);
      return btoa(text);
    },
    [MOMENT, WIDTH, HEIGHT],
  );
  const picture = Buffer.from(base64, 'base64');
  const poster = await sharp(picture).resize(WIDTH, HEIGHT).webp({ quality: 50, effort: 6 }).toBuffer();
  writeFileSync(join(root, 'public/rooms/lounge/poster.webp'), poster);
  const tiny = await sharp(picture).resize(TINY).webp({ quality: 30, effort: 6 }).toBuffer();
  const file = join(root, 'index.html');
  const html = readFileSync(file, 'utf8');
  const placeholder = /--foyer-placeholder: url\("data:image\/webp;base64,[^"]*"\)/;
  if (!placeholder.test(html)) throw new Error('index.html has no --foyer-placeholder to write to');
  writeFileSync(file, html.replace(placeholder, `--foyer-placeholder: url("data:image/webp;base64,${tiny.toString('base64')}")`));
  console.log(`poster.webp ${poster.length} bytes, placeholder ${tiny.length} bytes`);
} finally {
  await browser.close();
  await server.close();
}
