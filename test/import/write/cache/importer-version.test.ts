import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moduleVersion } from '../../../../src/import/write/cache/importer-version.ts';

describe('moduleVersion', () => {
  let folder = '';
  let versions = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foyer-version-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Writes three modules, each of which needs the next one. @returns the first one's version. */
  async function versionWith(last: string, unused = ''): Promise<string> {
    const at = (name: string) => join(folder, name);
    await writeFile(at('unused.ts'), `export type Unused = '${unused}';`);
    await writeFile(at('last.ts'), last);
    await writeFile(at('middle.ts'), "import './first.ts';\nexport {\n  last,\n} from './last.ts';");
    await writeFile(at('first.ts'), "import type { Unused } from './unused.ts';\nimport { last } from './middle.ts';\nlast();");
    // Versions are remembered by URL.
    return moduleVersion(`${pathToFileURL(at('first.ts')).href}#${++versions}`);
  }

  it('changes with the code of a module that the module runs', async () => {
    const before = await versionWith('export const last = () => 1;');
    expect(await versionWith('export const last = () => 1;')).toBe(before);
    expect(await versionWith('export const last = () => 2;')).not.toBe(before);
  });

  it('does not change with a module that gives types alone', async () => {
    const before = await versionWith('export const last = () => 1;', 'a');
    expect(await versionWith('export const last = () => 1;', 'b')).toBe(before);
  });
});
