import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../../src/node/make-folder.ts';

it('creates a folder with its parents, twice at once and again, and tells what is in the way', async () => {
  const base = mkdtempSync(join(tmpdir(), 'foyer-'));
  try {
    const deep = join(base, 'a', 'b', 'c');
    await Promise.all([makeFolder(deep), makeFolder(deep)]);
    await makeFolder(deep);
    expect(existsSync(deep)).toBe(true);
    writeFileSync(join(base, 'file'), '');
    await expect(makeFolder(join(base, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(base, 'file', 'x'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  } finally {
    rmSync(base, { recursive: true });
  }
});

it('creates a folder that others create at the same time, each time', async () => {
  const base = mkdtempSync(join(tmpdir(), 'foyer-'));
  try {
    // One try in ten failed where one saw no parent, and then a parent that another had just created.
    for (let i = 0; i < 200; i++) {
      const deep = join(base, String(i), 'a', 'b');
      await Promise.all([makeFolder(deep), makeFolder(deep), makeFolder(deep)]);
      expect(existsSync(deep)).toBe(true);
    }
  } finally {
    rmSync(base, { recursive: true });
  }
});

it.skipIf(process.platform !== 'linux')('ends where the system says that a parent is missing which is there', async () => {
  await expect(makeFolder('/proc/foyer/a')).rejects.toMatchObject({ code: 'ENOENT' });
});
