/**
 * npm run bench:import -- [--sizes 150000,600000] [--parts 12]
 *
 * Imports large generated models by the command, each in a process of its own: seconds, seconds of processor time (all cores
 * together), seconds for 50,000 triangles, and the most memory that the process held. No KTX2, no cache.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { largeModel } from './large-models.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '150000,600000' },
    parts: { type: 'string', default: '12' },
    cli: { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
const root = resolve(import.meta.dirname, '../../..');
const command = values.cli ? [values.cli] : ['--import', 'tsx', join(root, 'src/cli/main.ts')];

try {
  for (const size of values.sizes.split(',').map(Number)) {
    const file = join(folder, `${size}.glb`);
    writeFileSync(file, largeModel(size, Number(values.parts)));
    const args = [
      ...command,
      'import',
      file,
      '--out',
      join(folder, 'out'),
      '--no-ktx2',
      '--cache',
      join(folder, `cache-${size}`),
      '--json',
    ];
    const { seconds, processor, megabytes, text } = await run(args);
    const [product] = (JSON.parse(text) as { room: { products: { triangles: number; levels: number }[] } }).room.products;
    const share = seconds / (product.triangles / 50_000);
    console.log(
      `${product.triangles} triangles, ${values.parts} parts, ${product.levels} levels: ${seconds.toFixed(1)} s (processor ${processor.toFixed(1)} s), ${share.toFixed(2)} s per 50,000, at most ${megabytes} MB`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function run(args: readonly string[]): Promise<{ seconds: number; processor: number; megabytes: number; text: string }> {
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
