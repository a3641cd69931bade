import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FormatError } from '../../src/core/errors.ts';
import { type ImportOptions, importModels } from '../../src/import/import-models.ts';
import type { SourceProduct } from '../../src/import/model/source-model.ts';
import { type ReadModel, readModel } from '../../src/import/reading/read-model.ts';
import { UnreadableModels } from '../../src/import/report/refused-models.ts';
import { Gltf } from './gltf/build.ts';
import { checker, sheet } from './write/fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-left-out-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const product = (name: string, size: number): SourceProduct => ({
  name,
  parts: [sheet(size)],
  textures: [{ slot: 'cloth', width: 80, height: 80, rgba: checker(80, 80) }],
});

/** Reads `unwritable.glb` as a model whose picture is no picture, which only the writer notices; refuses `unreadable.glb`. */
const read: ReadModel = async files => {
  const [file] = [files].flat();
  if (file === 'unreadable.glb') throw new FormatError('the file is empty', { url: file });
  const [name] = file.split('.');
  const good = product(name, 2 + name.length);
  const bad = { ...good, textures: [{ slot: 'cloth', width: 9, height: 9, rgba: new Uint8Array(4) }] };
  return { name, bytes: 1, warnings: [], product: name === 'unwritable' ? bad : good };
};

const out = () => join(folder, 'out');
const importing = (files: readonly string[], more: ImportOptions = {}) =>
  importModels(files, out(), { ktx2: false, levels: 1, read, ...more });

describe('a model that cannot be written', () => {
  it.each([
    ['as it is', {}],
    ['with baked light', { bake: { rays: 8 } }],
  ])('is left out, and the room is that of the others, %s', async (_, more) => {
    const { models, errors, room } = await importing(['chair.glb', 'unwritable.glb', 'unreadable.glb', 'lamp.glb'], more);
    expect(models.map(m => m.name)).toEqual(['chair', 'lamp']);
    expect(room.products.map(p => p.name)).toEqual(['chair', 'lamp']);
    expect(errors).toEqual([
      { file: 'unreadable.glb', message: 'the file is empty: unreadable.glb' },
      { file: 'unwritable.glb', message: '9 x 9 pixels of 4 bytes at texture cloth, got 4: unwritable.glb' },
    ]);
    const written = readFileSync(join(out(), 'room.json'), 'utf8');
    const files = readdirSync(join(out(), 'resources'));
    rmSync(out(), { recursive: true });
    // The same as if it had not been named.
    await importing(['chair.glb', 'lamp.glb'], more);
    expect(readFileSync(join(out(), 'room.json'), 'utf8')).toBe(written);
    expect(readdirSync(join(out(), 'resources'))).toEqual(files);
    expect(readdirSync(folder)).toEqual(['out']);
  });

  it('refuses all where it is alone, or with --strict', async () => {
    await expect(importing(['unwritable.glb'])).rejects.toThrow('9 x 9 pixels of 4 bytes');
    await expect(importing(['chair.glb', 'unwritable.glb'], { strict: true })).rejects.toThrow('9 x 9 pixels of 4 bytes');
    const both = await importing(['unwritable.glb', 'unreadable.glb']).catch((error: unknown) => error);
    expect(both).toBeInstanceOf(UnreadableModels);
    expect((both as UnreadableModels).errors.map(error => error.url)).toEqual(['unreadable.glb', 'unwritable.glb']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('changes no clips of another, and those that only it could take are left out too', async () => {
    const moving = (name: string, joint: string, mesh: boolean): string => {
      const gltf = new Gltf();
      const node = gltf.add('nodes', { name: joint, ...(mesh ? { mesh: gltf.mesh() } : {}) });
      gltf.animate(node, 'translation', [0, 1], [0, 0, 0, 0, 1, 0], {}, name);
      const path = join(folder, `${name}.gltf`);
      writeFileSync(path, gltf.bytes());
      return path;
    };
    const figure = moving('idle', 'hips', true);
    const ghost = moving('ghost', 'cloud', true);
    const files = [figure, moving('walk', 'hips', false), ghost, moving('float', 'cloud', false)];
    const reading: ReadModel = async path => {
      const model = await readModel(path);
      if (path[0] !== ghost || !model.avatar) return model;
      const bad = { slot: model.avatar.outfit[0].product.parts[0].material.name, width: 9, height: 9, rgba: new Uint8Array(4) };
      return {
        ...model,
        avatar: { ...model.avatar, outfit: [{ product: { ...model.avatar.outfit[0].product, textures: [bad] } }] },
      };
    };
    const { models, errors } = await importing(files, { read: reading });
    expect(models.map(({ name, clips }) => [name, clips])).toEqual([['idle', 2], ['walk', 1]]); // biome-ignore format: one line
    expect(errors.map(({ file }) => file)).toEqual([ghost, files[3]]);
  });
});
