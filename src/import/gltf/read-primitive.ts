import { type Mesh, Primitive } from '@gltf-transform/core';
import { mat3, type mat4, vec3 } from 'gl-matrix';
import { FormatError } from '../../core/errors.ts';
import { occlusionAt, type VertexOcclusion } from '../material/occlusion.ts';
import { transformUvs } from '../material/uv-transform.ts';
import type { SourceMorphTarget, SourcePart } from '../source.ts';
import type { Warn } from '../warn.ts';
import { readWeights } from './figures/read-weights.ts';
import { floats } from './floats.ts';
import type { ReducedMaterial } from './read-material.ts';

/** Vertices of a primitive, in the space of its mesh; undefined where it has no triangles. Joints index the mesh's own skin. */
export function readPrimitive(
  primitive: Primitive,
  mesh: Mesh,
  material: ReducedMaterial,
  url: string,
  warn: Warn,
): SourcePart | undefined {
  const at = `mesh ${mesh.getName()}`;
  const position = primitive.getAttribute('POSITION');
  if (!position) throw new FormatError('a primitive without POSITION', { url, at });
  const count = position.getCount();
  const index = triangles(primitive, count, url, at);
  if (!index) warn(`${at}: points and lines are left out`);
  if (!index || index.length === 0) return undefined;
  const read = (semantic: string, size: number): Float32Array | undefined => {
    const accessor = primitive.getAttribute(semantic);
    if (!accessor) return undefined;
    if (accessor.getCount() !== count)
      throw new FormatError(`${count} vertices`, { url, at: `${at} ${semantic}`, value: accessor.getCount() });
    return floats(accessor, size, url, `${at} ${semantic}`);
  };
  const normals = read('NORMAL', 3);
  const skinned = readWeights(primitive, count, url, at, warn);
  const { texture, lightMap, occlusion } = material;
  const uvs = texture && read(`TEXCOORD_${texture.texCoord}`, 2);
  const uvs2 = lightMap && read(`TEXCOORD_${lightMap.texCoord}`, 2);
  const shade = occlusion && read(`TEXCOORD_${occlusion.map.texCoord}`, 2);
  const painted = readColors(primitive, count, url, at);
  const colors = occlusion && shade ? shaded(painted ?? new Float32Array(count * 4).fill(1), shade, occlusion) : painted;
  const morphTargets = readTargets(primitive, count, url, at);
  const part: SourcePart = {
    material: material.description,
    positions: floats(position, 3, url, `${at} POSITION`),
    normals: normals ?? new Float32Array(count * 3),
    ...(uvs ? { uvs: transformUvs(uvs, texture.transform) } : {}),
    ...(uvs2 ? { uvs2: transformUvs(uvs2, lightMap.transform) } : {}),
    ...(colors ? { colors } : {}),
    ...skinned,
    ...(morphTargets.length > 0 ? { morphTargets } : {}),
    index,
  };
  return normals ? part : flatShaded(part);
}

/** Vertex colours times the occlusion at the vertices. */
function shaded(colors: Float32Array, uvs: Float32Array, occlusion: VertexOcclusion): Float32Array {
  const moved = transformUvs(uvs, occlusion.map.transform);
  const out = colors.slice();
  for (let v = 0; v * 4 < out.length; v++) {
    const factor = occlusionAt(occlusion, moved[v * 2], moved[v * 2 + 1]);
    for (let c = 0; c < 3; c++) out[v * 4 + c] *= factor;
  }
  return out;
}

function readColors(primitive: Primitive, count: number, url: string, at: string): Float32Array | undefined {
  const accessor = primitive.getAttribute('COLOR_0');
  if (!accessor) return undefined;
  const size = accessor.getElementSize();
  if ((size !== 3 && size !== 4) || accessor.getCount() !== count)
    throw new FormatError('3 or 4 numbers a vertex', { url, at: `${at} COLOR_0`, value: size });
  const values = floats(accessor, size, url, `${at} COLOR_0`);
  if (size === 4) return values;
  return Float32Array.from({ length: count * 4 }, (_, i) => (i % 4 === 3 ? 1 : values[(i >> 2) * 3 + (i % 4)]));
}

/** Deltas of the morph targets; Morphs names them. */
function readTargets(primitive: Primitive, count: number, url: string, at: string): SourceMorphTarget[] {
  return primitive.listTargets().map((target, t) => {
    const read = (semantic: string): Float32Array | undefined => {
      const accessor = target.getAttribute(semantic);
      const values = accessor ? floats(accessor, 3, url, `${at} target ${t} ${semantic}`) : undefined;
      if (values && values.length !== count * 3)
        throw new FormatError(`${count} vertices`, { url, at: `${at} target ${t}`, value: values.length / 3 });
      return values;
    };
    const normals = read('NORMAL');
    return {
      name: String(t),
      positions: read('POSITION') ?? new Float32Array(count * 3),
      ...(normals ? { normals } : {}),
    };
  });
}

