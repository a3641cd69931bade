import { NodeIO } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
import { meshopt } from '@gltf-transform/functions';
import { MeshoptDecoder, MeshoptEncoder } from 'meshoptimizer';
import { beforeAll, describe, expect, it } from 'vitest';
import { toFloats } from '../../../src/assets/gltf/accessors.ts';
import { meshoptReady } from '../../../src/assets/gltf/meshopt.ts';
import { decodeMesh } from '../../../src/assets/meshes/decode-mesh.ts';
import { FormatError } from '../../../src/core/errors.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { GlbBuilder, triangle } from '../make-glb.ts';

beforeAll(() => meshoptReady);

/** A bumpy sheet of n x n quads, 2 m wide, standing at x = 5 by its node. */
function sheet(n: number): Uint8Array<ArrayBuffer> {
  const glb = new GlbBuilder();
  const random = seededRandom(7);
  const side = n + 1;
  const positions = new Float32Array(side * side * 3);
  const normals = new Float32Array(side * side * 3);
  const uvs = new Float32Array(side * side * 2);
  const colors = new Uint8Array(side * side * 4);
  for (let i = 0; i < side * side; i++) {
    positions.set([((i % side) / n) * 2, random() * 0.1, (Math.floor(i / side) / n) * 2], i * 3);
    normals.set([0, 1, 0], i * 3);
    uvs.set([(i % side) / n, Math.floor(i / side) / n], i * 2);
    colors.set([255 * random(), 255 * random(), 255 * random(), 255], i * 4);
  }
  const index: number[] = [];
  for (let z = 0; z < n; z++)
    for (let x = 0; x < n; x++) {
      const a = z * side + x;
      index.push(a, a + side, a + 1, a + 1, a + side, a + side + 1);
    }
  const attributes = {
    POSITION: glb.accessor(positions, 'VEC3', { min: [0, 0, 0], max: [2, 0.1, 2] }),
    NORMAL: glb.accessor(normals, 'VEC3'),
    TEXCOORD_0: glb.accessor(uvs, 'VEC2'),
    COLOR_0: glb.accessor(colors, 'VEC4', { normalized: true }),
  };
  Object.assign(glb.json, {
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0, translation: [5, 0, 0] }],
    meshes: [{ primitives: [{ attributes, indices: glb.accessor(new Uint16Array(index), 'SCALAR'), material: 0 }] }],
    materials: [{ name: 'cloth', doubleSided: true, alphaMode: 'MASK', extras: { foyer: { baked: true } } }],
  });
  return glb.build();
}

async function compressed(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const io = new NodeIO()
    .registerExtensions(ALL_EXTENSIONS)
    .registerDependencies({ 'meshopt.encoder': MeshoptEncoder, 'meshopt.decoder': MeshoptDecoder });
  const document = await io.readBinary(bytes);
  await document.transform(meshopt({ encoder: MeshoptEncoder, level: 'high', quantizePosition: 14 }));
  return new Uint8Array(await io.writeBinary(document));
}

/** Where every corner of every triangle stands, in the space of the product. */
function corners(bytes: Uint8Array): number[][] {
  const [{ levels, transform }] = decodeMesh(bytes, 'sheet.glb').parts;
  const positions = toFloats(levels[0].attributes.POSITION);
  return Array.from(levels[0].index, i =>
    [0, 1, 2].map(
      row =>
        transform[row] * positions[i * 3] +
        transform[4 + row] * positions[i * 3 + 1] +
        transform[8 + row] * positions[i * 3 + 2] +
        transform[12 + row],
    ),
  );
}

