import { type BufferAttribute, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import type { MeshPart, UnpreparedPart } from '../../../src/assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import { preparePart } from '../../../src/assets/meshes/prepare-part.ts';
import { encode } from '../../../src/core/encode-light.ts';
import {
  createPartMesh,
  disposePartMesh,
  identityPalette,
  type PartData,
  setMap,
} from '../../../src/render/geometry/part-mesh.ts';
import { encodeColor } from '../../../src/render/materials/lighting.ts';
import { WHITE } from '../../../src/render/materials/surface-material.ts';
import { ALPHA, COLOR, LIT, MAP, MASK } from '../../../src/render/materials/surface-variant.ts';

const identity = new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);

function part(changes: Partial<UnpreparedPart> = {}, material: Partial<MeshPart['material']> = {}): MeshPart {
  return preparePart({ ...unprepared(material), ...changes });
}

function unprepared(material: Partial<MeshPart['material']> = {}): UnpreparedPart {
  return {
    material: plainMaterial({ name: 'wood', baseColor: [1, 0.5, 0, 0.5], ...material }),
    levels: [
      {
        index: Uint16Array.of(0, 1, 2),
        error: 0,
        attributes: {
          POSITION: { array: Int16Array.of(0, 0, 0, 32767, 0, 0, 0, 32767, 0), itemSize: 3, normalized: true },
          NORMAL: { array: Int8Array.of(0, 0, 127, 0, 0, 127, 0, 0, 127), itemSize: 3, normalized: true },
          TEXCOORD_0: { array: new Float32Array(6), itemSize: 2, normalized: false },
          COLOR_0: { array: Uint8Array.of(255, 64, 0, 255, 64, 0, 255, 64, 0), itemSize: 3, normalized: true },
        },
      },
    ],
    transform: identity,
    skin: undefined,
    morphTargets: [],
    bounds: { min: [0, 0, 0], max: [1, 1, 0] },
  };
}

describe('createPartMesh', () => {
  it('encodes base colour and vertex colour once, at load', () => {
    const mesh = createPartMesh(part());
    expect(mesh.material.baseColor[1]).toBeCloseTo(encodeColor(0.5));
    const color = mesh.geometry.getAttribute('color') as BufferAttribute;
    expect(Array.from(color.array.slice(0, 4))).toEqual([255, Math.round(255 * encode(64 / 255)), 0, 255]);
  });

  it('chooses the variant by attributes and material', () => {
    expect(createPartMesh(part()).material.variant).toBe(LIT | COLOR);
    expect(createPartMesh(part({}, { baked: true })).material.variant).toBe(COLOR);
    expect(createPartMesh(part({}, { unlit: true, alphaMode: 'mask' })).material.variant).toBe(COLOR | ALPHA | MASK);
    expect(createPartMesh(part({}, { alphaMode: 'blend' })).material.transparent).toBe(true);
  });

  it('setMap turns the texture on and off', () => {
    const mesh = createPartMesh(part());
    setMap(mesh, WHITE);
    expect(mesh.material.variant & MAP).toBe(MAP);
    setMap(mesh, null);
    expect(mesh.material.variant & MAP).toBe(0);
    expect(mesh.material.map).toBeNull();
  });

  it('gives errors of rigid levels in attribute units, those of skins in metres', () => {
    const [finest] = unprepared().levels;
    const transform = identity.map(x => x * 0.5);
    const levels = [finest, { ...finest, error: 0.1 }];
    expect(createPartMesh(part({ levels, transform })).userData.foyer.levels[1].error).toBeCloseTo(0.2);
  });

  it('keeps few joints a vertex on coarse levels of a skin', () => {
    const [{ attributes, index }] = unprepared().levels;
    const skinned = {
      ...attributes,
      JOINTS_0: { array: Uint8Array.of(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3), itemSize: 4, normalized: false },
      WEIGHTS_0: { array: Uint8Array.of(90, 60, 55, 50, 90, 60, 55, 50, 90, 60, 55, 50), itemSize: 4, normalized: true },
    } as const;
    const levels = [0, 0.02, 0.05].map(error => ({ attributes: skinned, index, error }));
    const skin = { joints: ['a', 'b', 'c', 'd'], inverseBind: new Float32Array(64) };
    const made = createPartMesh(part({ levels, skin })).userData.foyer as PartData;
    expect(made.levels.map(l => l.ranges.map(r => r.joints))).toEqual([[4], [2], [1]]);
    expect([...made.levels[1].geometry.getAttribute('aWeights').array.slice(0, 4)]).toEqual([153, 102, 0, 0]);
  });

  it('takes colours of a painted level, which a texture that it was not painted from has no use for', () => {
    const [{ attributes, index }] = part().levels;
    const { COLOR_0: _, ...plain } = attributes;
    const bytes = (...array: number[]) => ({
      array: Uint8Array.from([...array, ...array, ...array]),
      itemSize: 4,
      normalized: true,
    });
    const skinned = { ...plain, JOINTS_0: { ...bytes(0, 0, 0, 0), normalized: false }, WEIGHTS_0: bytes(255, 0, 0, 0) };
    const painted = { ...skinned, _FOYER_PAINT: bytes(9, 8, 7, 255) };
    const levels = [skinned, painted].map((own, i) => ({ index, error: i * 0.1, attributes: own }));
    const mesh = createPartMesh(part({ levels, skin: { joints: ['hips'], inverseBind: identity } }));
    const data = mesh.userData.foyer as PartData;
    expect(data.levels.map(level => level.painted ?? false)).toEqual([false, true]);
    expect([...data.levels[1].geometry.getAttribute('color').array.slice(0, 4)]).toEqual([9, 8, 7, 255]);
    expect(mesh.material.variant & COLOR).toBe(0);
    setMap(mesh, WHITE, true);
    expect(mesh.material.painted).toBe(true);
    setMap(mesh, WHITE);
    expect(mesh.material.painted).toBe(false);
  });

  it('gives bounds in attribute space, below the transform that dequantizes', () => {
    const transform = identity.slice();
    transform[0] = transform[5] = transform[10] = 4;
    transform[12] = 10;
    const mesh = createPartMesh(part({ transform, bounds: { min: [10, 0, 0], max: [14, 4, 0] } }));
    mesh.updateMatrixWorld();
    const sphere = mesh.geometry.boundingSphere!.clone().applyMatrix4(mesh.matrixWorld);
    expect(sphere.center.distanceTo(new Vector3(12, 2, 0))).toBeLessThan(1e-5);
    expect(sphere.radius).toBeCloseTo(Math.hypot(4, 4) / 2, 4);
  });

  it('shares attributes between levels that share them', () => {
    const one = unprepared();
    const levels = [one.levels[0], { ...one.levels[0], index: Uint16Array.of(0, 1, 2), error: 0.1 }];
    const mesh = createPartMesh(part({ levels }));
    const geometries = mesh.userData.foyer.levels.map((l: { geometry: typeof mesh.geometry }) => l.geometry);
    expect(geometries).toHaveLength(2);
    expect(geometries[0].getAttribute('position')).toBe(geometries[1].getAttribute('position'));
    let disposed = 0;
    for (const geometry of geometries) geometry.addEventListener('dispose', () => disposed++);
    disposePartMesh(mesh);
    expect(disposed).toBe(2);
  });
});

it('identityPalette leaves every joint in place', () => {
  const palette = identityPalette();
  for (const joint of [0, 33, 67]) {
    expect([0, 1, 2].map(row => Array.from(palette.slice(row * 272 + joint * 4, row * 272 + joint * 4 + 4)))).toEqual([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ]);
  }
});
