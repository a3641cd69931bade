import { describe, expect, it } from 'vitest';
import { decodeMesh } from '../../../../src/assets/meshes/decode-mesh.ts';
import { writeMesh } from '../../../../src/import/write/meshes/mesh-writer.ts';
import { bentSheet, sheet } from '../fixtures.ts';

/** How far the surface of `index`, a height over x and z, lies from each point in `from`, at most; metres. */
function deviation(
  points: readonly number[][],
  index: ArrayLike<number>,
  from: ArrayLike<number> = points.map((_, i) => i),
): number {
  let worst = 0;
  for (const vertex of new Set(Array.from(from))) {
    const [x, y, z] = points[vertex];
    let nearest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < index.length; i += 3) {
      const [a, b, c] = [0, 1, 2].map(k => points[index[i + k]]);
      const area = (b[0] - a[0]) * (c[2] - a[2]) - (c[0] - a[0]) * (b[2] - a[2]);
      const u = ((b[0] - x) * (c[2] - z) - (c[0] - x) * (b[2] - z)) / area;
      const v = ((c[0] - x) * (a[2] - z) - (a[0] - x) * (c[2] - z)) / area;
      if (u < -1e-3 || v < -1e-3 || u + v > 1.001) continue;
      nearest = Math.min(nearest, Math.abs(u * a[1] + v * b[1] + (1 - u - v) * c[1] - y));
    }
    // A corner that was cut off has no surface over it.
    if (nearest < Number.POSITIVE_INFINITY) worst = Math.max(worst, nearest);
  }
  return worst;
}

describe('levels of detail', () => {
  it('state an upper bound of their distance from the finest in metres; each aims at twice the distance', async () => {
    const part = sheet(24);
    const { glb } = await writeMesh({ name: 'sheet', parts: [part], textures: [] }, { count: 3, maxError: 0.05, maxWeights: 4 });
    const [decoded] = (await decodeMesh(Uint8Array.from(glb), 'sheet.glb')).parts;
    expect(decoded.levels.length).toBeGreaterThan(2);
    const { array } = decoded.levels[0].attributes.POSITION;
    const m = decoded.transform;
    const unit = array instanceof Int16Array ? 32767 : 1;
    const points = Array.from({ length: array.length / 3 }, (_, v) =>
      [0, 1, 2].map(k => (array[v * 3 + k] / unit) * m[k * 5] + m[12 + k]),
    );
    for (const [i, level] of decoded.levels.entries()) {
      if (i === 0) continue;
      expect(level.error).toBeGreaterThan(decoded.levels[i - 1].error);
      expect(level.index.length).toBeLessThan(decoded.levels[i - 1].index.length * 0.81);
      // Straight up and down is a little more than to the nearest place: slopes reach 0.14.
      expect(deviation(points, level.index, decoded.levels[0].index)).toBeLessThanOrEqual(level.error * 1.02);
    }
  });

  it('keep the vertices where a skinned mesh bends, even if it is modelled flat', async () => {
    const flat = bentSheet(24, 6);
    const { positions } = flat.parts[0];
    for (let i = 1; i < positions.length; i += 3) positions[i] = 0;
    const { glb } = await writeMesh(flat, { count: 3, maxError: 0.05, maxWeights: 4 });
    const [{ levels }] = (await decodeMesh(Uint8Array.from(glb), 'flat.glb')).parts;
    const { POSITION, JOINTS_0, WEIGHTS_0 } = levels[0].attributes;
    // Every other joint goes up: heights are what the vertices' joints make of them.
    const lifted = Array.from({ length: POSITION.array.length / 3 }, (_, v) => {
      let height = 0;
      for (let k = v * 4; k < v * 4 + 4; k++)
        height += ((WEIGHTS_0?.array[k] ?? 0) / 255) * ((JOINTS_0?.array[k] ?? 0) % 2 ? 0.1 : 0);
      return [POSITION.array[v * 3] / 65534, height, POSITION.array[v * 3 + 2] / 65534];
    });
    expect(levels.length).toBe(4);
    for (const level of levels) expect(deviation(lifted, level.index)).toBeLessThan(0.001);
  });

  it('share the vertices and weights of the finest in skinned meshes', async () => {
    const { glb } = await writeMesh(bentSheet(24, 6), { count: 3, maxError: 0.05, maxWeights: 4 });
    const [part] = (await decodeMesh(Uint8Array.from(glb), 'bent.glb')).parts;
    expect(part.levels.length).toBeGreaterThan(1);
    for (const level of part.levels) expect(level.attributes.WEIGHTS_0).toBe(part.levels[0].attributes.WEIGHTS_0);
  });

  // The simplifier goes by means: made once, half of this sheet's triangles lie up to 0.97 mm off; the worst vertex held fast, 0.55.
  it('are made again until no vertex is much farther away than the rest', async () => {
    const part = sheet(24);
    part.positions[(12 * 25 + 12) * 3 + 1] += 0.1;
    const { glb } = await writeMesh({ name: 'sheet', parts: [part], textures: [] }, { count: 1, maxError: 0.2, maxWeights: 4 });
    const [{ levels }] = (await decodeMesh(Uint8Array.from(glb), 'sheet.glb')).parts;
    expect(levels[1].index.length).toBeLessThanOrEqual(levels[0].index.length / 2);
    // Twice the distance, because the part is rigid; 0.0002 of it is what the rounding of positions adds. Made once: 0.0021.
    expect(levels[1].error).toBeLessThan(0.0017);
  });
});
