import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleScript } from '../../vite.import-scripts.ts';

let folder: string;

// As the command runs it: a file of its own, in a process of its own.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-script-'));
  writeFileSync(join(folder, 'run-script.cjs'), await bundleScript('src/node/run-script.ts'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script in a process of its own. @returns what it printed, and what became of its code. */
function run(hash: string, env: Record<string, string> = {}): { readonly out: string; readonly isKept: boolean } {
  const start = `require('./run-script.cjs').runScript(require.resolve('./a.script'), '${hash}').start()`;
  const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_DEBUG: 'foyer', ...env } } as const;
  const all = execFileSync(
    process.execPath,
    ['-e', `console.error = console.log; process.stderr.write = process.stdout.write.bind(process.stdout); ${start}`],
    options,
  );
  const lines = all.trim().split('\n');
  return { out: lines.filter(line => !line.startsWith('FOYER')).join('\n'), isKept: all.includes('its code is kept') };
}

const script = (word: string): void =>
  writeFileSync(
    join(folder, 'a.script'),
    `const { basename } = require('node:path');
     exports.start = () => importModule('node:os').then(os => console.log('${word}', basename(__filename), typeof os.EOL));`,
  );

it('runs a script that requires and imports, with and without code that was kept', () => {
  script('one');
  expect(run('1')).toEqual({ out: 'one a.script string', isKept: false });
  expect(readdirSync(folder).filter(name => name.endsWith('.code'))).toEqual([]);
  expect(run('1', { FOYER_KEEP_CODE: '1' })).toEqual({ out: 'one a.script string', isKept: false });
  expect(run('1')).toEqual({ out: 'one a.script string', isKept: true });
});

it('takes no code of another text, nor code that is cut', () => {
  script('two');
  expect(run('2')).toEqual({ out: 'two a.script string', isKept: false });
  run('2', { FOYER_KEEP_CODE: '1' });
  const [code] = readdirSync(folder).filter(name => name.includes('.2.') && name.endsWith('.code'));
  writeFileSync(join(folder, code), Buffer.from('no code'));
  expect(run('2')).toEqual({ out: 'two a.script string', isKept: false });
});

it('takes no code of which a bit has changed, which V8 does not notice', () => {
  script('three');
  run('4', { FOYER_KEEP_CODE: '1' });
  expect(run('4').isKept).toBe(true);
  const [code] = readdirSync(folder).filter(name => name.includes('.4.') && name.endsWith('.code'));
  const bytes = readFileSync(join(folder, code));
  for (const at of [bytes.byteLength >> 1, bytes.byteLength - 1]) {
    const changed = Buffer.from(bytes);
    changed[at] ^= 1;
    writeFileSync(join(folder, code), changed);
    expect(run('4')).toEqual({ out: 'three a.script string', isKept: false });
  }
});

it('keeps code from several threads that run one script', () => {
  // Large, so that a write takes a while.
  const functions = Array.from({ length: 20_000 }, (_, i) => `f${i}() { return [${i}, 'word ${i}']; }`);
  writeFileSync(
    join(folder, 'b.script'),
    `exports.all = { ${functions.join(',')} }; for (const f of Object.values(exports.all)) f();`,
  );
  const thread =
    "require('./run-script.cjs').runScript(require.resolve('./b.script'), '3'); setTimeout(() => process.exit(), 2000);";
  writeFileSync(join(folder, 'thread.cjs'), thread);
  const start = "for (let i = 0; i < 4; i++) new (require('node:worker_threads').Worker)('./thread.cjs')";
  execFileSync(process.execPath, ['-e', start], { cwd: folder, stdio: 'pipe', env: { ...process.env, FOYER_KEEP_CODE: '1' } });
  expect(readdirSync(folder).filter(name => name.includes('b.script.3.')).length).toBeGreaterThan(0);
});