describe('decodeMesh', () => {
  it('reads a plain triangle', () => {
    const { parts, bytes } = decodeMesh(triangle(), 't.glb');
    expect(parts).toHaveLength(1);
    expect(parts[0].material).toMatchObject({ name: 'wood', baseColor: [1, 1, 1, 1], alphaMode: 'opaque', doubleSided: false });
    expect([...parts[0].levels[0].index]).toEqual([0, 1, 2]);
    expect(parts[0].bounds).toEqual({ min: [0, 0, 0], max: [1, 2, 0] });
    expect(bytes).toBe(36 + 6 + 64);
  });

  it('reads quantized and compressed meshes as the same surface', async () => {
    const plain = sheet(12);
    const small = await compressed(plain);
    expect(small.length).toBeLessThan(plain.length * 0.6);
    const [part] = decodeMesh(small, 'sheet.glb').parts;
    expect(part.material).toMatchObject({ name: 'cloth', doubleSided: true, alphaMode: 'mask', baked: true });
    expect(part.levels[0].attributes.POSITION.array).not.toBeInstanceOf(Float32Array);
    expect(part.bounds.min[0]).toBeCloseTo(5, 3);
    expect(part.bounds.max[0]).toBeCloseTo(7, 3);
    // The encoder reorders triangles: compare the sets of corners, to a quantum of 2 m / 2^14 = 0.12 mm.
    const round = (points: number[][]) => new Set(points.map(p => p.map(x => Math.round(x * 100)).join()));
    const missing = [...round(corners(plain))].filter(p => !round(corners(small)).has(p));
    expect(missing.length).toBeLessThan(20); // those that stand on the edge of the rounding
    const nearest = corners(plain).map(p =>
      Math.min(...corners(small).map(q => Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]))),
    );
    expect(Math.max(...nearest)).toBeLessThan(2e-4);
  });

  it('shares arrays between primitives that share accessors', () => {
    const bytes = triangle(json => {
      const mesh = (json as never as { meshes: { primitives: object[] }[] }).meshes[0];
      mesh.primitives.push({ ...mesh.primitives[0] });
    });
    const { parts } = decodeMesh(bytes, 't.glb');
    expect(parts[0].levels[0].attributes.POSITION).toBe(parts[1].levels[0].attributes.POSITION);
    expect(parts[0].levels[0].index).toBe(parts[1].levels[0].index);
  });

  it('stacks node transforms, and scenes choose', () => {
    const bytes = triangle(json =>
      Object.assign(json, {
        nodes: [
          { children: [1], translation: [1, 0, 0] },
          { mesh: 0, scale: [2, 2, 2] },
          { mesh: 0, name: 'not in the scene' },
        ],
      }),
    );
    const { parts } = decodeMesh(bytes, 't.glb');
    expect(parts).toHaveLength(1);
    expect(parts[0].bounds).toEqual({ min: [1, 0, 0], max: [3, 4, 0] });
  });

  it('reads levels of detail with vertices of their own, moved into the space of the finest', () => {
    const bytes = triangle(json =>
      Object.assign(json, {
        nodes: [
          { mesh: 0, extensions: { MSFT_lod: { ids: [1, 2] } }, extras: { foyer: { lodError: [0.01, 0.1] } } },
          { mesh: 0 },
          { mesh: 0, translation: [0, 3, 0] },
        ],
      }),
    );
    const { parts } = decodeMesh(bytes, 't.glb');
    expect(parts).toHaveLength(1);
    const { levels } = parts[0];
    expect(levels.map(l => l.error)).toEqual([0, 0.01, 0.1]);
    expect(levels[1].attributes.POSITION).toBe(levels[0].attributes.POSITION);
    expect([...levels[2].attributes.POSITION.array]).toEqual([0, 3, 0, 1, 3, 0, 0, 5, 0]);
  });

  it('reads morph targets by name', () => {
    const glb = new GlbBuilder();
    const POSITION = glb.accessor(new Float32Array(9), 'VEC3');
    const smile = glb.accessor(new Int8Array([0, 0, 0, 127, 0, 0, 0, -127, 0]), 'VEC3', { normalized: true });
    Object.assign(glb.json, {
      nodes: [{ mesh: 0 }],
      meshes: [
        { primitives: [{ attributes: { POSITION }, targets: [{ POSITION: smile }, {}] }], extras: { targetNames: ['smile'] } },
      ],
    });
    const [{ morphTargets }] = decodeMesh(glb.build(), 'face.glb').parts;
    expect(morphTargets.map(t => t.name)).toEqual(['smile', 'target1']);
    expect([...morphTargets[0].position]).toEqual([0, 0, 0, 1, 0, 0, 0, -1, 0]);
  });
});

