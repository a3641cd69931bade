/**
 * npm run bench:import -- [--sizes 12000,50000,150000,600000] [--parts 12] [--runs 3] [--cli dist/cli.js]
 *
 * Imports large generated models by the command, each in a process of its own: seconds, seconds of processor time (all cores
 * together), both for 50,000 triangles without the start of the command, and the most memory that the process held. The start is an
 * import of 128 triangles. The least of some runs, which alternate between the sizes. No KTX2, no cache.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { largeModel } from './large-models.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '12000,50000,150000,600000' },
    parts: { type: 'string', default: '12' },
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

try {
  const sizes = [SMALLEST, ...values.sizes.split(',').map(Number)];
  for (const size of sizes)
    writeFileSync(join(folder, `${size}.glb`), largeModel(size, size === SMALLEST ? 1 : Number(values.parts)));
  const least = new Map<number, Measured>();
  for (let i = 0; i < Number(values.runs); i++)
    for (const size of sizes) {
      for (const left of ['cache', 'out']) rmSync(join(folder, left), { recursive: true, force: true });
      const places = [join(folder, `${size}.glb`), '--out', join(folder, 'out'), '--cache', join(folder, 'cache')];
      const run = await measure([...command, 'import', ...places, '--no-ktx2', '--json']);
      const before = least.get(size) ?? run;
      least.set(size, {
        seconds: Math.min(before.seconds, run.seconds),
        processor: Math.min(before.processor, run.processor),
        megabytes: Math.max(before.megabytes, run.megabytes),
        text: run.text,
      });
    }
  const start = least.get(SMALLEST);
  for (const [size, { seconds, processor, megabytes, text }] of least) {
    const [product] = (JSON.parse(text) as { room: { products: { triangles: number; levels: number }[] } }).room.products;
    const share = (x: number, of: number): string => (((x - of) * 50_000) / product.triangles).toFixed(2);
    const figures = `${seconds.toFixed(2)} s (processor ${processor.toFixed(2)} s)`;
    if (size === SMALLEST || !start) console.log(`the start: ${figures}`);
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
