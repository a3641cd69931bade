import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolder } from '../../src/server/make-folder.ts';

const temporary = mkdtempSync(join(tmpdir(), 'foyer-make-folder-'));
afterAll(() => rmSync(temporary, { recursive: true }));

it('makes a folder and those above it, once or twice', () => {
  const folder = join(temporary, 'a/b/c');
  makeFolder(folder);
  makeFolder(folder);
  expect(existsSync(folder)).toBe(true);
});

it('refuses a name that a file has', () => {
  writeFileSync(join(temporary, 'file'), '');
  expect(() => makeFolder(join(temporary, 'file'))).toThrow('EEXIST');
  expect(() => makeFolder(join(temporary, 'file/below'))).toThrow(/ENOTDIR|EEXIST/);
});

it.skipIf(!existsSync('/proc/self'))('ends where a file system refuses new folders with ENOENT', () => {
  expect(() => makeFolder('/proc/foyer/data')).toThrow('ENOENT');
});
