import { BackSide, DataTexture, MeshBasicMaterial, MeshNormalMaterial, MeshStandardMaterial } from 'three';
import { expect, it } from 'vitest';
import { surfaceFor } from '../../../src/render/materials/plain-materials.ts';
import { ALPHA, LIT, MAP, MASK, nameOf } from '../../../src/render/materials/surface-variant.ts';

it("a stand-in for three's own material follows its changes", () => {
  const material = new MeshStandardMaterial({ color: 0xffffff });
  const surface = surfaceFor(material)!;
  expect(nameOf(surface.variant)).toBe('lit');
  material.color.setRGB(0, 1, 0);
  material.map = new DataTexture(new Uint8Array(4), 1, 1);
  material.alphaTest = 0.3;
  material.side = BackSide;
  material.depthTest = false;
  expect(surfaceFor(material)).toBe(surface);
  expect([...surface.baseColor]).toEqual([0, 1, 0, 1]);
  expect(surface).toMatchObject({
    variant: LIT | MAP | ALPHA | MASK,
    alphaCutoff: expect.closeTo(0.3),
    side: BackSide,
    depthTest: false,
  });
  Object.assign(material, { transparent: true, opacity: 0.5, map: null, alphaTest: 0, depthTest: true });
  surfaceFor(material);
  expect(surface).toMatchObject({ variant: LIT | ALPHA, transparent: true, depthWrite: false, depthTest: true });
  expect(surface.baseColor[3]).toBe(0.5);
  expect(surfaceFor(new MeshBasicMaterial())!.variant).toBe(0);
  expect(surfaceFor(new MeshNormalMaterial())).toBeUndefined();
});
