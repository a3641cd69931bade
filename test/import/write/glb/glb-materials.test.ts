import { expect, it } from 'vitest';
import { JsonCursor } from '../../../../src/assets/gltf/json-cursor.ts';
import { readMaterial } from '../../../../src/assets/gltf/read-material.ts';
import type { MaterialDescription } from '../../../../src/assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../../../src/assets/meshes/plain-material.ts';
import type { GlbBuilder } from '../../../../src/import/write/glb/glb-builder.ts';
import { addMaterials } from '../../../../src/import/write/glb/glb-materials.ts';

/** Writes a material and reads it back. */
function again(material: MaterialDescription): { read: MaterialDescription; factor: number[] | undefined; used: string[] } {
  const used: string[] = [];
  const glb = { json: { asset: { version: '2.0' } }, useExtension: (name: string) => used.push(name) } as unknown as GlbBuilder;
  addMaterials(glb, [material]);
  const written = glb.json.materials?.[0] as { emissiveFactor?: number[] } | undefined;
  return { read: readMaterial(new JsonCursor(written, 'materials[0]', 'a.glb')), factor: written?.emissiveFactor, used };
}

it('what emits is read as it was written, above 1 too', () => {
  const bright = plainMaterial({ name: 'lamp', emissive: [2.5, 0.5, 0], emits: [0.25, 0.5, 0] });
  const { read, factor, used } = again(bright);
  expect(read).toEqual({ ...bright, emissive: [2.5, expect.closeTo(0.5, 6), 0] });
  expect(factor).toEqual([1, 0.2, 0]);
  expect(used).toEqual(['KHR_materials_emissive_strength']);
});

it('what emits up to 1 needs no extension', () => {
  const dim = plainMaterial({ name: 'screen', emissive: [0.5, 1, 0] });
  expect(again(dim)).toEqual({ read: dim, factor: [0.5, 1, 0], used: [] });
});
