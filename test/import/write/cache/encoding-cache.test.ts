import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { encodingCache } from '../../../../src/import/write/cache/encoding-cache.ts';

const folder = mkdtempSync(join(tmpdir(), 'foyer-encodings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('warns once where encodings that are made at one time cannot be kept, and gives them all', async () => {
  writeFileSync(join(folder, 'file'), '');
  const warnings: string[] = [];
  const cache = encodingCache(join(folder, 'file', 'cache'), warning => warnings.push(warning));
  const made = await Promise.all([1, 2, 3, 4].map(n => cache.get(`key ${n}`, async () => Uint8Array.of(n))));
  expect(made.map(([n]) => n)).toEqual([1, 2, 3, 4]);
  expect(warnings).toEqual([expect.stringMatching(/^the cache .* cannot be written \(something in its path is a file\)/)]);
});
