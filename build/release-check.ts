/**
 * Checks the built packages before a release: what publint and "are the types wrong" say, whether strict apps compile, and whether
 * what a page pays has grown by more than 2 % (build/sizes.json; `--write` records the sizes of now). `npm run release:check`.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { checkStrictConsumers } from './strict-consumers.ts';

const root = resolve(import.meta.dirname, '..');
const packages = join(root, 'dist/packages');
const record = join(root, 'build/sizes.json');
const GROWTH = 1.02;

/** What an entry imports before anything is loaded on demand: bytes as they lie there, gzipped one by one. */
function staticSize(entry: string): number {
  const seen = new Set([entry]);
  let bytes = 0;
  for (const file of seen) {
    const code = readFileSync(file, 'utf8');
    bytes += gzipSync(code, { level: 9 }).length;
    for (const [, to] of code.matchAll(/(?:\bfrom|^import|;import)\s*["'](\.[^"']+)["']/gm)) seen.add(resolve(file, '..', to));
  }
  return bytes;
}

function checkSizes(): void {
  const folder = join(packages, 'foyer');
  const worker = readdirSync(join(folder, 'standalone/assets')).find(name => name.startsWith('decode-worker'));
  if (!worker) throw new Error('the standalone bundle has no worker');
  const now: Record<string, number> = {
    'foyer (three not counted)': staticSize(join(folder, 'lib/foyer.js')),
    'foyer/three (three not counted)': staticSize(join(folder, 'lib/three.js')),
    'foyer/standalone': staticSize(join(folder, 'standalone/foyer.js')),
    'the worker': staticSize(join(folder, 'standalone/assets', worker)),
  };
  const before: Record<string, number> = JSON.parse(readFileSync(record, 'utf8'));
  for (const [name, bytes] of Object.entries(now)) {
    const was = before[name];
    console.log(`${name}: ${(bytes / 1024).toFixed(1)} KB gzip${was ? ` (${(was / 1024).toFixed(1)} KB recorded)` : ''}`);
    if (was && bytes > was * GROWTH && !process.argv.includes('--write'))
      throw new Error(`${name} has grown from ${was} to ${bytes} bytes; \`--write\` records that`);
  }
  if (process.argv.includes('--write')) writeFileSync(record, `${JSON.stringify(now, null, 2)}\n`);
}

const run = (...command: string[]) => execFileSync('npx', ['--yes', ...command], { cwd: root, stdio: 'inherit' });
for (const name of ['foyer', 'cli']) run('publint@0.3', '--strict', join(packages, name));
// Both entries are ES modules only, and say so: Node's require() of ES modules is from 22.12 on.
run(
  '@arethetypeswrong/cli@0.18',
  '--pack',
  join(packages, 'foyer'),
  '--profile',
  'esm-only',
  '--exclude-entrypoints',
  'custom-elements.json',
);
checkStrictConsumers(join(packages, 'foyer'), join(root, 'node_modules'));
checkSizes();
