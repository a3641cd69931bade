import { IcosahedronGeometry } from 'three';
import { mergeVertices } from 'three/examples/jsm/utils/BufferGeometryUtils.js';
import { describe, expect, it } from 'vitest';
import { decodeMesh } from '../../../../src/assets/meshes/decode-mesh.ts';
import type { SourcePart } from '../../../../src/import/model/source-model.ts';
import { areasAround, visibleDeviation } from '../../../../src/import/write/levels/level-deviation.ts';
import { writeMesh } from '../../../../src/import/write/meshes/mesh-writer.ts';
import { material, sheet } from '../fixtures.ts';

/** A ball whose texture has one colour for each half, in opposite corners of the texture. */
function twoColoured(fineness: number): SourcePart {
  const geometry = new IcosahedronGeometry(1, fineness);
  geometry.deleteAttribute('uv');
  const whole = mergeVertices(geometry);
  const positions = Float32Array.from(whole.attributes.position.array);
  const index = Array.from(whole.index?.array ?? []);
  const out = { positions: [] as number[], uvs: [] as number[], index: [] as number[] };
  const places = new Map<string, number>();
  for (let t = 0; t < index.length; t += 3) {
    const middle = index.slice(t, t + 3).reduce((sum, v) => sum + positions[v * 3 + 1], 0);
    const uv = middle > 0 ? 0.1 : 0.9;
    for (const v of index.slice(t, t + 3)) {
      const key = `${v} ${uv}`;
      if (!places.has(key)) {
        places.set(key, out.positions.length / 3);
        out.positions.push(...positions.subarray(v * 3, v * 3 + 3));
        out.uvs.push(uv, uv);
      }
      out.index.push(places.get(key) as number);
    }
  }
  const array = Float32Array.from(out.positions);
  return {
    material: material('skin'),
    positions: array,
    normals: array,
    uvs: Float32Array.from(out.uvs),
    index: Uint32Array.from(out.index),
  };
}

const options = { count: 6, maxError: 0.3, maxWeights: 4 };

describe('far levels of detail', () => {
  it('go down to a few triangles, ever farther from the finest', async () => {
    const { glb } = await writeMesh({ name: 'ball', parts: [twoColoured(12)], textures: [] }, options);
    const [{ levels }] = (await decodeMesh(Uint8Array.from(glb), 'ball.glb')).parts;
    const triangles = levels.map(({ index }) => index.length / 3);
    expect(triangles[0]).toBeGreaterThan(3000);
    expect(triangles[triangles.length - 1]).toBeLessThan(250);
    // Fewer triangles than a draw call costs are not worth a level.
    for (let i = 1; i < levels.length; i++) expect(triangles[i - 1] - triangles[i]).toBeGreaterThanOrEqual(130);
    for (let i = 1; i < levels.length; i++) expect(levels[i].error).toBeGreaterThanOrEqual(levels[i - 1].error);
    // Twice the distance: a rigid part.
    expect(levels[levels.length - 1].error).toBeLessThan(0.6);
  });

  it('show no colour between two that meet at a seam of the texture', async () => {
    const { glb } = await writeMesh({ name: 'ball', parts: [twoColoured(12)], textures: [] }, options);
    const [{ levels }] = (await decodeMesh(Uint8Array.from(glb), 'ball.glb')).parts;
    for (const { index, attributes } of levels) {
      const uv = attributes.TEXCOORD_0?.array ?? [];
      for (let t = 0; t < index.length; t += 3) {
        const u = [0, 1, 2].map(k => uv[index[t + k] * 2] / 65535);
        expect(Math.max(...u) - Math.min(...u)).toBeLessThan(0.1);
      }
    }
  });

  it('keep morph targets and joints of the vertices that they move', async () => {
    const skin = { joints: ['a', 'b', 'c'], inverseBind: new Float32Array(48).map((_, i) => ((i % 16) % 5 === 0 ? 1 : 0)) };
    const part = {
      ...sheet(24, 3),
      morphTargets: [{ name: 'up', positions: new Float32Array(25 * 25 * 3).map((_, i) => (i % 3 === 1 ? 0.1 : 0)) }],
    }; // prettier-ignore
    const { glb } = await writeMesh({ name: 'sheet', parts: [part], skin, textures: [] }, options);
    const [{ levels, morphTargets }] = (await decodeMesh(Uint8Array.from(glb), 'sheet.glb')).parts;
    const { POSITION, WEIGHTS_0 } = levels[0].attributes;
    const finest = 1 + levels[0].index.reduce((a, b) => Math.max(a, b), 0);
    expect(POSITION.array.length / 3).toBeGreaterThan(finest);
    expect(morphTargets[0].position.length).toBe(POSITION.array.length);
    for (const vertex of new Set(levels.flatMap(({ index }) => [...index]))) {
      const weights = WEIGHTS_0?.array.slice(vertex * 4, vertex * 4 + 4) ?? [];
      expect([...weights].reduce((a, b) => a + b, 0)).toBe(255);
      expect(morphTargets[0].position[vertex * 3 + 1]).toBe(morphTargets[0].position[1]);
    }
  });
});

describe('visibleDeviation', () => {
  it('counts a small piece at most as far as it is wide', () => {
    // Two squares of 1 x 1 and 0.1 x 0.1.
    const square = (side: number) => [0, 0, 0, side, 0, 0, side, side, 0, 0, side, 0];
    const positions = Float32Array.from([...square(1), ...square(0.1)]);
    const areas = areasAround(positions, Uint32Array.of(0, 1, 2, 0, 2, 3, 4, 5, 6, 4, 6, 7));
    expect(areas.reduce((a, b) => a + b, 0)).toBeCloseTo(1.01);
    expect(visibleDeviation(Float32Array.of(0, 0, 0, 0, 5, 5, 5, 5), areas)).toBeCloseTo(0.1);
    expect(visibleDeviation(Float32Array.of(0.3, 0.3, 0.3, 0.3, 5, 5, 5, 5), areas)).toBeCloseTo(0.3);
  });
});
