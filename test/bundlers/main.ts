/**
 * Builds a small app with each bundler and framework, opens each in Chromium, and writes the table of docs/embedding.md. Packages come
 * from npm into .cache/bundlers, once. Needs `npm run build` before. `npm run test:bundlers [-- NAME…]`: only those whose names begin so.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launchChromium } from '../browser/chromium.ts';
import { writeTestRooms } from '../browser/rooms.ts';
import { apps, packages } from './apps.ts';
import { type Opened, place, tryApp } from './try-app.ts';

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
const rows = new Map<string, string>();
const no = '**no**';
let failed = 0;
try {
  for (const app of chosen) {
    let row: string;
    try {
      const { elsewhere, ...opened } = await tryApp(app, modules, rooms, browser);
      for (const [place, { problems }] of Object.entries({ here: opened, ...(elsewhere && { elsewhere }) }))
        for (const problem of problems) console.error(`${app.name}, ${place}: ${problem}`);
      for (const [place, { opens, worker }] of Object.entries({ here: opened, ...(elsewhere && { elsewhere }) }))
        if (!opens || !worker) console.error(`${app.name}, ${place}: ${opens ? 'no worker runs' : 'the room does not open'}`);
      const isWell = ({ opens, worker, problems }: Opened) => opens && worker && problems.length === 0;
      const elsewhereIsWell = app.withoutWorkerElsewhere ? elsewhere?.opens : !elsewhere || isWell(elsewhere);
      failed += Number(!isWell(opened) || !elsewhereIsWell);
      const { opens, worker, problems, bytes } = opened;
      const yes = (value: boolean) => (value ? 'yes' : no);
      const warnings = problems.length === 0 ? 'none' : `**${problems.length}**`;
      const size = `${(bytes / 1024).toFixed(0)} KB`;
      row = `| ${app.name} | ${yes(opens)} | ${yes(worker)} | ${warnings} | ${elsewhere ? yes(isWell(elsewhere)) : ''} | ${size} | ${app.note} |`;
    } catch (error) {
      failed++;
      console.error(`${app.name}: ${error instanceof Error ? error.message : error}`);
      row = `| ${app.name} | ${no} | | | | | |`;
    }
    console.log(row);
    rows.set(app.name, row);
    writeTable();
  }
} finally {
  await browser.close();
  rmSync(rooms, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;

/** Writes the rows so far. Those of apps that were not tried now stay as they were. */
function writeTable(): void {
  const file = join(root, 'docs/embedding.md');
  const text = readFileSync(file, 'utf8');
  const [begin, end] = ['<!-- matrix -->\n', '\n<!-- /matrix -->'];
  const [before, after] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  const old = new Map(
    text
      .slice(before, after)
      .split('\n')
      .map(line => [line.split('|')[1]?.trim() ?? '', line]),
  );
  const table = [
    '| page | opens | worker runs | warnings | from another origin | code paid | to do |',
    '|---|---|---|---|---|---|---|',
    ...apps.flatMap(({ name }) => rows.get(name) ?? old.get(name) ?? []),
  ];
  writeFileSync(file, `${text.slice(0, before)}\n${table.join('\n')}\n${text.slice(after)}`);
}
