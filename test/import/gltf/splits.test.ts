import { describe, expect, it } from 'vitest';
import { decodeMesh } from '../../../src/assets/meshes/decode-mesh.ts';
import type { MeshAsset } from '../../../src/assets/meshes/mesh-asset.ts';
import type { SkeletonAsset } from '../../../src/assets/motion/skeleton-asset.ts';
import type { SourceProduct } from '../../../src/import/model/source-model.ts';
import { writeMesh } from '../../../src/import/write/meshes/mesh-writer.ts';
import { Gltf, IDENTITY } from './build.ts';
import { multiply, transform, worldMatrices } from './pose.ts';

const OPTIONS = { count: 0, maxError: 0.02, maxWeights: 4 };

/** A row of triangles along x, one a joint, each bound to its joint and the next; the joints stand apart and are turned. */
async function row(joints: number) {
  const gltf = new Gltf();
  const nodes = Array.from({ length: joints }, (_, j) =>
    gltf.add('nodes', {
      name: `j${j}`,
      translation: [j * 0.1, 0.01 * (j % 7), 0],
      rotation: [0, 0, Math.sin(j / 9), Math.cos(j / 9)],
    }),
  );
  const inverseBind = nodes.flatMap((_, j) => [...IDENTITY.slice(0, 12), -j * 0.1, 0, 0, 1]);
  const positions = nodes.flatMap((_, j) => [j * 0.1, 0, 0, j * 0.1 + 0.08, 0, 0, j * 0.1, 0.5, 0]);
  const attributes = {
    POSITION: gltf.floats('VEC3', ...positions),
    NORMAL: gltf.floats('VEC3', ...nodes.flatMap(() => [0, 0, 1, 0, 0, 1, 0, 0, 1])),
    JOINTS_0: gltf.accessor(
      'VEC4',
      Uint16Array.from(nodes.flatMap((_, j) => [0, 1, 2].flatMap(() => [j, (j + 1) % joints, 0, 0]))),
    ),
    WEIGHTS_0: gltf.floats('VEC4', ...nodes.flatMap(() => [0, 1, 2].flatMap(() => [0.75, 0.25, 0, 0]))),
  };
  const skin = gltf.add('skins', { joints: nodes, inverseBindMatrices: gltf.floats('MAT4', ...inverseBind) });
  gltf.add('nodes', { mesh: gltf.mesh({ attributes }), skin });
  return gltf.avatar();
}

/** Every corner of every triangle as the source has it, posed in doubles. */
function cornersOfSource({ parts, skin }: SourceProduct, skeleton?: SkeletonAsset): number[][] {
  const worlds = skeleton && worldMatrices(skeleton);
  const palette = skin?.joints.map((name, j) =>
    multiply(worlds![skeleton!.names.indexOf(name)], [...skin.inverseBind.subarray(16 * j, 16 * j + 16)]),
  );
  return parts.flatMap(({ index, positions, joints, weights }) =>
    [...index].map(v =>
      posedVertex(
        [...positions.subarray(3 * v, 3 * v + 3)],
        palette,
        joints?.subarray(4 * v, 4 * v + 4),
        weights?.subarray(4 * v, 4 * v + 4),
      ),
    ),
  );
}

/** The same of what the browser decodes. */
function cornersOfAsset({ parts }: MeshAsset, skeleton?: SkeletonAsset): number[][] {
  const worlds = skeleton && worldMatrices(skeleton);
  return parts.flatMap(({ levels: [{ index, attributes }], skin, transform: placed }) => {
    const palette = skin?.joints.map((name, j) =>
      multiply(worlds![skeleton!.names.indexOf(name)], [...skin.inverseBind.subarray(16 * j, 16 * j + 16)]),
    );
    const { array, itemSize, normalized } = attributes.POSITION;
    return [...index].map(v => {
      const point = [0, 1, 2].map(k => array[v * itemSize + k] / (normalized ? 32767 : 1));
      const local = transform([...placed], point);
      const four = (a: { array: ArrayLike<number> } | undefined) => a && Array.from({ length: 4 }, (_, k) => a.array[4 * v + k]);
      return posedVertex(
        local,
        palette,
        four(attributes.JOINTS_0),
        four(attributes.WEIGHTS_0)?.map(w => w / 255),
      );
    });
  });
}

function posedVertex(
  point: number[],
  palette: number[][] | undefined,
  joints?: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number[] {
  if (!palette || !joints || !weights) return point;
  return [0, 1, 2].map(c => [0, 1, 2, 3].reduce((sum, k) => sum + weights[k] * transform(palette[joints[k]], point)[c], 0));
}

describe('a mesh that exceeds one draw call', () => {
  it.each([68, 69, 150])('splits %i joints into skins of at most 68 and keeps every corner in place', async joints => {
    const { worn, skeleton } = await row(joints);
    const { glb, parts } = await writeMesh(worn, OPTIONS);
    const asset = decodeMesh(glb, 'row.glb');
    expect(parts).toBe(Math.ceil(joints / 68));
    for (const { skin } of asset.parts) expect(skin!.joints.length).toBeLessThanOrEqual(68);
    const [before, after] = [cornersOfSource(worn, skeleton), cornersOfAsset(asset, skeleton)];
    expect(after).toHaveLength(before.length);
    nearest(before, after);
  });

  it('splits more than 65,535 vertices and keeps every triangle', { timeout: 60_000 }, async () => {
    const gltf = new Gltf();
    const side = 257;
    const positions = new Float32Array(side * side * 3);
    for (let i = 0; i < side * side; i++) positions.set([i % side, Math.floor(i / side), Math.sin(i)], i * 3);
    const index = new Uint32Array((side - 1) ** 2 * 6);
    for (let y = 0, at = 0; y + 1 < side; y++)
      for (let x = 0; x + 1 < side; x++, at += 6) {
        const v = y * side + x;
        index.set([v, v + 1, v + side, v + side, v + 1, v + side + 1], at);
      }
    const normals = new Float32Array(positions.length).map((_, i) => Number(i % 3 === 2));
    const attributes = { POSITION: gltf.accessor('VEC3', positions), NORMAL: gltf.accessor('VEC3', normals) };
    gltf.add('nodes', { mesh: gltf.mesh({ attributes, indices: gltf.accessor('SCALAR', index) }) });
    const { glb, triangles, parts } = await writeMesh(await gltf.product(), OPTIONS);
    expect(side * side).toBeGreaterThan(65_535);
    expect([triangles, parts]).toEqual([index.length / 3, 2]);
    const asset = decodeMesh(glb, 'grid.glb');
    let corners = 0;
    for (const { levels } of asset.parts) {
      const [{ index: read, attributes: decoded }] = levels;
      expect(decoded.POSITION.array.length / decoded.POSITION.itemSize).toBeLessThanOrEqual(65_535);
      corners += read.length;
    }
    expect(corners).toBe(index.length);
  });
});

/** Each corner of `before` has one of `after` within 2 mm, and the other way round. */
function nearest(before: number[][], after: number[][]): void {
  for (const [from, to] of [
    [before, after],
    [after, before],
  ])
    expect(Math.max(...from.map(p => Math.min(...to.map(q => Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])))))).toBeLessThan(
      2e-3,
    );
}
