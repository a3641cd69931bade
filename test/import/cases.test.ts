import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { roomCommand } from '../../src/cli/import/import.ts';
import { type ImportOptions, type ImportReport, importModels } from '../../src/import/import-models.ts';
import type { ImportedModel } from '../../src/import/model/imported-model.ts';
import { readModel } from '../../src/import/reading/read-model.ts';

// Small inputs that the importer got wrong, each for a kind; ../shared/cases/import/README.md says what is right.
const cases = resolve(import.meta.dirname, '../../../shared/cases/import');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-cases-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Imports the file; what it became stands in `model`, and all of it has been read back. */
async function importing(
  file: string,
  more: Partial<ImportOptions> = {},
): Promise<{ model: ImportedModel; report: ImportReport; all: string }> {
  let model: ImportedModel | undefined;
  const read: ImportOptions['read'] = async (files, options) => (model = await readModel(files, options));
  const report = await importModels([join(cases, file)], join(folder, 'out'), { ktx2: false, read, ...more });
  if (!model) throw new Error('nothing was read');
  return { model, report, all: [...report.models.flatMap(m => m.warnings), ...report.room.warnings].join('\n') };
}

const partsOf = (model: ImportedModel) => (model.product ?? model.avatar?.outfit[0].product)?.parts ?? [];

describe.skipIf(!existsSync(cases))('../shared/cases/import', () => {
  const rows: [string, RegExp | undefined, ((model: ImportedModel, report: ImportReport) => void)?, Partial<ImportOptions>?][] = [
    ['scene-lists-child.gltf', /node .*: the scene lists it, and its parent is in no scene; drawn with its own transform/],
    ['joints-without-skin.gltf', undefined, model => expect(partsOf(model)[0].joints).toBeUndefined()],
    ['meshopt-no-fallback/meshopt-no-fallback.gltf', undefined],
    [
      'cal3d-counted-morphs/tri.cfg',
      undefined,
      model => expect(partsOf(model)[0].morphTargets?.map(t => t.name)).toEqual(['smile']),
    ],
    ['nan-normal.gltf', /NORMAL is no number at 1 vertex; computed anew/],
    ['nan-position.gltf', /2 triangles are left out/],
    ['nan-anim.gltf', /animation bad: left out/, model => expect(model.avatar?.clips.map(c => c.name)).toEqual(['good'])],
    ['pic-jpeg-no-eoi.glb', /cut or damaged/, model => expect(model.product?.textures).toHaveLength(1)],
    ['texture-missing.gltf', /picture "gone\.png" is left out/],
    ['data-uri-spaces.gltf', undefined],
    ['uri-backslash.gltf', /tex\/a\.png is taken/, model => expect(model.product?.textures).toHaveLength(1)],
    ['uri-parent-folder/gltf/model.gltf', /leads out of the model's folder: --root DIR/],
    [
      'uri-parent-folder/gltf/model.gltf',
      undefined,
      model => expect(model.product?.textures).toHaveLength(1),
      { root: join(cases, 'uri-parent-folder') },
    ],
    ['utm.gltf', /moved to the origin/, model => expect(Math.max(...partsOf(model)[0].positions)).toBeLessThan(100)],
    ['long-clip-name.gltf', undefined, model => expect(model.avatar?.clips[0].name).toHaveLength(200)],
    ['materials-1030.glb', /1030 materials became 1, their colours at the vertices/],
    ['skin-cm.gltf', /taken for centimetres/, model => expect(model.avatar?.height).toBeCloseTo(2)],
    ['double-sided-leaf.gltf', undefined, (_, report) => expect(report.room.products[0].triangles).toBe(8)],
    ['vrm0-rigid.vrm', undefined, model => expect(model.avatar?.skeleton.humanoid).toHaveProperty('hips')],
    ['big-vertex-colors.gltf', undefined, (_, report) => expect(report.room.products[0].triangles).toBeGreaterThan(12)],
    ['dark-colour.gltf', undefined],
    [
      'glass-transmission.gltf',
      /transmission is drawn as blending/,
      model => expect(partsOf(model)[0].material.alphaMode).toBe('blend'),
    ],
    ['colors-u16-unnormalized.gltf', /taken as if they were/],
    ['texcoord-missing.gltf', /has a texture and no TEXCOORD_0/],
    ['morph-eight.gltf', /8 morph targets always move together: made 1/],
    ['slow-hidden.glb', undefined, (_, report) => expect(report.room.products[0].triangles).toBe(192_012)],
  ];
  it.each(rows)('%s imports, and opens', async (file, warning, holds, more) => {
    const { model, report, all } = await importing(file, more);
    expect(existsSync(join(folder, 'out', 'room.json'))).toBe(true);
    if (warning) expect(all).toMatch(warning);
    holds?.(model, report);
  });

  it('unpacks-to-80mb.glb becomes several products, each within the limit of the reader', { timeout: 120_000 }, async () => {
    const { report, all } = await importing('unpacks-to-80mb.glb', { levels: 0 });
    expect(all).toMatch(/became 4 products, because a mesh may unpack to 64 MiB/);
    expect(report.room.products.map(p => p.name)).toContain('unpacks-to-80mb (4 of 4)');
    expect(report.room.products.reduce((sum, p) => sum + p.triangles, 0)).toBe(2_560_000);
  });

  it('clip-only.glb joins the avatar of the same import', async () => {
    await expect(importing('clip-only.glb')).rejects.toThrow(/import it together with the avatar whose joints they move/);
  });

  it('room-over-itself: an input is never an output', async () => {
    const err: string[] = [];
    const room = join(cases, 'room-over-itself', 'room.json');
    const terminal = { out: () => {}, err: (line: string) => err.push(line), interactive: false };
    const before = readFileSync(room, 'utf8');
    expect(await roomCommand([room, '--out', join(cases, 'room-over-itself')], terminal)).toBe(2);
    expect(err[0]).toMatch(/would write over it/);
    expect(readFileSync(room, 'utf8')).toBe(before);
  });
});
