import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Document, type Material, NodeIO, type Texture } from '@gltf-transform/core';
import { validateBytes } from 'gltf-validator';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeMesh } from '../../../src/assets/meshes/decode-mesh.ts';
import { importModels } from '../../../src/import/import-models.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'light-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A square of 1 m with two UV sets, the second half as large, and what `finish` does to its material. */
async function square(
  finish: (material: Material, textures: { wood: Texture; light: Texture }, document: Document) => void,
  moving = false,
): Promise<string> {
  const document = new Document();
  const buffer = document.createBuffer();
  const accessor = (type: 'VEC2' | 'VEC3' | 'VEC4' | 'SCALAR', array: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>) =>
    document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
  // 128 pixels: large enough to have a high texture as well.
  const pixels = (color: (x: number) => readonly number[]) =>
    sharp(
      Uint8Array.from({ length: 128 * 128 * 3 }, (_, i) => color(Math.floor(i / 3) % 128)[i % 3]),
      {
        raw: { width: 128, height: 128, channels: 3 },
      },
    )
      .png()
      .toBuffer();
  const texture = async (name: string, color: (x: number) => readonly number[]) =>
    document
      .createTexture(name)
      .setImage(new Uint8Array(await pixels(color)))
      .setMimeType('image/png');
  const wood = await texture('wood', x => [150, 100 + (x >> 1), 40]);
  const light = await texture('light', x => (x < 64 ? [0, 0, 0] : [255, 255, 255]));
  const material = document.createMaterial('wood').setBaseColorTexture(wood).setMetallicFactor(0);
  // So that the file lists it as texture 1, whoever else names it.
  document.createMaterial('of nobody').setBaseColorTexture(light);
  finish(material, { wood, light }, document);
  const primitive = document
    .createPrimitive()
    .setMaterial(material)
    .setIndices(accessor('SCALAR', Uint16Array.of(0, 1, 2, 0, 2, 3)))
    .setAttribute('POSITION', accessor('VEC3', Float32Array.of(0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0)))
    .setAttribute('NORMAL', accessor('VEC3', Float32Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1)))
    .setAttribute('TEXCOORD_0', accessor('VEC2', Float32Array.of(0, 1, 1, 1, 1, 0, 0, 0)))
    .setAttribute('TEXCOORD_1', accessor('VEC2', Float32Array.of(0, 0.5, 0.5, 0.5, 0.5, 0, 0, 0)));
  const node = document.createNode('square').setMesh(document.createMesh('square').addPrimitive(primitive));
  document.createScene().addChild(node);
  if (moving) {
    const sampler = document
      .createAnimationSampler()
      .setInput(accessor('SCALAR', Float32Array.of(0, 1)))
      .setOutput(accessor('VEC3', Float32Array.of(0, 0, 0, 1, 0, 0)));
    const channel = document.createAnimationChannel().setSampler(sampler).setTargetNode(node).setTargetPath('translation');
    document.createAnimation('slide').addSampler(sampler).addChannel(channel);
  }
  const path = join(folder, 'square.glb');
  await writeFile(path, await new NodeIO().writeBinary(document));
  return path;
}

/** Imports it, and reads back what was written. */
async function imported(path: string) {
  const report = await importModels([path], join(folder, 'out'), { ktx2: false });
  const { denormalized } = JSON.parse(readFileSync(join(folder, 'out/room.json'), 'utf8'));
  const edges = Object.values(
    denormalized as Record<string, { data?: Record<string, string>; relations?: Record<string, string> }>,
  );
  const mesh = edges.find(e => e.data?.kind === 'mesh');
  const file = join(folder, 'out', mesh?.relations?.ref ?? '');
  const bytes = new Uint8Array(readFileSync(file));
  const { issues } = await validateBytes(bytes);
  const [part] = (await decodeMesh(bytes, file)).parts;
  return {
    warnings: report.models[0].warnings,
    slots: edges.filter(e => e.data?.kind === 'texture' && e.data.tier === 'low').map(e => e.data?.slot),
    errors: issues.messages.filter(m => m.severity === 0),
    part,
  };
}

describe('light maps', () => {
  it('keep an occlusion map on the second UV set as a separate texture', async () => {
    const path = await square((material, { light }) => {
      material.setOcclusionTexture(light);
      material.getOcclusionTextureInfo()?.setTexCoord(1);
    });
    const { part, slots, errors, warnings } = await imported(path);
    expect(errors).toEqual([]);
    expect(slots.sort()).toEqual(['wood', 'wood: light']);
    expect(part.material.lightMap).toBe('wood: light');
    const uv = part.levels[0].attributes.TEXCOORD_1;
    expect(Math.max(...(uv?.array ?? []))).toBe(Math.round(0.5 * 65535));
    expect(part.levels[0].attributes.COLOR_0).toBeUndefined();
    expect(warnings).toEqual(["material wood: occlusion map 'light' became a light map"]);
  });

  it('come from extras.lightMap; a missing texture causes a warning', async () => {
    const named = await imported(await square(material => material.setExtras({ lightMap: { index: 1 } })));
    expect(named.slots.sort()).toEqual(['wood', 'wood: light']);
    expect(named.part.material.lightMap).toBe('wood: light');
    rmSync(join(folder, 'out'), { recursive: true });
    const wrong = await imported(await square(material => material.setExtras({ lightMap: { index: 9 } })));
    expect(wrong.slots).toEqual(['wood']);
    expect(wrong.warnings[0]).toMatch(/extras\.lightMap names no texture/);
  });

  it('do not exist in moving models: occlusion goes to the vertices, and an unused second UV set is not written', async () => {
    const path = await square((material, { light }) => {
      material.setOcclusionTexture(light);
      material.getOcclusionTextureInfo()?.setTexCoord(1);
    }, true);
    const { part, slots, errors } = await imported(path);
    expect(errors).toEqual([]);
    expect(slots).toEqual(['wood']);
    expect(part.material.lightMap).toBeUndefined();
    expect(part.levels[0].attributes.TEXCOORD_1).toBeUndefined();
    expect(part.levels[0].attributes.COLOR_0).toBeDefined();
    expect(readdirSync(join(folder, 'out'))).toContain('room.json');
  });
});
