/**
 * Films the first visit to the lounge over a slow link: `npm run bench:first-contact`, after `npm run build:site`. It writes the filmstrip
 * docs/images/first-contact.webp, and tells when something of the room was on screen. The link is that of bench:stream, over HTTP/2 with
 * TLS: one round trip for the TLS handshake, none for TCP's.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { launchChromium } from '../../browser/chromium.ts';
import { type ServedFile, startShapedServer } from '../stream/shaped-server.ts';

const LINK = { bitsPerSecond: 1.6e6, rttMs: 150 };
/** Milliseconds of the film's frames. */
const MOMENTS = [300, 600, 1200, 2000, 4000, 8000, 16_000, 24_000];
const WIDTH = 320;
const HEIGHT = 180;
const GAP = 4;
const COLUMNS = 4;
/** Colours that a picture of the room has at least, in steps of 16 of each channel; a blank page has one or two. */
const COLOURS = 12;

const root = resolve(import.meta.dirname, '../../..');
const site = join(root, 'dist/site');
const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  json: 'application/json',
};
const files = new Map<string, ServedFile>();
for (const entry of readdirSync(site, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const file = join(entry.parentPath, entry.name);
  const type = types[entry.name.slice(entry.name.lastIndexOf('.') + 1)];
  const body = readFileSync(file);
  const path = `/${relative(site, file)}`;
  const served: ServedFile = type
    ? { body: gzipSync(body), type, encoding: 'gzip' }
    : { body, type: entry.name.endsWith('.webp') ? 'image/webp' : 'application/octet-stream', immutable: true };
  files.set(path, served);
  if (path === '/index.html') files.set('/', served);
}

const server = await startShapedServer({ protocol: 'h2', link: LINK, files });
const browser = await launchChromium(['--ignore-certificate-errors']);
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  const film: { readonly ms: number; readonly picture: Buffer }[] = [];
  let began = 0;
  client.on('Page.screencastFrame', ({ data, sessionId, metadata }) => {
    film.push({ ms: (metadata.timestamp ?? 0) * 1000 - began, picture: Buffer.from(data, 'base64') });
    void client.send('Page.screencastFrameAck', { sessionId }).catch(() => {});
  });
  await client.send('Page.startScreencast', { format: 'png', maxWidth: WIDTH * 2, maxHeight: HEIGHT * 2 });
  began = Date.now();
  await page.goto(`${server.origin}/`, { waitUntil: 'commit' });
  const states: string[] = [];
  await page
    .waitForFunction(() => ['interactive', 'complete'].includes(document.querySelector('room-viewer')?.state ?? ''), undefined, {
      timeout: 120_000,
    })
    .then(() => states.push(`entered after ${((Date.now() - began) / 1000).toFixed(1)} s`));
  await page.waitForTimeout(Math.max(0, (MOMENTS.at(-1) ?? 0) - (Date.now() - began)));
  await client.send('Page.stopScreencast');
  // What the link is to blame for, and what this machine.
  const { arrived, painted } = await page.evaluate(() => ({
    arrived: (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).responseEnd,
    painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  }));
  states.push(`document after ${Math.round(arrived)} ms, first paint with something after ${Math.round(painted)} ms`);

  const first = await firstRoom(film);
  console.log(`something of the room after ${first === undefined ? 'never' : `${Math.round(first)} ms`}; ${states.join('; ')}`);
  const frames = await Promise.all(
    MOMENTS.map(async (moment, i) => {
      const shown = film.filter(({ ms }) => ms <= moment).at(-1);
      const picture = shown
        ? sharp(shown.picture).resize(WIDTH, HEIGHT, { fit: 'cover' })
        : sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#ffffff' } });
      const label = `<svg width="${WIDTH}" height="${HEIGHT}"><rect x="6" y="6" width="66" height="24" rx="6" fill="#2b2019"/><text x="39" y="23" text-anchor="middle" font-family="sans-serif" font-size="14" fill="#f1e6d8">${moment / 1000} s</text></svg>`;
      return {
        input: await picture
          .composite([{ input: Buffer.from(label) }])
          .png()
          .toBuffer(),
        left: (i % COLUMNS) * (WIDTH + GAP),
        top: Math.floor(i / COLUMNS) * (HEIGHT + GAP),
      };
    }),
  );
  const rows = Math.ceil(MOMENTS.length / COLUMNS);
  await sharp({
    create: { width: COLUMNS * (WIDTH + GAP) - GAP, height: rows * (HEIGHT + GAP) - GAP, channels: 3, background: '#ffffff' },
  })
    .composite(frames)
    .webp({ quality: 70, effort: 6 })
    .toFile(join(root, 'docs/images/first-contact.webp'));
} finally {
  await browser.close();
  await server.close();
}

/** Milliseconds until the first frame that is no plain page. */
async function firstRoom(film: readonly { readonly ms: number; readonly picture: Buffer }[]): Promise<number | undefined> {
  for (const { ms, picture } of film) {
    const { data, info } = await sharp(picture).resize(64, 36).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const colours = new Set<number>();
    for (let i = 0; i < data.length; i += info.channels)
      colours.add((data[i] >> 4) * 256 + (data[i + 1] >> 4) * 16 + (data[i + 2] >> 4));
    if (ms > 0 && colours.size >= COLOURS) return ms;
  }
  return undefined;
}
