/** Compares what the contestants show at `complete`: the furniture of a room, from its door and from other places. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Browser } from 'playwright';
import { launchChromium } from '../../browser/chromium.ts';
import { similarity } from '../../browser/pictures.ts';
import { type ServedFile, startShapedServer } from '../stream/link/shaped-server.ts';

type Vector = readonly [number, number, number];
interface View {
  readonly position: Vector;
  readonly target: Vector;
}
interface Room {
  readonly denormalized: Record<string, { data?: { spawn?: View; spin?: number }; edges?: unknown[] }>;
}

/** Where one looks at the lounge from, besides its door. */
const views: Readonly<Record<string, View | undefined>> = {
  door: undefined,
  bar: { position: [-1.5, 1.6, 1], target: [-6, 1.1, -2] },
  windows: { position: [1, 1.6, 3.5], target: [2, 1.2, -5] },
  seats: { position: [3.4, 1.5, 2.6], target: [-1, 0.6, 0.2] },
};

/**
 * Prints the structural similarity of every contestant's pictures to those of the first, 1280 x 720. Nobody stands in the room and nothing
 * spins: people move, and their clothes have changed on purpose.
 *
 * @param folder - where the pictures are kept; nowhere if undefined.
 */
export async function comparePictures(
  contestants: ReadonlyMap<string, ReadonlyMap<string, ServedFile>>,
  room: string,
  folder: string | undefined,
): Promise<void> {
  const browser = await launchChromium();
  try {
    console.log(`\n| contestant | ${Object.keys(views).join(' | ')} |`);
    let first: readonly Buffer[] | undefined;
    for (const [contestant, files] of contestants) {
      const pictures: Buffer[] = [];
      for (const [name, view] of Object.entries(views)) {
        const picture = await pictureOf(browser, emptied(files, room, view));
        pictures.push(picture);
        if (!folder) continue;
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `${contestant.replace(/\W+/g, '-')}-${name}.png`), picture);
      }
      first ??= pictures;
      const against = first;
      console.log(`| ${[contestant, ...pictures.map((picture, i) => similarity(picture, against[i]).toFixed(4))].join(' | ')} |`);
    }
  } finally {
    await browser.close();
  }
}

/** The same site, with nobody in its room, nothing that spins, and another door. */
function emptied(files: ReadonlyMap<string, ServedFile>, path: string, view: View | undefined): Map<string, ServedFile> {
  const file = files.get(path);
  if (!file) throw new Error(`the site has no ${path}`);
  const text = Buffer.from(file.encoding ? gunzipSync(file.body) : file.body).toString('utf8');
  const room = JSON.parse(text) as Room;
  for (const [url, document] of Object.entries(room.denormalized)) {
    if (url.endsWith('#avatars') && document.edges) document.edges = [];
    if (document.data?.spin) document.data.spin = 0;
    if (document.data?.spawn && view) document.data.spawn = view;
  }
  return new Map([...files, [path, { ...file, body: gzipSync(JSON.stringify(room)), encoding: 'gzip' }]]);
}

/** The room's picture at `complete`, without what lies over it. */
async function pictureOf(browser: Browser, files: ReadonlyMap<string, ServedFile>): Promise<Buffer> {
  const server = await startShapedServer({ protocol: 'h1', files });
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, deviceScaleFactor: 1 });
  try {
    const arrived = page.addInitScript(() => {
      document.addEventListener('complete', () => document.documentElement.classList.add('is-complete'), true);
    });
    await arrived;
    await page.goto(`${server.origin}/?quality=high`);
    await page.waitForSelector('html.is-complete', { timeout: 120_000, state: 'attached' });
    await page.evaluate(async () => {
      const style = document.createElement('style');
      style.textContent = '.root > :not(.stage) { display: none !important }';
      document.querySelector('room-viewer')?.shadowRoot?.append(style);
      // Textures are uploaded, and some frames drawn with them.
      for (let frame = 0; frame < 20; frame++) await new Promise(requestAnimationFrame);
    });
    return await page.screenshot();
  } finally {
    await page.close();
    await server.close();
  }
}
