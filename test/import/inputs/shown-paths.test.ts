import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRoomDescription } from '../../../src/import/described-room/read-room-description.ts';
import { importModels } from '../../../src/import/import-models.ts';
import { withShownFolder } from '../../../src/import/inputs/shown-paths.ts';

describe('paths in messages', () => {
  let folder: string;
  let out: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'foyer-shown-'));
    out = join(folder, 'out');
    const buffers = [{ uri: 'gone%20here.bin', byteLength: 36 }];
    const accessors = [{ bufferView: 0, componentType: 5126, count: 3, type: 'VEC3' }];
    const meshes = [{ primitives: [{ attributes: { POSITION: 0 } }] }];
    const bufferViews = [{ buffer: 0, byteLength: 36 }];
    const json = { asset: { version: '2.0' }, nodes: [{ mesh: 0 }], meshes, accessors, bufferViews, buffers };
    mkdirSync(join(folder, 'pack', 'sub'), { recursive: true });
    writeFileSync(join(folder, 'pack', 'sub', 'chair.gltf'), JSON.stringify(json));
    writeFileSync(join(folder, 'cut.gltf'), '{');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are those that the user wrote; a name in a model is quoted as it stands there', async () => {
    const pack = relative('.', join(folder, 'pack'));
    for (const name of [pack, `${pack}/`]) {
      const error = await importModels([name], out).catch((e: Error) => e.message);
      expect(error).toBe(
        `the file cannot be opened (there is no such file) at buffers[0].uri, got "gone%20here.bin": ${join(pack, 'sub', 'chair.gltf')}`,
      );
    }
    const room = relative('.', join(folder, 'room.json'));
    writeFileSync(room, JSON.stringify({ name: 'x', models: { c: 'cut.gltf' }, furniture: [{ model: 'c' }] }));
    const error = await readRoomDescription(room).catch((e: Error) => e.message);
    expect(error).toMatch(/^not readable as JSON/);
    expect(error).toContain(`: ${relative('.', join(folder, 'cut.gltf'))}`);
    expect(error).not.toContain(`"${folder}`);
  });

  it.each([
    ['/a/pack/x.glb: odd', ['/a/pack', '.'], 'x.glb: odd'],
    ['"/a/pack/x.glb" is odd', ['/a/pack', './pack/'], '"pack/x.glb" is odd'],
    ['leads out of the folder /a/pack', ['/a/pack', '.'], 'leads out of the folder .'],
    ['/a/packs/x.glb, /b/a/pack/x.glb', ['/a/pack', 'p'], '/a/packs/x.glb, /b/a/pack/x.glb'],
    ['/a (1)+/x.glb', ['/a (1)+', 'p.zip'], 'p.zip/x.glb'],
  ] as const)('%s in %j is shown as %s', (text, shown, expected) => {
    expect(withShownFolder(text, shown)).toBe(expected);
  });
});
