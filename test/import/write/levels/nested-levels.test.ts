import { expect, it } from 'vitest';
import { decodeMesh } from '../../../../src/assets/meshes/decode-mesh.ts';
import { writeMesh } from '../../../../src/import/write/meshes/mesh-writer.ts';
import { ball } from './ball.ts';

/** Whether a ray from the origin leaves through a triangle, farther out than `least`. */
function covered(direction: readonly number[], triangles: readonly (readonly (readonly number[])[])[], least: number): boolean {
  const cross = (a: readonly number[], b: readonly number[]) => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const dot = (a: readonly number[], b: readonly number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  return triangles.some(([a, b, c]) => {
    const volume = dot(a, cross(b, c));
    const u = dot(direction, cross(b, c)) / volume;
    const v = dot(direction, cross(c, a)) / volume;
    const w = dot(direction, cross(a, b)) / volume;
    return u >= -1e-6 && v >= -1e-6 && w >= -1e-6 && 1 / (u + v + w) > least;
  });
}

it('no level lets the ball in a cup show through the cup', async () => {
  const [ballRadius, rim] = [0.985, 0.6];
  const parts = [ball(ballRadius, 12, 0), ball(1, 12, 0, rim)];
  const skin = { joints: ['head'], inverseBind: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1) };
  const { glb } = await writeMesh({ name: 'in a cup', parts, skin, textures: [] }, { count: 3, maxError: 0.1, maxWeights: 4 });
  const [{ levels, bounds }] = (await decodeMesh(Uint8Array.from(glb), 'cup.glb')).parts;
  expect(levels.length).toBeGreaterThan(2);
  // Positions of a skin are quantized: the cup's lowest vertex has the largest number.
  const lowest = Math.max(...Array.from(levels[0].attributes.POSITION.array, Math.abs));
  for (const [i, level] of levels.entries()) {
    const { array } = level.attributes.POSITION;
    const place = (v: number) => [0, 1, 2].map(k => (array[v * 3 + k] / lowest) * bounds.max[0]);
    const radius = (v: number) => Math.hypot(...place(v));
    const triangles = Array.from({ length: level.index.length / 3 }, (_, t) => [0, 1, 2].map(k => level.index[t * 3 + k]));
    const cup = triangles.filter(t => t.every(v => radius(v) > (1 + ballRadius) / 2)).map(t => t.map(place));
    const under = [...new Set(level.index)].filter(v => radius(v) < (1 + ballRadius) / 2 && place(v)[1] < rim - 0.25);
    // What the cup hides all around only the finest has.
    if (i > 0) expect(under.length).toBeLessThan(200);
    expect(
      under.filter(
        v =>
          !covered(
            place(v).map(x => x / radius(v)),
            cup,
            radius(v),
          ),
      ).length,
    ).toBe(0);
  }
});
