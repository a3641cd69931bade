import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ResourceFolder } from '../../../src/import/write/resource-folder.ts';

const MEMORY = '/dev/shm';
const device = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.dev;
const isOther = device(MEMORY) !== undefined && device(MEMORY) !== device(tmpdir());

it.skipIf(!isOther)('writes a room to a folder on another disk than what lies beside it', async () => {
  const here = mkdtempSync(join(tmpdir(), 'foyer-'));
  const there = mkdtempSync(join(MEMORY, 'foyer-'));
  try {
    const out = join(here, 'out');
    symlinkSync(there, out);
    const store = new ResourceFolder(out);
    const { url } = await store.put(Uint8Array.of(1, 2, 3), 'image/webp');
    await store.commit('room.json', JSON.stringify({ url }));
    expect([...readFileSync(join(there, url))]).toEqual([1, 2, 3]);
    expect(readdirSync(there).sort()).toEqual(['resources', 'room.json']);
    expect(readdirSync(join(there, 'resources'))).toHaveLength(1);
    expect(readdirSync(here)).toEqual(['out']);
  } finally {
    for (const folder of [here, there]) rmSync(folder, { recursive: true });
  }
});
