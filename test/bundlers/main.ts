/**
 * Builds a small app with each bundler and framework, opens each in Chromium, and writes the table of docs/embedding.md. Packages come
 * from npm into .cache/bundlers, once. Needs `npm run build` before. `npm run test:bundlers [-- NAME…]`: those whose names begin so, no table.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launchChromium } from '../browser/chromium.ts';
import { writeTestRooms } from '../browser/rooms.ts';
import { apps, packages } from './apps.ts';
import { place, tryApp } from './try-app.ts';

const root = resolve(import.meta.dirname, '../..');
const cache = join(root, '.cache/bundlers');
const modules = join(cache, 'node_modules');
const built = join(root, 'dist/packages/foyer');
if (!existsSync(built)) throw new Error('dist/packages/foyer is not there: run `npm run build` first');

mkdirSync(cache, { recursive: true });
const { three } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies;
const wanted = JSON.stringify([...packages, `three@${three}`]);
const stamp = join(cache, 'installed.json');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  writeFileSync(join(cache, 'package.json'), '{"private":true,"type":"module"}');
  const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages, `three@${three}`];
  execFileSync('npm', install, { cwd: cache, stdio: 'inherit' });
  writeFileSync(stamp, wanted);
}
place(built, modules, 'foyer');

const names = process.argv.slice(2);
const chosen = apps.filter(
  ({ name }) => names.length === 0 || names.some(begin => name.toLowerCase().startsWith(begin.toLowerCase())),
);
const rooms = mkdtempSync(join(tmpdir(), 'foyer-rooms-'));
await writeTestRooms(rooms);
const browser = await launchChromium();
const rows: string[] = [];
let failed = 0;
try {
  for (const app of chosen) {
    let row: string;
    try {
      const { opens, worker, problems, bytes } = await tryApp(app, modules, rooms, browser);
      const well = opens && worker && problems.length === 0;
      failed += Number(!well);
      for (const problem of problems) console.error(`${app.name}: ${problem}`);
      const yes = (value: boolean) => (value ? 'yes' : '**no**');
      row = `| ${app.name} | ${yes(opens)} | ${yes(worker)} | ${problems.length === 0 ? 'none' : `**${problems.length}**`} | ${(bytes / 1024).toFixed(0)} KB | ${app.note} |`;
    } catch (error) {
      failed++;
      console.error(`${app.name}: ${error instanceof Error ? error.message : error}`);
      row = `| ${app.name} | **no** | | | | |`;
    }
    console.log(row);
    rows.push(row);
  }
} finally {
  await browser.close();
  rmSync(rooms, { recursive: true, force: true });
}
if (names.length === 0) {
  const file = join(root, 'docs/embedding.md');
  const text = readFileSync(file, 'utf8');
  const table = ['| page | opens | worker runs | warnings | code paid | to do |', '|---|---|---|---|---|---|', ...rows].join(
    '\n',
  );
  writeFileSync(
    file,
    text.replace(/(<!-- matrix -->\n)[\s\S]*?(\n<!-- \/matrix -->)/, (_, begin, end) => `${begin}\n${table}\n${end}`),
  );
}
process.exitCode = failed > 0 ? 1 : 0;
