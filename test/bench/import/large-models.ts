/** Large models made by code, as GLB: rocks of noise, each part with its own material, some inside of others. */
import { seededRandom } from '../../../src/core/random.ts';

/**
 * `parts` bumpy spheres of about `triangles` in all; every third lies within a shell, as innards do.
 * @returns the bytes of a GLB with positions, normals and UVs, 32-bit indices.
 */
export function largeModel(triangles: number, parts: number, seed = 1): Uint8Array {
  const random = seededRandom(seed);
  const rings = Math.max(4, Math.round(Math.sqrt(triangles / parts / 4)));
  const views: { byteOffset: number; byteLength: number }[] = [];
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const accessors: object[] = [];
  const add = (data: Float32Array | Uint32Array, type: string, size: number): number => {
    const view = new Uint8Array(data.buffer);
    views.push({ byteOffset: bytes, byteLength: view.byteLength });
    chunks.push(view);
    bytes += view.byteLength;
    const componentType = data instanceof Float32Array ? 5126 : 5125;
    return accessors.push({ bufferView: views.length - 1, componentType, type, count: data.length / size }) - 1;
  };
  const primitives = Array.from({ length: parts }, (_, p) => {
    const place = p % 3 === 2 ? [0, 0, 0] : [random() * 8 - 4, random() * 8 - 4, random() * 8 - 4];
    const radius = p % 3 === 2 ? 0.2 + random() * 0.2 : 0.5 + random();
    const { positions, normals, uvs, index } = rock(rings, place, radius, random);
    const attributes = { POSITION: add(positions, 'VEC3', 3), NORMAL: add(normals, 'VEC3', 3), TEXCOORD_0: add(uvs, 'VEC2', 2) };
    return { attributes, indices: add(index, 'SCALAR', 1), material: p };
  });
  const json = {
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives }],
    materials: primitives.map((_, p) => ({
      name: `m${p}`,
      pbrMetallicRoughness: { metallicFactor: 0, baseColorFactor: [random(), random(), random(), 1] },
    })),
    accessors,
    bufferViews: views.map(v => ({ buffer: 0, ...v })),
    buffers: [{ byteLength: bytes }],
  };
  return container(new TextEncoder().encode(JSON.stringify(json)), chunks, bytes);
}

function rock(rings: number, place: readonly number[], radius: number, random: () => number) {
  const columns = rings * 2;
  const waves = Array.from({ length: 5 }, () => [random() * 9, random() * 9, random() * 6, 0.03 * random()]);
  const positions = new Float32Array((rings + 1) * (columns + 1) * 3);
  const normals = new Float32Array(positions.length);
  const uvs = new Float32Array((positions.length / 3) * 2);
  for (let r = 0, v = 0; r <= rings; r++)
    for (let c = 0; c <= columns; c++, v++) {
      const [theta, phi] = [(r / rings) * Math.PI, (c / columns) * 2 * Math.PI];
      const n = [Math.sin(theta) * Math.cos(phi), Math.cos(theta), Math.sin(theta) * Math.sin(phi)];
      let bump = 1;
      for (const [a, b, shift, height] of waves)
        bump += height * Math.sin(a * n[0] + b * n[1] + shift) * Math.sin(a * n[2] - b * n[0]);
      for (let k = 0; k < 3; k++) {
        positions[v * 3 + k] = place[k] + n[k] * radius * bump;
        normals[v * 3 + k] = n[k];
      }
      uvs.set([c / columns, r / rings], v * 2);
    }
  const index = new Uint32Array(rings * columns * 6);
  for (let r = 0, i = 0; r < rings; r++)
    for (let c = 0; c < columns; c++) {
      const a = r * (columns + 1) + c;
      const b = a + columns + 1;
      for (const v of [a, a + 1, b, b, a + 1, b + 1]) index[i++] = v;
    }
  return { positions, normals, uvs, index };
}

function container(text: Uint8Array, chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const json = (text.byteLength + 3) & ~3;
  const out = new Uint8Array(28 + json + bytes).fill(0x20, 20, 20 + json);
  const view = new DataView(out.buffer);
  for (const [i, value] of [0x46546c67, 2, out.byteLength, json, 0x4e4f534a].entries()) view.setUint32(i * 4, value, true);
  out.set(text, 20);
  view.setUint32(20 + json, bytes, true);
  view.setUint32(24 + json, 0x004e4942, true);
  let at = 28 + json;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.byteLength;
  }
  return out;
}
