/**
 * npm run bench:render -- [--avatars 10,40,100] [--rounds 3] [--seconds 1.5] [--only NAME,NAME] [--measure NAME,NAME] [--size 640x360]
 *                         [--arena hall|stadium]
 *                         [--tolerance PIXELS] [--json FILE] [--merge FILE,FILE] [--png FOLDER] [--chart FILE]
 *
 * The same seeded crowd in every engine, interleaved: each round gives each contestant its turn. Needs nothing but Chromium; the
 * KayKit knight is taken from ../shared where it is, else a figure made by code stands in. `--measure` takes some of frames,
 * processor, small, corner, script, main, garbage, restore, picture. `--tolerance` is of levels of detail (LeanRenderer.lodTolerance). `--merge` measures nothing: it puts the rounds of several runs together.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBench } from './bench-browser.ts';
import { type MeasureName, measures, PICTURE_AT, SIZES, takePicture } from './measures.ts';
import type { ContestantName } from './page.ts';
import { chart, type Measured, mergeRuns, type Run, report, rowsOf } from './report.ts';

declare const foyer: typeof import('./page.ts');

const { values: options } = parseArgs({
  options: {
    avatars: { type: 'string', default: '10,40,100' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '1.5' },
    only: { type: 'string' },
    measure: { type: 'string' },
    size: { type: 'string' },
    arena: { type: 'string', default: 'hall' },
    tolerance: { type: 'string' },
    json: { type: 'string' },
    merge: { type: 'string' },
    png: { type: 'string' },
    chart: { type: 'string' },
  },
});

if (options.size) {
  const [width, height] = options.size.split('x').map(Number);
  SIZES[0] = [width, height];
}
const run = options.merge
  ? mergeRuns(options.merge.split(',').map(file => JSON.parse(readFileSync(file, 'utf8')) as Run))
  : await measureAll();
const rows = rowsOf(run);
console.log(report(rows, run.machine));
if (options.json) writeFileSync(options.json, JSON.stringify(run, null, 1));
if (options.chart) writeFileSync(options.chart, chart(rows));

async function measureAll(): Promise<Run> {
  const seconds = Number(options.seconds);
  const wanted = options.measure?.split(',') ?? [...Object.keys(measures), 'picture'];
  const bench = await startBench();
  const measured: Measured[] = [];
  for (const avatars of options.avatars.split(',').map(Number)) {
    const stage = await bench.open(avatars, options.only?.split(','), options.arena === 'stadium' ? 'stadium' : 'hall');
    if (options.tolerance) {
      const pixels = Number(options.tolerance);
      for (const page of stage.values()) await page.evaluate(p => foyer.tolerate(p), pixels);
    }
    const own = new Map<ContestantName, Measured>();
    for (const [name, page] of stage) {
      own.set(name, {
        contestant: name,
        avatars,
        samples: {},
        similarity: undefined,
        ...(await page.evaluate(() => foyer.info())),
      });
    }
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const [name, page] of stage) {
        const { samples } = own.get(name) as Measured;
        for (const measure of Object.keys(measures) as MeasureName[]) {
          if (!wanted.includes(measure)) continue;
          samples[measure] ??= [];
          const value = await measures[measure](page, seconds);
          if (!Number.isNaN(value)) samples[measure].push(value);
        }
      }
    }
    if (wanted.includes('picture'))
      for (const [name, alike] of await similarities(stage)) (own.get(name) as Measured).similarity = alike;
    for (const [name, page] of stage) {
      if (options.png) {
        await page.evaluate(([w, h]) => foyer.size(w, h), [...SIZES[0]] as const);
        const url = await page.evaluate(at => foyer.png(at), PICTURE_AT);
        writeFileSync(join(options.png, `${name.replaceAll(' ', '-')}-${avatars}.png`), Buffer.from(url.split(',')[1], 'base64'));
      }
      await page.close();
    }
    measured.push(...own.values());
  }
  await bench.close();
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, SwiftShader; ${bench.figure()}; ${SIZES[0].join(' x ')}`;
  return { machine, measured };
}

/** Structural similarity of our pictures to our own full detail, a number a size. */
async function similarities(stage: Map<ContestantName, import('playwright').Page>): Promise<Map<ContestantName, number[]>> {
  const out = new Map<ContestantName, number[]>();
  const full = stage.get('foyer full');
  if (!full) return out;
  for (const size of SIZES) {
    const reference = await takePicture(full, size);
    for (const [name, page] of stage) {
      if (!name.startsWith('foyer')) continue;
      out.set(name, [...(out.get(name) ?? []), (await takePicture(page, size)).similarity(reference)]);
    }
  }
  return out;
}
