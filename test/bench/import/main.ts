/**
 * npm run bench:import -- [--sizes 12000,50000,150000,600000] [--parts 12] [--others clips,one,five,png16,pack] [--runs 3]
 *   [--cli dist/cli.js]
 *
 * Imports generated models by the command, each in a process of its own: seconds, seconds of processor time (all cores together), both
 * for 50,000 triangles without the start of the command, and the most memory that the process held. The start is an import of 128
 * triangles. The least of some runs, which alternate between the models; of memory the most. No KTX2, no cache.
 *
 * `--others` are figures: `clips` has 76 clips of 40 joints, `one` and `five` have so many JPEGs of 8,192 pixels a side, `png16` a PNG of
 * 16 bits. `pack` is an archive of twelve figures with 4,096 pixels each. Empty for none.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { zipSync } from 'fflate';
import { figureModel } from './figure-model.ts';
import { largeModel } from './large-models.ts';
import { largePicture } from './large-picture.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '12000,50000,150000,600000' },
    parts: { type: 'string', default: '12' },
    others: { type: 'string', default: 'clips,one,five,png16,pack' },
    runs: { type: 'string', default: '3' },
    cli: { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
const root = resolve(import.meta.dirname, '../../..');
const command = values.cli ? [values.cli] : ['--import', 'tsx', join(root, 'src/cli/main.ts')];

/** Triangles of the model whose import counts as the start. */
const SMALLEST = 128;

interface Measured {
  seconds: number;
  processor: number;
  megabytes: number;
  text: string;
}

const FIGURE = { triangles: 4000, joints: 20, clips: 2, keys: 30 };

async function figureWith(sides: readonly number[], kind: 'jpeg' | 'png16', seed = 1): Promise<Uint8Array> {
  const pictures = [];
  for (const [i, side] of sides.entries())
    pictures.push({ bytes: await largePicture(side, kind, seed + i), mimeType: kind === 'jpeg' ? 'image/jpeg' : 'image/png' });
  return figureModel({ ...FIGURE, pictures }, seed);
}

async function pack(): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < 12; i++) files[`figure${i}.glb`] = await figureWith([4096], 'jpeg', 10 + i);
  return zipSync(files, { level: 0 });
}

const OTHERS: Readonly<Record<string, readonly [words: string, file: string, make: () => Promise<Uint8Array>]>> = {
  clips: [
    'a figure of 10,000 triangles, 40 joints and 76 clips',
    'clips.glb',
    () => figureModel({ triangles: 10_000, joints: 40, clips: 76, keys: 40 }),
  ],
  one: ['a figure with a JPEG of 8,192 pixels a side', 'one.glb', () => figureWith([8192], 'jpeg')],
  five: ['a figure with five of them', 'five.glb', () => figureWith([8192, 8192, 8192, 8192, 8192], 'jpeg')],
  png16: ['a figure with a PNG of 16 bits and 8,192 pixels a side', 'png16.glb', () => figureWith([8192], 'png16')],
  pack: ['an archive of twelve figures with JPEGs of 4,096 pixels a side', 'pack.zip', pack],
};

try {
  const sizes = [SMALLEST, ...values.sizes.split(',').filter(Boolean).map(Number)];
  for (const size of sizes)
    writeFileSync(join(folder, `${size}.glb`), largeModel(size, size === SMALLEST ? 1 : Number(values.parts)));
  const others = values.others.split(',').filter(Boolean);
  for (const name of others) {
    if (!OTHERS[name]) throw new Error(`--others: ${Object.keys(OTHERS).join(', ')} are known, not "${name}"`);
    const [, file, make] = OTHERS[name];
    writeFileSync(join(folder, file), await make());
  }
  const least = new Map<string, Measured>();
  const files = [...sizes.map(size => `${size}.glb`), ...others.map(name => OTHERS[name][1])];
  for (let i = 0; i < Number(values.runs); i++)
    for (const file of files) {
      for (const left of ['cache', 'out']) rmSync(join(folder, left), { recursive: true, force: true });
      const places = [join(folder, file), '--out', join(folder, 'out'), '--cache', join(folder, 'cache')];
      const run = await measure([...command, 'import', ...places, '--no-ktx2', '--json']);
      const before = least.get(file) ?? run;
      least.set(file, {
        seconds: Math.min(before.seconds, run.seconds),
        processor: Math.min(before.processor, run.processor),
        megabytes: Math.max(before.megabytes, run.megabytes),
        text: run.text,
      });
    }
  const start = least.get(`${SMALLEST}.glb`);
  for (const [file, { seconds, processor, megabytes, text }] of least) {
    const [product] = (JSON.parse(text) as { room: { products: { triangles: number; levels: number }[] } }).room.products;
    const share = (x: number, of: number): string => (((x - of) * 50_000) / product.triangles).toFixed(2);
    const figures = `${seconds.toFixed(2)} s (processor ${processor.toFixed(2)} s)`;
    const [words] = Object.values(OTHERS).find(([, name]) => name === file) ?? [];
    if (words) console.log(`${words}: ${figures}; at most ${megabytes} MB`);
    else if (file === `${SMALLEST}.glb` || !start) console.log(`the start: ${figures}; at most ${megabytes} MB`);
    else
      console.log(
        `${product.triangles} triangles, ${values.parts} parts, ${product.levels} levels: ${figures}; for 50,000: ${share(seconds, 0)} s, without the start ${share(seconds, start.seconds)} s (processor ${share(processor, start.processor)} s); at most ${megabytes} MB`,
      );
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(args: readonly string[]): Promise<Measured> {
  const start = performance.now();
  const child = spawn(process.execPath, [...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let most = 0;
  let processor = 0;
  const look = setInterval(() => {
    try {
      const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      most = Math.max(most, Number(kilobytes) / 1024);
      // proc(5): fields 14 and 15, in hundredths of a second.
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
      processor = (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      // It has ended.
    }
  }, 20);
  let text = '';
  child.stdout.on('data', chunk => {
    text += chunk;
  });
  const code = await new Promise(resolve => child.once('close', resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(`the import ended with ${code}: ${text}`);
  return { seconds: (performance.now() - start) / 1000, processor, megabytes: Math.round(most), text };
}
