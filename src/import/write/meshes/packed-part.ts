/** Quantizes and welds the vertices of a part. */
import type { AttributeName, MaterialDescription } from '../../../assets/meshes/mesh-asset.ts';
import type { SourcePart } from '../../model/source-model.ts';
import { maskFor, slotFor } from './hash-slots.ts';
import { pruneWeights } from './prune-weights.ts';

/** One attribute in its stored form. */
export interface PackedAttribute {
  readonly data: Float32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;
  readonly size: 2 | 3 | 4;
  readonly normalized: boolean;
}

export interface PackedMorph {
  readonly name: string;
  readonly position: PackedAttribute;
  readonly normal?: PackedAttribute;
}

/** A part with quantized vertices (KHR_mesh_quantization). Its JOINTS_0 still refers to joints of the product's skin. */
export interface PackedPart {
  readonly material: MaterialDescription;
  readonly attributes: Readonly<Partial<Record<AttributeName, PackedAttribute>>> & { readonly POSITION: PackedAttribute };
  readonly morphs: readonly PackedMorph[];
  readonly index: Uint32Array;
}

/** position = stored/32767 * scale + center. All three axes share one scale, so that normals need no transform of their own. */
export interface QuantizationVolume {
  readonly center: readonly [number, number, number];
  readonly scale: number;
}

