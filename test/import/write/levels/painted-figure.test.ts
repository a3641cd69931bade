import { validateBytes } from 'gltf-validator';
import { expect, it } from 'vitest';
import { decodeMesh } from '../../../../src/assets/meshes/decode-mesh.ts';
import type { SourceTexture } from '../../../../src/import/model/source-model.ts';
import { writeMesh } from '../../../../src/import/write/meshes/mesh-writer.ts';
import { bentSheet, checker } from '../fixtures.ts';

/** A smooth ramp from black to red, which colours of vertices show as well as the texture does. */
const ramp = Uint8Array.from({ length: 64 * 64 * 4 }, (_, i) => (i % 4 === 3 ? 255 : i % 4 === 0 ? ((i >> 2) % 64) * 4 : 0));

async function written(rgba: Uint8Array, product = bentSheet(40, 3), more: Partial<SourceTexture> = {}) {
  const texture: SourceTexture = { slot: 'cloth', width: 64, height: 64, rgba, ...more };
  return writeMesh({ ...product, textures: [texture] }, { count: 6, maxError: 0.3, maxWeights: 4 });
}

it('a figure of smooth colours is painted: its file has the colours, the reader reads them, and the validator finds no error', async () => {
  const { glb, painted } = await written(ramp);
  expect(painted).toEqual(['cloth']);
  const { issues } = await validateBytes(glb);
  expect(issues.messages.filter(({ severity }) => severity === 0)).toEqual([]);
  const [{ levels }] = decodeMesh(Uint8Array.from(glb), 'sheet.glb').parts;
  expect(levels.length).toBeGreaterThan(2);
  for (const { index, attributes } of levels) {
    const paint = attributes._FOYER_PAINT?.array ?? [];
    for (const v of index) {
      const u = (attributes.TEXCOORD_0?.array[v * 2] ?? 0) / 65535;
      // Colours are the best for all levels together, so those of one vertex may be off.
      expect(Math.abs(paint[v * 4] - u * 252)).toBeLessThan(24);
    }
  }
});

it('a figure whose texture shows more than its vertices can is not painted', async () => {
  const { glb, painted } = await written(checker(64, 64));
  expect(painted).toEqual([]);
  const [{ levels }] = decodeMesh(Uint8Array.from(glb), 'sheet.glb').parts;
  for (const { attributes } of levels) expect(attributes._FOYER_PAINT).toBeUndefined();
});

it('a figure whose texture ends at its sides is painted as it is drawn', async () => {
  const sheet = bentSheet(40, 3);
  const beside = {
    ...sheet,
    parts: sheet.parts.map(part => ({ ...part, uvs: (part.uvs ?? new Float32Array()).map((x, i) => (i % 2 ? x : x + 1)) })),
  };
  const { glb } = await written(ramp, beside, { sampling: { wrapS: 'clamp', wrapT: 'repeat', nearest: false } });
  const [{ levels }] = decodeMesh(Uint8Array.from(glb), 'sheet.glb').parts;
  const paint = levels[0].attributes._FOYER_PAINT?.array ?? [];
  for (const v of levels[0].index) expect(paint[v * 4]).toBe(252);
});
