import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { importCommand } from '../../../src/cli/import/import.ts';
import { INTERRUPTED } from '../../../src/node/interruption.ts';
import { Gltf } from '../../import/gltf/build.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-interrupt-'));
  mkdirSync(join(folder, 'tmp'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function model(i: number): Uint8Array {
  const gltf = new Gltf();
  gltf.add('nodes', { mesh: gltf.mesh(), scale: [i, 1, 1] });
  return gltf.bytes();
}

/** Writes an archive of many models, which takes seconds to import. */
function archive(): string {
  const path = join(folder, 'pack.zip');
  writeFileSync(path, zipSync(Object.fromEntries(Array.from({ length: 800 }, (_, i) => [`${i}.gltf`, model(i + 1)]))));
  return path;
}

const command = (...args: string[]) =>
  spawn(process.execPath, ['--import', 'tsx', resolve(import.meta.dirname, '../../../src/cli/main.ts'), ...args], {
    env: { ...process.env, TMPDIR: join(folder, 'tmp') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const unpacked = (): string[] => readdirSync(join(folder, 'tmp')).filter(name => name.startsWith('foyer-zip-'));
const staged = (): string[] => readdirSync(folder).filter(name => name.includes('.partial-'));

it.skipIf(process.platform === 'win32')(
  'Ctrl-C deletes what was unpacked and written, and ends the command by its signal',
  async () => {
    const child = command('import', archive(), '--out', join(folder, 'out'), '--cache', join(folder, 'cache'), '--no-ktx2');
    let told = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (told += data));
    const ended = new Promise(done => child.once('exit', (code, signal) => done([code, signal])));
    while (child.exitCode === null && (unpacked().length === 0 || staged().length === 0)) await new Promise(setImmediate);
    child.kill('SIGINT');
    expect(await ended).toEqual([null, 'SIGINT']);
    expect([...unpacked(), ...staged()]).toEqual([]);
    expect(existsSync(join(folder, 'out'))).toBe(false);
    expect(told).toBe('');
  },
);

it('a signal that is aborted before the command starts leaves nothing', async () => {
  const lines: string[] = [];
  const tell = (line: string) => lines.push(line);
  const terminal = { out: tell, err: tell, interactive: false, signal: AbortSignal.abort() };
  const args = [archive(), '--out', join(folder, 'out'), '--cache', join(folder, 'cache')];
  expect(await importCommand(args, terminal)).toBe(INTERRUPTED);
  expect(lines).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual(['pack.zip', 'tmp']);
});