/**
 * Triangles of a list, a strip or a fan; undefined for points and lines. Strips and fans begin anew at the largest index of
 * their type (KHR_mesh_primitive_restart).
 * @throws FormatError for a vertex that is not there.
 */
function triangles(primitive: Primitive, count: number, url: string, at: string): Uint32Array | undefined {
  const indices = primitive.getIndices()?.getArray();
  const source = indices ? Uint32Array.from(indices) : Uint32Array.from({ length: count }, (_, i) => i);
  const mode = primitive.getMode();
  const strip = mode === Primitive.Mode.TRIANGLE_STRIP;
  const fan = mode === Primitive.Mode.TRIANGLE_FAN;
  const restart = indices && (strip || fan) ? 2 ** (8 * indices.BYTES_PER_ELEMENT) - 1 : Number.NaN;
  for (let i = 0; i < source.length; i++)
    if (source[i] >= count && source[i] !== restart)
      throw new FormatError(`there are ${count} vertices`, { url, at: `${at} indices[${i}]`, value: source[i] });
  if (mode === Primitive.Mode.TRIANGLES) return source.subarray(0, source.length - (source.length % 3));
  if (!strip && !fan) return undefined;
  const out: number[] = [];
  let first = 0;
  for (let i = 0; i + 2 < source.length; i++) {
    const corners = [source[i], source[i + 1], source[i + 2]];
    const last = corners.lastIndexOf(restart);
    if (last >= 0) {
      first = i + last + 1;
      i = first - 1;
    } else if (fan) out.push(corners[1], corners[2], source[first]);
    else if ((i - first) % 2 === 0) out.push(...corners);
    else out.push(corners[1], corners[0], corners[2]);
  }
  return Uint32Array.from(out);
}

/** glTF 2.0 section 3.7.2.1: without normals, flat ones; each triangle gets vertices of its own. */
function flatShaded(part: SourcePart): SourcePart {
  const spread = (values: Float32Array, size: number): Float32Array => {
    const out = new Float32Array(part.index.length * size);
    part.index.forEach((v, i) => {
      out.set(values.subarray(v * size, v * size + size), i * size);
    });
    return out;
  };
  const positions = spread(part.positions, 3);
  const normals = new Float32Array(positions.length);
  const [a, b, n] = [vec3.create(), vec3.create(), vec3.create()];
  for (let i = 0; i < positions.length; i += 9) {
    vec3.subtract(a, positions.subarray(i + 3, i + 6) as vec3, positions.subarray(i, i + 3) as vec3);
    vec3.subtract(b, positions.subarray(i + 6, i + 9) as vec3, positions.subarray(i, i + 3) as vec3);
    vec3.normalize(n, vec3.cross(n, a, b));
    for (let k = 0; k < 9; k += 3) normals.set(n, i + k);
  }
  return {
    material: part.material,
    positions,
    normals,
    ...(part.uvs ? { uvs: spread(part.uvs, 2) } : {}),
    ...(part.uvs2 ? { uvs2: spread(part.uvs2, 2) } : {}),
    ...(part.colors ? { colors: spread(part.colors, 4) } : {}),
    ...(part.joints ? { joints: Uint16Array.from(spread(Float32Array.from(part.joints), 4)) } : {}),
    ...(part.weights ? { weights: spread(part.weights, 4) } : {}),
    ...(part.morphTargets
      ? { morphTargets: part.morphTargets.map(t => ({ name: t.name, positions: spread(t.positions, 3) })) }
      : {}),
    index: Uint32Array.from(part.index, (_, i) => i),
  };
}

/** The part moved by `matrix`; a mirroring one turns the triangles round, so that their front stays in front. */
export function transformPart(part: SourcePart, matrix: mat4): SourcePart {
  const normalMatrix = mat3.normalFromMat4(mat3.create(), matrix) ?? mat3.create();
  const direction = mat3.fromMat4(mat3.create(), matrix);
  const map = (values: Float32Array, change: (v: vec3) => void): Float32Array => {
    const out = values.slice();
    for (let i = 0; i < out.length; i += 3) change(out.subarray(i, i + 3) as vec3);
    return out;
  };
  const index = mat3.determinant(direction) < 0 ? turnedRound(part.index) : part.index.slice();
  return {
    ...part,
    positions: map(part.positions, v => vec3.transformMat4(v, v, matrix)),
    normals: map(part.normals, v => vec3.normalize(v, vec3.transformMat3(v, v, normalMatrix))),
    ...(part.morphTargets
      ? {
          morphTargets: part.morphTargets.map(t => ({
            name: t.name,
            positions: map(t.positions, v => vec3.transformMat3(v, v, direction)),
            ...(t.normals ? { normals: map(t.normals, v => vec3.transformMat3(v, v, normalMatrix)) } : {}),
          })),
        }
      : {}),
    index,
  };
}

/** Triangles of the other winding. */
export function turnedRound(index: Uint32Array): Uint32Array {
  const out = index.slice();
  for (let i = 0; i < out.length; i += 3) [out[i + 1], out[i + 2]] = [out[i + 2], out[i + 1]];
  return out;
}
