import { beforeAll, describe, expect, it } from 'vitest';
import { meshoptReady } from '../../../src/assets/gltf/meshopt.ts';
import { MAX_PARTS, MAX_SKELETON_JOINTS } from '../../../src/assets/limits.ts';
import { decodeMesh } from '../../../src/assets/meshes/decode-mesh.ts';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import type { SourcePart, SourceProduct } from '../../../src/import/model/source-model.ts';
import { checkDocuments } from '../../../src/import/write/check-written.ts';
import { piecesOf } from '../../../src/import/write/meshes/cut-product.ts';
import { checkFinest } from '../../../src/import/write/meshes/fit-limits.ts';
import { writeMesh } from '../../../src/import/write/meshes/mesh-writer.ts';

// What is written, opens: importer and reader have one set of limits.

const options = { count: 3, maxError: 0.05, maxWeights: 4 };
beforeAll(() => meshoptReady);

function patch(name: string, side: number, at = 0, baseColor: [number, number, number, number] = [1, 1, 1, 1]): SourcePart {
  const n = (side + 1) ** 2;
  const positions = new Float32Array(n * 3);
  for (let v = 0; v < n; v++)
    positions.set([(v % (side + 1)) / side + at, Math.sin(v * 0.3) * 0.1, Math.floor(v / (side + 1)) / side], v * 3);
  const index: number[] = [];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const a = y * (side + 1) + x;
      index.push(a, a + side + 1, a + 1, a + 1, a + side + 1, a + side + 2);
    }
  return {
    material: plainMaterial({ name, baseColor }),
    positions,
    normals: Float32Array.from({ length: n * 3 }, (_, i) => (i % 3 === 1 ? 1 : 0)),
    index: Uint32Array.from(index),
  };
}

const product = (parts: SourcePart[]): SourceProduct => ({ name: 'thing', parts, textures: [] });

