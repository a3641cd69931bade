/**
 * Films the first visit to the lounge over a slow link: `npm run bench:first-contact`, after `npm run build:site`. It writes the filmstrip
 * docs/images/first-contact.webp, and tells when something of the room was on screen. The link is that of bench:stream, over HTTP/2 with
 * TLS: one round trip for the TLS handshake. That of TCP, which loopback has not, is added.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { launchChromium } from '../../browser/chromium.ts';
import { type ServedFile, startShapedServer } from '../stream/link/shaped-server.ts';

const LINK = { bitsPerSecond: 1.6e6, rttMs: 150 };
/** Milliseconds of the film's frames. */
const MOMENTS = [300, 600, 1200, 2000, 4000, 8000, 16_000, 24_000];
const ROUNDS = 5;
/** How long a visit is watched that is not filmed to the end. */
const GLANCE_MS = 4000;
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
  const visits: Visit[] = [];
  // The filmed one last: it waits until the room can be entered.
  for (let round = 1; round <= ROUNDS; round++) visits.push(await visit(round === ROUNDS));
  const film = visits.at(-1)?.film ?? [];
  const median = (of: (visit: Visit) => number) => Math.round(visits.map(of).sort((a, b) => a - b)[ROUNDS >> 1]);
  const all = visits.map(({ roomMs }) => Math.round(roomMs)).join(', ');
  console.log(
    `something of the room after ${median(v => v.roomMs)} ms (median of ${all}; ${LINK.rttMs} ms of TCP's handshake included)`,
  );
  console.log(`document after ${median(v => v.arrivedMs)} ms, first paint with something after ${median(v => v.paintedMs)} ms`);
  console.log(`entered after ${((visits.at(-1)?.enteredMs ?? Number.NaN) / 1000).toFixed(1)} s`);
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

interface Frame {
  readonly ms: number;
  readonly picture: Buffer;
}

/** A first visit. Milliseconds from the navigation, TCP's handshake included, which loopback has not. */
interface Visit {
  readonly film: readonly Frame[];
  /** Something of the room was on screen. */
  readonly roomMs: number;
  readonly arrivedMs: number;
  /** The browser's own word: first contentful paint. */
  readonly paintedMs: number;
  readonly enteredMs: number;
}

/** @param toTheEnd - films until the last moment, and until the room can be entered. */
async function visit(toTheEnd: boolean): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  const film: Frame[] = [];
  let began = 0;
  client.on('Page.screencastFrame', ({ data, sessionId, metadata }) => {
    const ms = (metadata.timestamp ?? 0) * 1000 - began + LINK.rttMs;
    film.push({ ms, picture: Buffer.from(data, 'base64') });
    void client.send('Page.screencastFrameAck', { sessionId }).catch(() => {});
  });
  await client.send('Page.startScreencast', { format: 'png', maxWidth: WIDTH * 2, maxHeight: HEIGHT * 2 });
  began = Date.now();
  await page.goto(`${server.origin}/`, { waitUntil: 'commit' });
  let enteredMs = Number.NaN;
  if (toTheEnd) {
    const isIn = () => ['interactive', 'complete'].includes(document.querySelector('room-viewer')?.state ?? '');
    await page.waitForFunction(isIn, undefined, { timeout: 120_000 });
    enteredMs = Date.now() - began + LINK.rttMs;
  }
  const left = (toTheEnd ? (MOMENTS.at(-1) ?? 0) : GLANCE_MS) - (Date.now() - began);
  await page.waitForTimeout(Math.max(0, left));
  await client.send('Page.stopScreencast');
  const { arrived, painted } = await page.evaluate(() => ({
    arrived: (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).responseEnd,
    painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  }));
  await context.close();
  const roomMs = (await firstRoom(film)) ?? Number.NaN;
  return { film, roomMs, enteredMs, arrivedMs: arrived + LINK.rttMs, paintedMs: painted + LINK.rttMs };
}

/** Milliseconds until the first frame that is no plain page. */
async function firstRoom(film: readonly Frame[]): Promise<number | undefined> {
  for (const { ms, picture } of film) {
    const { data, info } = await sharp(picture).resize(64, 36).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const colours = new Set<number>();
    for (let i = 0; i < data.length; i += info.channels)
      colours.add((data[i] >> 4) * 256 + (data[i + 1] >> 4) * 16 + (data[i + 2] >> 4));
    if (ms > 0 && colours.size >= COLOURS) return ms;
  }
  return undefined;
}
