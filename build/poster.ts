/**
 * Makes the pictures that the page shows before the lounge can be entered: `npm run lounge:poster`, which builds the site first. Writes
 * public/rooms/lounge/poster.webp, and into index.html what is available with the first bytes: a picture of 48 pixels, and a gradient of
 * two colours for a browser that has not decoded that yet.
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
  const gradient = `linear-gradient(${(await coloursOfHalves(picture)).join(', ')})`;
  const file = join(root, 'index.html');
  const html = readFileSync(file, 'utf8');
  const placeholder = /--foyer-placeholder: url\("data:image\/webp;base64,[^"]*"\), linear-gradient\([^)]*\)/;
  if (!placeholder.test(html)) throw new Error('index.html has no --foyer-placeholder to write to');
  const written = `--foyer-placeholder: url("data:image/webp;base64,${tiny.toString('base64')}"), ${gradient}`;
  writeFileSync(file, html.replace(placeholder, written));
  console.log(`poster.webp ${poster.length} bytes, placeholder ${tiny.length} bytes, ${gradient}`);
} finally {
  await browser.close();
  await server.close();
}

/** The mean colours of the upper and the lower half of a picture, as CSS: `['#6b4630', '#a2602f']`. */
async function coloursOfHalves(picture: Buffer): Promise<string[]> {
  const halves = await sharp(picture).removeAlpha().resize(1, 2, { fit: 'fill', kernel: 'linear' }).raw().toBuffer();
  return [halves.subarray(0, 3), halves.subarray(3, 6)].map(rgb => `#${rgb.toString('hex')}`);
}