describe('a mesh with more parts than its reader accepts', () => {
  it('gets fewer levels of detail', async () => {
    const written = await writeMesh(product(Array.from({ length: 600 }, (_, i) => patch(`m${i}`, 13, i * 2))), options);
    expect(written.warnings).toEqual([expect.stringMatching(/1 of 2 levels of detail are kept/)]);
    const { parts } = decodeMesh(written.glb, 'thing');
    expect(parts).toHaveLength(600);
    expect(Math.max(...parts.map(p => p.levels.length))).toBe(1);
  });

  it('stores the colours of its materials at the vertices, dark ones too', async () => {
    const dark = (i: number): [number, number, number, number] => [(i % 7) * 0.001, 0.002, 0.5, 1];
    const written = await writeMesh(
      product(Array.from({ length: MAX_PARTS + 6 }, (_, i) => patch(`m${i}`, 1, i * 2, dark(i)))),
      options,
    );
    expect(written.warnings).toEqual([expect.stringMatching(/1030 materials became 1, their colours at the vertices/)]);
    const { parts } = decodeMesh(written.glb, 'thing');
    expect(parts).toHaveLength(1);
    const { COLOR_0 } = parts[0].levels[0].attributes;
    const reds = new Set(
      [...(COLOR_0?.array ?? [])]
        .filter((_, i) => i % 4 === 0)
        // Decoded vertex colours are encoded as the shaders want them.
        .map(b => Math.round((b / 255) ** 2.2 * parts[0].material.baseColor[0] * 1000)),
    );
    expect([...reds].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('keeps the brightness of materials that shine alike', async () => {
    const shining = (i: number): SourcePart => {
      const part = patch(`m${i}`, 1, i * 2, [i === 0 ? 0.8 : 0.2, 0, 0.5, 1]);
      return { ...part, material: { ...part.material, emissive: [0.4, 0.4, 0] } };
    };
    const written = await writeMesh(product(Array.from({ length: MAX_PARTS + 6 }, (_, i) => shining(i))), options);
    const { levels, material } = decodeMesh(written.glb, 'thing').parts[0];
    const shares = new Set([...(levels[0].attributes.COLOR_0?.array ?? [])].filter((_, i) => i % 4 === 0));
    // The shader shows (colour + emission) x share.
    const shown = [...shares].map(b => (b / 255) ** 2.2 * (material.baseColor[0] + material.emissive[0])).sort();
    expect(shown[0]).toBeCloseTo(0.2 + 0.4, 1);
    expect(shown[1]).toBeCloseTo(0.8 + 0.4, 1);
  });

  it('joins materials of one emission, though each emits another share of its colour', async () => {
    const shining = (i: number): SourcePart => {
      const part = patch(`m${i}`, 1, i * 2, [0.2 + i / 2000, 0.2, 0, 1]);
      const emits = [0.2 / (0.4 + i / 2000), 0.5, 1] as const;
      return { ...part, material: { ...part.material, emissive: [0.2, 0.2, 0.2], emits } };
    };
    const written = await writeMesh(product(Array.from({ length: MAX_PARTS + 6 }, (_, i) => shining(i))), options);
    const { parts } = decodeMesh(written.glb, 'thing');
    expect(parts.map(({ material }) => material.name)).toEqual(['colours 1']);
    const [red, green, blue] = parts[0].material.emits ?? [];
    // The brightest part has the share 0.22, the darkest 0.5. Bright ones count more.
    expect(red).toBeGreaterThan(0.22);
    expect(red).toBeLessThan(0.36);
    expect([green, blue]).toEqual([0.5, 1]);
  });

  it('is rejected with its size where nothing helps', async () => {
    const many = product(Array.from({ length: MAX_PARTS + 6 }, (_, i) => patch(`m${i}`, 1, i * 2)));
    const textures = many.parts.map(p => ({ slot: p.material.name, width: 1, height: 1, rgba: new Uint8Array(4) }));
    await expect(writeMesh({ ...many, textures }, options)).rejects.toThrow(/at most 1024 parts.*got 1030/);
  });
});

describe('a mesh whose decoded size exceeds the limit of its reader', () => {
  it('is rejected with its size, before levels are made', () => {
    const { material } = patch('a', 1);
    const attributes = { POSITION: { data: new Int16Array(3 * 3_000_000), size: 3, normalized: true } } as const;
    const part = { material, attributes, morphs: [], index: new Uint32Array(3 * 2_000_000) };
    expect(() => checkFinest([part], 'thing')).toThrow(
      /its 2,000,000 triangles unpack to 69 MiB, and a mesh may to 64 MiB: simplify the model, or split it.*: thing/,
    );
  });
});

describe('piecesOf', () => {
  const strip = (name: string, triangles: number): SourcePart => ({
    ...patch(name, 1),
    positions: Float32Array.from({ length: (triangles + 2) * 3 }, (_, i) => [(i / 6) | 0, ((i / 3) | 0) % 2, 0][i % 3]),
    normals: new Float32Array((triangles + 2) * 3),
    index: Uint32Array.from({ length: triangles * 3 }, (_, i) => Math.floor(i / 3) + (i % 3)),
  });

  it('leaves a product whole that fits', () => {
    const small = product([patch('a', 1)]);
    expect(piecesOf(small)).toEqual([small]);
  });

  it('cuts what does not fit: all triangles stay, with their own vertices and textures', () => {
    const large = product([strip('a', 100), strip('b', 20_000)]);
    const texture = (slot: string) => ({ slot, width: 1, height: 1, rgba: new Uint8Array(4) });
    const pieces = piecesOf({ ...large, textures: [texture('a'), texture('b')] }, 700_000);
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces[0].name).toMatch(/\(1 of \d\)$/);
    expect(pieces.map(p => p.textures.map(t => t.slot).join())).toEqual(['a,b', ...pieces.slice(1).map(() => 'b')]);
    const triangles = pieces.flatMap(p => p.parts).reduce((sum, p) => sum + p.index.length / 3, 0);
    expect(triangles).toBe(20_100);
    const last = pieces[pieces.length - 1].parts[0];
    expect(last.positions.length / 3).toBe(last.index.length / 3 + 2);
    const corner = last.index[last.index.length - 1];
    expect(last.positions[corner * 3]).toBe(Math.floor(20_001 / 2));
  });

  it('counts the vertices of a region that shares fewer than the mean', () => {
    const shared = 20_000;
    const { material } = patch('a', 1);
    const loose = Uint32Array.from({ length: 3 * 4000 }, (_, i) => shared + 2 + i);
    const index = Uint32Array.of(...strip('a', shared).index, ...loose);
    const size = (shared + 2 + loose.length) * 3;
    const part = { material, index, positions: new Float32Array(size), normals: new Float32Array(size) };
    const limit = 500_000;
    const bytes = piecesOf(product([part]), limit).flatMap(({ parts }) =>
      parts.map(p => 2 * ((p.positions.length / 3) * 12 + p.index.length * 2)),
    );
    expect(bytes.length).toBeGreaterThan(3);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(limit * 0.45);
  });
});

describe('a figure with as many joints as a skeleton may have', () => {
  it('opens where its vertices follow all of them', async () => {
    const count = MAX_SKELETON_JOINTS;
    const part: SourcePart = {
      material: plainMaterial({ name: 'crowd' }),
      positions: Float32Array.from({ length: count * 9 }, (_, i) => (Math.floor(i / 9) % 64) + (i % 4) * 0.1),
      normals: Float32Array.from({ length: count * 9 }, (_, i) => (i % 3 === 1 ? 1 : 0)),
      joints: Uint16Array.from({ length: count * 12 }, (_, i) => (i % 4 === 0 ? Math.floor(i / 12) : 0)),
      weights: Float32Array.from({ length: count * 12 }, (_, i) => (i % 4 === 0 ? 1 : 0)),
      index: Uint32Array.from({ length: count * 3 }, (_, i) => i),
    };
    const skin = {
      joints: Array.from({ length: count }, (_, j) => `joint ${j}`),
      inverseBind: Float32Array.from({ length: count * 16 }, (_, i) => ((i % 16) % 5 === 0 ? 1 : 0)),
    };
    const { glb, joints } = await writeMesh({ ...product([part]), skin }, options);
    expect(joints).toBe(count);
    expect(decodeMesh(glb, 'thing').parts.length).toBeGreaterThan(count / 68);
  });
});

describe('documents', () => {
  const room = (name: string) => ({ 'room.json': { data: { name }, relations: {} } });
  it('are validated by the readers of a page', () => {
    checkDocuments(room('x'.repeat(200)));
    expect(() => checkDocuments(room('x'.repeat(201)))).toThrow(/data\.name/);
    const far = { data: { position: [0, 20_000, 0] }, relations: { ref: 'room.json#product/0' } };
    expect(() => checkDocuments({ 'room.json#furniture/0': far })).toThrow(/data\.position/);
    expect(() => checkDocuments({ 'room.json#nobody': {} })).toThrow(/no reader/);
  });
});

describe('an inverse bind matrix that shears', () => {
  it('becomes a joint with only a position, because glTF does not allow such a matrix', async () => {
    const part = patch('a', 2);
    const vertices = part.positions.length / 3;
    const joints = new Uint16Array(vertices * 4);
    const weights = Float32Array.from({ length: vertices * 4 }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const inverseBind = Float32Array.of(1, 0, 0, 0, 0.7, 1, 0, 0, 0, 0, 1, 0, -1, 0, 0, 1);
    const { glb } = await writeMesh(
      { ...product([{ ...part, joints, weights }]), skin: { joints: ['a'], inverseBind } },
      options,
    );
    const json = JSON.parse(
      new TextDecoder().decode(glb.subarray(20, 20 + new DataView(glb.buffer, glb.byteOffset).getUint32(12, true))),
    );
    expect(json.nodes[0]).toEqual({ name: 'a', translation: [1, 0, 0] });
  });
});
