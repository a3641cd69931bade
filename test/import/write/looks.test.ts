import { describe, expect, it } from 'vitest';
import { decodeMesh } from '../../../src/assets/meshes/decode-mesh.ts';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import type { SourcePart } from '../../../src/import/model/source-model.ts';
import { writeMesh } from '../../../src/import/write/meshes/mesh-writer.ts';
import { packPart, quantizationVolume, weld } from '../../../src/import/write/meshes/packed-part.ts';
import { smoothColours } from '../../../src/import/write/meshes/smooth-colours.ts';
import { turnBackFaces } from '../../../src/import/write/meshes/turn-back-faces.ts';
import { encodeColor } from '../../../src/render/materials/lighting.ts';

const QUAD = [0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0];
const TETRAHEDRON = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1];
const OUTWARD = [0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3];

function surface(positions: number[], index: number[], material = {}, more: Partial<SourcePart> = {}): SourcePart {
  return {
    material: plainMaterial({ name: 'leaf', doubleSided: true, ...material }),
    positions: Float32Array.from(positions),
    normals: Float32Array.from(positions, (_, i) => (i % 3 === 2 ? 1 : 0)),
    index: Uint32Array.from(index),
    ...more,
  };
}
const turned = (part: SourcePart) => turnBackFaces(weld(packPart(part, quantizationVolume([part]), 4)));

describe('double-sided surfaces', () => {
  it('get backs with their own normals', () => {
    const { material, attributes, index } = turned(surface(QUAD, [0, 1, 2, 0, 2, 3]));
    expect(material.doubleSided).toBe(false);
    expect([...index]).toEqual([0, 1, 2, 0, 2, 3, 4, 5, 6, 4, 7, 5]);
    const normalZ = [...(attributes.NORMAL?.data ?? [])].filter((_, i) => i % 3 === 2);
    expect(normalZ).toEqual([127, 127, 127, 127, -127, -127, -127, -127]);
    const at = (v: number) => [...attributes.POSITION.data.subarray(v * 3, v * 3 + 3)];
    expect([4, 5, 6].map(at)).toEqual([0, 2, 1].map(at));
  });

  it('get no back where they are closed; they do if inside out or with holes', () => {
    expect(turned(surface(TETRAHEDRON, OUTWARD)).index).toHaveLength(12);
    expect(turned(surface(TETRAHEDRON, [...OUTWARD].reverse())).index).toHaveLength(24);
    expect(turned(surface(TETRAHEDRON, OUTWARD, { alphaMode: 'mask' })).index).toHaveLength(24);
    expect(turned(surface(TETRAHEDRON, OUTWARD.slice(3))).index).toHaveLength(18);
  });

  it('keep a closed piece beside an open one unchanged', () => {
    const both = [...TETRAHEDRON.map(x => x + 5), ...QUAD];
    expect(turned(surface(both, [...OUTWARD, 4, 5, 6, 4, 6, 7])).index).toHaveLength(12 + 12);
  });

  it.each([{ unlit: true }, { baked: true }])('stay unchanged where they are unlit: %j', material => {
    const part = turned(surface(QUAD, [0, 1, 2, 0, 2, 3], material));
    expect(part.material.doubleSided).toBe(true);
    expect(part.index).toHaveLength(6);
  });

  it('that blend are drawn back first, unlit ones too, and in the order of the file', async () => {
    for (const unlit of [false, true]) {
      const part = surface(QUAD, [0, 1, 2, 0, 2, 3], { alphaMode: 'blend', unlit });
      const { material, index } = turned(part);
      expect(material.doubleSided).toBe(false);
      expect([...index]).toEqual([4, 5, 6, 4, 7, 5, 0, 1, 2, 0, 2, 3]);
    }
    const strip = Array.from({ length: 200 }, (_, i) => [i, 0, 0, i, 1, 0, i + 1, 0, 0]).flat();
    const triangles = Array.from({ length: 200 }, (_, t) => [(t * 77) % 200]).flatMap(([t]) => [3 * t, 3 * t + 1, 3 * t + 2]);
    const part = surface(strip, triangles, { alphaMode: 'blend', doubleSided: false });
    const { glb } = await writeMesh({ name: 'hair', parts: [part], textures: [] }, { count: 0, maxError: 0.3, maxWeights: 4 });
    const [{ levels }] = decodeMesh(glb, 'hair').parts;
    const { array, itemSize } = levels[0].attributes.POSITION;
    const xs = Array.from({ length: 200 }, (_, t) =>
      Math.min(...[0, 1, 2].map(k => array[levels[0].index[t * 3 + k] * itemSize])),
    );
    const step = (xs.reduce((a, b) => Math.max(a, b)) - Math.min(...xs)) / 199;
    expect(xs.map(x => Math.round((x - Math.min(...xs)) / step))).toEqual(xs.map((_, t) => (t * 77) % 200));
  });

  it('single-sided surfaces stay unchanged', () => {
    expect(turned(surface(QUAD, [0, 1, 2, 0, 2, 3], { doubleSided: false })).index).toHaveLength(6);
  });
});

describe('vertex colours', () => {
  const painted = (...grey: number[]) =>
    surface(QUAD, [0, 1, 2, 0, 2, 3], {}, { colors: Float32Array.from(grey.flatMap(g => [g, g, g, 1])) });

  it('that vary across a large face get vertices until they match linear light', () => {
    const part = smoothColours(painted(0, 1, 1, 0), 1);
    expect(part.index.length / 3).toBeGreaterThan(8);
    // Half way is half the light.
    const middle = [...part.positions.keys()].filter(v => part.positions[v * 3] === 0.5 && part.positions[v * 3 + 1] === 0);
    expect(part.colors?.[middle[0] * 4]).toBe(0.5);
  });

  it('of nearly one value, or on a face that is small in the model, stay unchanged', () => {
    expect(smoothColours(painted(0.5, 0.55, 0.5, 0.55), 1).index).toHaveLength(6);
    expect(smoothColours(painted(0, 1, 1, 0), 100).index).toHaveLength(6);
  });
});

describe('dark colours', () => {
  it('are encoded by the curve of sRGB', () => {
    expect([0.0005, 0.002, 0.005, 0.01].map(x => Math.round(encodeColor(x) * 255))).toEqual([2, 7, 16, 25]);
    expect(encodeColor(1)).toBeCloseTo(1);
    expect(encodeColor(-1)).toBe(0);
  });
});