/** Returns the box around all parts as one volume. Adjacent parts then round alike, and no gap opens between them. */
export function quantizationVolume(parts: readonly SourcePart[]): QuantizationVolume & { min: number[]; max: number[] } {
  const min = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const max = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let delta = 0;
  for (const part of parts) {
    for (let i = 0; i < part.positions.length; i++) {
      const axis = i % 3;
      if (part.positions[i] < min[axis]) min[axis] = part.positions[i];
      if (part.positions[i] > max[axis]) max[axis] = part.positions[i];
    }
    // Deltas of morph targets use the same scale.
    for (const target of part.morphTargets ?? []) for (const d of target.positions) delta = Math.max(delta, Math.abs(d));
  }
  const center: [number, number, number] = [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
  const scale = Math.max((max[0] - min[0]) / 2, (max[1] - min[1]) / 2, (max[2] - min[2]) / 2, delta, 1e-6);
  return { center, scale, min, max };
}

/** Quantizes a part: positions i16, normals i8, UVs u16 where they lie in 0..1 (else floats), colours and weights u8. */
export function packPart(part: SourcePart, { center, scale }: QuantizationVolume, maxWeights: number): PackedPart {
  const attributes: Partial<Record<AttributeName, PackedAttribute>> & { POSITION: PackedAttribute } = {
    POSITION: snorm16(part.positions, i => (part.positions[i] - center[i % 3]) / scale),
    NORMAL: snorm8(part.normals),
  };
  if (part.uvs) attributes.TEXCOORD_0 = packUvs(part.uvs);
  if (part.uvs2 && part.material.lightMap !== undefined) {
    attributes.TEXCOORD_1 = packUvs(part.uvs2);
    // glTF 2.0 section 3.7.2.1: a second set requires a first one.
    attributes.TEXCOORD_0 ??= attributes.TEXCOORD_1;
  }
  if (part.colors) attributes.COLOR_0 = unorm8(part.colors);
  if (part.joints && part.weights) {
    const pruned = pruneWeights(part.joints, part.weights, maxWeights);
    attributes.JOINTS_0 = { data: pruned.joints, size: 4, normalized: false };
    attributes.WEIGHTS_0 = { data: pruned.weights, size: 4, normalized: true };
  }
  const morphs = (part.morphTargets ?? []).map(target => ({
    name: target.name,
    position: snorm16(target.positions, i => target.positions[i] / scale),
    ...(target.normals ? { normal: snorm8(target.normals) } : {}),
  }));
  return { material: part.material, attributes, morphs, index: part.index };
}

function snorm16(source: Float32Array, value: (i: number) => number): PackedAttribute {
  const data = new Int16Array(source.length);
  for (let i = 0; i < data.length; i++) data[i] = Math.round(Math.max(-1, Math.min(1, value(i))) * 32767);
  return { data, size: 3, normalized: true };
}

function snorm8(source: Float32Array): PackedAttribute {
  const data = new Int8Array(source.length);
  for (let i = 0; i < data.length; i++) data[i] = Math.round(Math.max(-1, Math.min(1, source[i])) * 127);
  return { data, size: 3, normalized: true };
}

function unorm8(source: Float32Array): PackedAttribute {
  const data = new Uint8Array(source.length);
  for (let i = 0; i < data.length; i++) data[i] = Math.round(Math.max(0, Math.min(1, source[i])) * 255);
  return { data, size: 4, normalized: true };
}

/**
 * Packs UVs within 0..1 as u16. Outside, the texture repeats and KHR_mesh_quantization has no scale for that: those become
 * floats, rounded to 1/65536 so that they compress.
 */
function packUvs(uvs: Float32Array): PackedAttribute {
  if (uvs.every(x => x >= 0 && x <= 1))
    return { data: Uint16Array.from(uvs, x => Math.round(x * 65535)), size: 2, normalized: true };
  return { data: Float32Array.from(uvs, x => Math.round(x * 65536) / 65536), size: 2, normalized: false };
}

/** Returns a number that is equal for vertices with the same quantized position: 48 bits, which fit into a double. */
export const placeKey = (positions: ArrayLike<number>, vertex: number): number =>
  ((positions[vertex * 3] + 32768) * 65536 + (positions[vertex * 3 + 1] + 32768)) * 65536 + (positions[vertex * 3 + 2] + 32768);

export const vertexCount = (part: PackedPart): number => part.attributes.POSITION.data.length / 3;

/** Moves vertex i of `part` to `remap[i]`; it drops entries of 0xffffffff. `index` must already be remapped. */
export function remapVertices(part: PackedPart, remap: Uint32Array, count: number, index: Uint32Array): PackedPart {
  const attribute = (source: PackedAttribute): PackedAttribute => {
    const { size } = source;
    const data = new (source.data.constructor as new (length: number) => PackedAttribute['data'])(count * size);
    for (let v = 0; v < remap.length; v++)
      if (remap[v] !== 0xffffffff) for (let k = 0; k < size; k++) data[remap[v] * size + k] = source.data[v * size + k];
    return { ...source, data };
  };
  const attributes = Object.fromEntries(Object.entries(part.attributes).map(([name, a]) => [name, attribute(a)]));
  const morphs = part.morphs.map(m => ({
    ...m,
    position: attribute(m.position),
    ...(m.normal ? { normal: attribute(m.normal) } : {}),
  }));
  return { material: part.material, attributes: { ...attributes, POSITION: attribute(part.attributes.POSITION) }, morphs, index };
}

/** Merges vertices whose stored values are all equal, and drops triangles without area. */
export function weld(part: PackedPart): PackedPart {
  const { remap, count } = equalVertices(part);
  const index = new Uint32Array(part.index.length);
  let kept = 0;
  for (let t = 0; t + 2 < part.index.length; t += 3) {
    const a = remap[part.index[t]];
    const b = remap[part.index[t + 1]];
    const c = remap[part.index[t + 2]];
    if (a === b || b === c || c === a) continue;
    index[kept++] = a;
    index[kept++] = b;
    index[kept++] = c;
  }
  return remapVertices(part, remap, count, index.slice(0, kept));
}

/** Numbers unequal vertices in order of first occurrence, by a hash table of their bytes (open addressing). */
function equalVertices(part: PackedPart): { remap: Uint32Array; count: number } {
  const streams = [
    ...Object.values(part.attributes),
    ...part.morphs.flatMap(m => (m.normal ? [m.position, m.normal] : [m.position])),
  ].map(({ data, size }) => {
    // Floats are compared by their bits, after -0 becomes 0: both are the same place in a texture.
    const bits = data instanceof Float32Array ? new Int32Array(Float32Array.from(data, x => x + 0).buffer) : data;
    return { bits, size };
  });
  const vertices = vertexCount(part);
  const mask = maskFor(vertices);
  const table = new Int32Array(mask + 1).fill(-1);
  const remap = new Uint32Array(vertices);
  let count = 0;
  const isSame = (a: number, b: number): boolean => {
    for (const { bits, size } of streams)
      for (let k = 0; k < size; k++) if (bits[a * size + k] !== bits[b * size + k]) return false;
    return true;
  };
  for (let v = 0; v < vertices; v++) {
    // FNV-1a over the numbers.
    let hash = 0x811c9dc5;
    for (const { bits, size } of streams) for (let k = 0; k < size; k++) hash = Math.imul(hash ^ bits[v * size + k], 0x01000193);
    let slot = slotFor(hash, mask);
    while (table[slot] >= 0 && !isSame(table[slot], v)) slot = (slot + 1) & mask;
    if (table[slot] < 0) {
      table[slot] = v;
      remap[v] = count++;
    } else remap[v] = remap[table[slot]];
  }
  return { remap, count };
}

/** Returns a part with only the given triangles (by number) and the vertices that they use. */
export function subset(part: PackedPart, triangles: readonly number[]): PackedPart {
  const remap = new Uint32Array(vertexCount(part)).fill(0xffffffff);
  const index = new Uint32Array(triangles.length * 3);
  let count = 0;
  triangles.forEach((triangle, t) => {
    for (let k = 0; k < 3; k++) {
      const vertex = part.index[triangle * 3 + k];
      if (remap[vertex] === 0xffffffff) remap[vertex] = count++;
      index[t * 3 + k] = remap[vertex];
    }
  });
  return remapVertices(part, remap, count, index);
}