describe('a skinned mesh', () => {
  /** Two joints, 1 m apart; the attribute space is half the size of the product's. */
  function skinned(weights: number[], joints = [0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0]): Uint8Array<ArrayBuffer> {
    const glb = new GlbBuilder();
    const half = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0];
    Object.assign(glb.json, {
      scenes: [{ nodes: [0, 1, 2] }],
      nodes: [{ mesh: 0, skin: 0, translation: [9, 9, 9] }, { name: 'hips' }, { name: 'spine', translation: [0, 1, 0] }],
      skins: [
        {
          joints: [1, 2],
          inverseBindMatrices: glb.accessor(new Float32Array([...half, 0, 0, 0, 1, ...half, 0, -1, 0, 1]), 'MAT4'),
        },
      ],
      meshes: [
        {
          primitives: [
            {
              attributes: {
                POSITION: glb.accessor(new Float32Array([0, 0, 0, 0.5, 0, 0, 0, 1, 0]), 'VEC3'),
                JOINTS_0: glb.accessor(new Uint16Array(joints), 'VEC4'),
                WEIGHTS_0: glb.accessor(new Float32Array(weights), 'VEC4'),
              },
            },
          ],
        },
      ],
    });
    return glb.build();
  }
  const half = [0.5, 0.5, 0, 0];

  it('binds by name, ignores its node, and finds its bounds in the bind pose', () => {
    const [part] = decodeMesh(skinned([...half, ...half, 1, 0, 0, 0]), 's.glb').parts;
    expect(part.skin?.joints).toEqual(['hips', 'spine']);
    expect([...part.transform]).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    expect(part.bounds).toEqual({ min: [0, 0, 0], max: [1, 2, 0] });
  });

  it('gives every vertex weights that sum to 255', () => {
    const [part] = decodeMesh(skinned([1 / 3, 1 / 3, 1 / 3, 0, 0, 0, 0, 0, 2, -1, 0, 0]), 's.glb').parts;
    const { array } = part.levels[0].attributes.WEIGHTS_0!;
    expect([...array]).toEqual([85, 85, 85, 0, 255, 0, 0, 0, 255, 0, 0, 0]);
  });

  it('refuses a joint that the skin has not', () => {
    const run = () => decodeMesh(skinned([...half, ...half, 1, 0, 0, 0], [0, 1, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0]), 's.glb');
    expect(run).toThrow('vertex 2 names joint 2 of a skin of 2');
  });
});

describe('a hostile mesh', () => {
  const spoil = (path: string, value: unknown) =>
    triangle(json => {
      const keys = path.split('.');
      const last = keys.pop()!;
      let at: Record<string, never> = json as never;
      for (const key of keys) at = at[key];
      (at as Record<string, unknown>)[last] = value;
    });

  it.each([
    ['an index out of range', 'bufferViews.1.byteOffset', 12, 'names vertex'],
    ['an absurd count', 'accessors.0.count', 1e9, 'accessors[0].count'],
    ['a count past the view', 'accessors.0.count', 4, 'reaches past its buffer view'],
    ['a view past the file', 'bufferViews.0.byteLength', 1e6, 'bufferViews[0].byteLength'],
    ['a negative offset', 'accessors.0.byteOffset', -4, 'accessors[0].byteOffset'],
    ['an unknown component type', 'accessors.0.componentType', 5124, 'accessors[0].componentType'],
    ['positions of two numbers', 'accessors.0.type', 'VEC2', 'accessors[0].type'],
    ['a mesh that is not there', 'nodes.0.mesh', 3, 'nodes[0].mesh'],
    ['a node that is its own child', 'nodes.0.children', [0], 'its own ancestor'],
    ['a scale that is not finite', 'nodes.0.scale', [1, 1, null], 'nodes[0].scale[2]'],
    ['a rotation without length', 'nodes.0.rotation', [0, 0, 0, 0], 'no rotation'],
    ['lines', 'meshes.0.primitives.0.mode', 1, 'only triangles'],
    ['text for nodes', 'nodes', 'many', 'expected an array'],
    ['nothing to draw', 'meshes.0.primitives', [], 'draws nothing'],
    ['a prototype for a key', 'meshes.0.primitives.0.material', '__proto__', 'material'],
  ])('%s is one clear error', (_, path, value, words) => {
    const run = () => decodeMesh(spoil(path, value), 'bad.glb');
    expect(run).toThrow(FormatError);
    expect(run).toThrow(words);
    expect(run).toThrow('bad.glb');
  });

  it("two nodes that are each other's child", () => {
    const bytes = triangle(json => Object.assign(json, { nodes: [{ mesh: 0 }, { children: [2] }, { children: [1] }] }));
    expect(() => decodeMesh(bytes, 'bad.glb')).toThrow('its own ancestor');
  });

  it('positions that are not finite', () => {
    const glb = new GlbBuilder();
    const POSITION = glb.accessor(new Float32Array([0, 0, 0, 1, NaN, 0, 0, 1, 0]), 'VEC3');
    Object.assign(glb.json, { nodes: [{ mesh: 0 }], meshes: [{ primitives: [{ attributes: { POSITION } }] }] });
    expect(() => decodeMesh(glb.build(), 'bad.glb')).toThrow('not finite at accessors[0][4]');
  });

  it('any byte changed: either a mesh or a FormatError, never anything else', async () => {
    const random = seededRandom(20_14);
    const originals = [sheet(3), await compressed(sheet(3)), triangle()];
    let refused = 0;
    for (let round = 0; round < 900; round++) {
      const bytes = originals[round % originals.length].slice();
      for (let n = 1 + Math.floor(random() * 4); n > 0; n--)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      try {
        decodeMesh(round % 10 ? bytes : bytes.subarray(0, Math.floor(random() * bytes.length)), 'fuzz.glb');
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});
