/**
 * npm run bench:render -- [--avatars 10,40,100] [--rounds 3] [--seconds 1.5] [--only NAME,NAME] [--json FILE] [--png FOLDER] [--chart FILE]
 *
 * The same seeded crowd in every engine, interleaved: each round gives each contestant its turn. Needs nothing but Chromium; the
 * KayKit knight is taken from ../shared where it is, else a figure made by code stands in.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright';
import { ssim } from 'ssim.js';
import { bundle } from '../../browser/render/harness.ts';
import { chart, type Row, report } from './report.ts';

declare const foyer: typeof import('./page.ts');

const KNIGHT = resolve(import.meta.dirname, '../../../../shared/assets/kaykit-characters/Knight.glb');
const SIZES = [
  [1280, 720],
  [64, 36],
] as const;
/** A time in the room at which pictures are compared: later than any bench runs. */
const PICTURE_AT = 1000;

const { values: options } = parseArgs({
  options: {
    avatars: { type: 'string', default: '10,40,100' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '1.5' },
    only: { type: 'string' },
    json: { type: 'string' },
    png: { type: 'string' },
    chart: { type: 'string' },
  },
});
const counts = options.avatars.split(',').map(Number);
const rounds = Number(options.rounds);
const knight = existsSync(KNIGHT);

const code = await bundle(join(import.meta.dirname, 'page.ts'));
const server = createServer((request, response) => {
  const knightAsked = request.url === '/knight.glb';
  response.writeHead(200, {
    'content-type': knightAsked ? 'model/gltf-binary' : request.url === '/page.js' ? 'text/javascript' : 'text/html',
  });
  if (knightAsked) response.end(readFileSync(KNIGHT));
  else response.end(request.url === '/page.js' ? code : '<!doctype html><body style="margin:0"><script src="/page.js"></script>');
});
await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--disable-background-networking',
    '--enable-precise-memory-info',
    '--js-flags=--expose-gc',
  ],
});

async function openPage(): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1300, height: 740 } });
  page.on('pageerror', error => console.error(String(error)));
  await page.goto(origin);
  return page;
}

interface SampledNode {
  readonly selfSize: number;
  readonly children: readonly SampledNode[];
}

/** KB that a frame allocates, whether collected or not: V8's sampling profiler sees about every 512th byte. */
async function garbageKB(page: Page): Promise<number> {
  const frames = 40;
  await page.evaluate(() => foyer.runFrames(400));
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.startSampling', {
    samplingInterval: 512,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await page.evaluate(count => foyer.runFrames(count), frames);
  const { profile } = await session.send('HeapProfiler.stopSampling');
  await session.detach();
  const sum = (node: SampledNode): number => node.selfSize + node.children.reduce((total, child) => total + sum(child), 0);
  return sum(profile.head) / frames / 1024;
}

const median = (list: number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1];

function similarity(a: string, b: string): number {
  const [width, height] = SIZES[0];
  const image = (text: string) => ({ data: new Uint8ClampedArray(Buffer.from(text, 'base64')), width, height }) as ImageData;
  return ssim(image(a), image(b)).mssim;
}

const rows: Row[] = [];
let figure = '';
const first = await openPage();
const names = (await first.evaluate(() => foyer.names)).filter(n => !options.only || options.only.split(',').includes(n));
await first.close();

for (const avatars of counts) {
  const pages = new Map<(typeof names)[number], Page>();
  for (const name of names) {
    const page = await openPage();
    figure = await page.evaluate(([n, count, url]) => foyer.make(n, count, url), [
      name,
      avatars,
      knight ? '/knight.glb' : '',
    ] as const);
    pages.set(name, page);
  }
  const series = new Map(
    names.map(name => [
      name,
      { times: SIZES.map(() => [] as number[]), script: [] as number[], garbage: [] as number[], away: [] as number[] },
    ]),
  );
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const page = pages.get(name) as Page;
      const own = series.get(name);
      for (const [i, [width, height]] of SIZES.entries()) {
        await page.evaluate(([w, h]) => foyer.size(w, h), [width, height] as const);
        own?.times[i].push(await page.evaluate(ms => foyer.timeFrames(ms), Number(options.seconds) * 1000));
      }
      await page.evaluate(([w, h]) => {
        foyer.size(w, h);
        foyer.lookAway(true);
      }, SIZES[0]);
      own?.away.push(await page.evaluate(ms => foyer.timeFrames(ms), 300));
      await page.evaluate(() => foyer.lookAway(false));
      own?.script.push(await page.evaluate(() => foyer.timeScript(7)));
      own?.garbage.push(await garbageKB(page));
    }
  }
  const pictures = new Map<string, string>();
  for (const [name, page] of pages) {
    await page.evaluate(([w, h]) => foyer.size(w, h), SIZES[0]);
    if (name.startsWith('foyer')) pictures.set(name, await page.evaluate(at => foyer.picture(at), PICTURE_AT));
    if (options.png) {
      const url = await page.evaluate(at => foyer.png(at), PICTURE_AT);
      writeFileSync(join(options.png, `${name.replaceAll(' ', '-')}-${avatars}.png`), Buffer.from(url.split(',')[1], 'base64'));
    }
  }
  for (const [name, page] of pages) {
    const own = series.get(name);
    if (!own) continue;
    const [full, picture] = [pictures.get('foyer full'), pictures.get(name)];
    const row: Row = {
      contestant: name,
      avatars,
      fps: 1000 / median(own.times[0]),
      fpsSmall: 1000 / median(own.times[1]),
      cornerShare: median(own.away) / median(own.times[0]),
      scriptMs: median(own.script),
      garbageKB: median(own.garbage),
      ...(await page.evaluate(() => foyer.info())),
      similarity: full && picture ? similarity(full, picture) : undefined,
    };
    rows.push(row);
    console.log(JSON.stringify(row));
    await page.close();
  }
}
await browser.close();
server.close();

const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, SwiftShader; ${figure}; ${rounds} rounds of ${options.seconds} s`;
console.log(report(rows, machine));
if (options.json) writeFileSync(options.json, JSON.stringify({ machine, rows }, null, 1));
if (options.chart) writeFileSync(options.chart, chart(rows));
