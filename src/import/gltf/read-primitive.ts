/** Reads the geometry of a glTF primitive. */

import { type Accessor, type Mesh, Primitive } from '@gltf-transform/core';
import { vec3 } from 'gl-matrix';
import { counted } from '../../core/counted.ts';
import { FormatError } from '../../core/errors.ts';
import { occlusionAt, type VertexOcclusion } from '../material/occlusion.ts';
import { transformUvs } from '../material/uv-transform.ts';
import type { SourceMorphTarget, SourcePart } from '../model/source-model.ts';
import type { Warn } from '../report/warnings.ts';
import { readWeights, type SkinWeights } from './figures/read-weights.ts';
import { mendedFloats, withSize } from './floats.ts';
import { lineEnds, MOST_LINES, ribbons } from './lines.ts';
import type { Numbers } from './loading/file-animations.ts';
import type { ReducedMaterial } from './read-material.ts';
import { readTriangles } from './read-triangles.ts';
import { meshAt } from './scene-meshes.ts';

/**
 * Reads the vertices of a primitive in the space of its mesh; undefined without triangles. Joints index the mesh's own skin. It
 * leaves out, with a warning, attributes that do not fit and triangles whose vertices have no valid position.
 *
 * @param isSkinned - whether some node uses it with a skin. Otherwise joints and weights are ignored.
 */
export function readPrimitive(
  primitive: Primitive,
  mesh: Mesh,
  material: ReducedMaterial,
  isSkinned: boolean,
  url: string,
  warn: Warn,
): SourcePart | undefined {
  const at = meshAt(mesh);
  const vectors = (semantic: string, size: number): Numbers | undefined => {
    const accessor = primitive.getAttribute(semantic);
    const fitting = accessor ? withSize(accessor, size) : undefined;
    const own = accessor?.getElementSize();
    if (fitting && own !== size)
      warn(
        `${at}: ${semantic} has ${own} numbers a vertex, not ${size}; ${Number(own) > size ? 'the first are taken' : 'the rest is 0'}`,
      );
    return fitting;
  };
  const position = vectors('POSITION', 3);
  if (!position) {
    warn(`${at}: a primitive without positions is left out`);
    return undefined;
  }
  const count = position.getCount();
  const positions = mendedFloats(position, 3, 0, url, `${at} POSITION`);
  const ends = lineEnds(primitive, count, positions.bad);
  const index = ends ?? readTriangles(primitive, count, positions.bad, at, warn);
  if (!index && primitive.getMode() === Primitive.Mode.POINTS) warn(`${at}: points are left out`);
  else if (!index) warn(`${at}: its lines are left out: there are none, or more than ${MOST_LINES}`);
  if (!index || index.length === 0) return undefined;
  if (ends) warn(`${at}: lines are drawn as thin ribbons`);
  const read = (semantic: string, size: number, fallback = 0): Float32Array | undefined => {
    if (!primitive.getAttribute(semantic)) return undefined;
    const accessor = vectors(semantic, size);
    if (accessor?.getCount() !== count) {
      warn(`${at}: ${semantic} does not fit its ${counted(count, 'vertex')}; left out`);
      return undefined;
    }
    const { values, bad } = mendedFloats(accessor, size, fallback, url, `${at} ${semantic}`);
    const lost = semantic === 'NORMAL' ? withoutDirection(values, bad) : 0;
    if (lost > 0) warn(`${at}: ${counted(lost, 'normal')} without direction; computed anew`);
    if (bad.size > 0)
      warn(
        `${at}: ${semantic} is no number at ${counted(bad.size, 'vertex')}; ${semantic === 'NORMAL' ? 'computed anew' : `${fallback} is taken`}`,
      );
    return values;
  };
  const normals = read('NORMAL', 3);
  const skinned = isSkinned ? weightsOf(primitive, count, url, at, warn) : undefined;
  const { texture } = material;
  const { lightMap, occlusion }: Partial<ReducedMaterial> = ends ? {} : material;
  const uvs = texture && read(`TEXCOORD_${texture.texCoord}`, 2);
  if (texture && !uvs) warn(`${at}: has a texture and no TEXCOORD_${texture.texCoord}: the texture's corner is its colour`);
  const uvs2 = lightMap && read(`TEXCOORD_${lightMap.texCoord}`, 2);
  const shade = occlusion && read(`TEXCOORD_${occlusion.map.texCoord}`, 2);
  const painted = readColors(primitive, count, url, at, warn);
  const colors = occlusion && shade ? shaded(painted ?? new Float32Array(count * 4).fill(1), shade, occlusion) : painted;
  const morphTargets = readTargets(primitive, count, url, at, warn);
  const part: SourcePart = {
    material: material.description,
    positions: positions.values,
    normals: normals ?? new Float32Array(count * 3),
    ...(uvs ? { uvs: transformUvs(uvs, texture.transform) } : {}),
    ...(uvs2 ? { uvs2: transformUvs(uvs2, lightMap.transform) } : {}),
    ...(colors ? { colors } : {}),
    ...skinned,
    ...(morphTargets.length > 0 ? { morphTargets } : {}),
    index,
  };
  if (ends) return ribbons(part, ends, material.lines());
  return normals ? part : flatShaded(part);
}

/** Counts normals of length 0, beside those that are no numbers. The faces around them give the direction (`unitNormals`). */
function withoutDirection(normals: Float32Array, bad: ReadonlySet<number>): number {
  let count = 0;
  for (let v = 0; v < normals.length; v += 3)
    if (normals[v] === 0 && normals[v + 1] === 0 && normals[v + 2] === 0 && !bad.has(v / 3)) count++;
  return count;
}

function weightsOf(primitive: Primitive, count: number, url: string, at: string, warn: Warn): SkinWeights | undefined {
  try {
    return readWeights(primitive, count, url, at, warn);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    warn(`${at}: joints and weights do not fit its ${counted(count, 'vertex')}; left out`);
    return undefined;
  }
}

/** Multiplies vertex colours by the occlusion at the vertices. */
function shaded(colors: Float32Array, uvs: Float32Array, occlusion: VertexOcclusion): Float32Array {
  const moved = transformUvs(uvs, occlusion.map.transform);
  const out = colors.slice();
  for (let v = 0; v * 4 < out.length; v++) {
    const factor = occlusionAt(occlusion, moved[v * 2], moved[v * 2 + 1]);
    for (let c = 0; c < 3; c++) out[v * 4 + c] *= factor;
  }
  return out;
}

function readColors(primitive: Primitive, count: number, url: string, at: string, warn: Warn): Float32Array | undefined {
  const accessor = primitive.getAttribute('COLOR_0');
  if (!accessor) return undefined;
  const size = accessor.getElementSize();
  if ((size !== 3 && size !== 4) || accessor.getCount() !== count) {
    warn(`${at}: COLOR_0 does not fit its ${counted(count, 'vertex')}; left out`);
    return undefined;
  }
  const { values, bad } = mendedFloats(accessor, size, 1, url, `${at} COLOR_0`);
  if (bad.size > 0) warn(`${at}: COLOR_0 is no number at ${counted(bad.size, 'vertex')}; 1 is taken`);
  const most = { 5121: 255, 5123: 65_535 }[accessor.getComponentType() as number];
  // glTF 2.0, 3.7.2.1 allows integers only where they are normalized. Some exporters omit the flag.
  if (most !== undefined && !accessor.getNormalized()) {
    warn(`${at}: COLOR_0 has whole numbers that are not normalized; taken as if they were`);
    for (let i = 0; i < values.length; i++) values[i] /= most;
  }
  const below = values.reduce((n, x) => (x < 0 ? n + 1 : n), 0);
  if (below > 0) warn(`${at}: COLOR_0 is below 0 at ${counted(below, 'number')}, drawn as 0`);
  if (size === 4) return values;
  return Float32Array.from({ length: count * 4 }, (_, i) => (i % 4 === 3 ? 1 : values[(i >> 2) * 3 + (i % 4)]));
}

/** Reads the deltas of the morph targets; Morphs names them. An invalid target moves nothing. */
function readTargets(primitive: Primitive, count: number, url: string, at: string, warn: Warn): SourceMorphTarget[] {
  return primitive.listTargets().map((target, t) => {
    const read = (semantic: string): Float32Array | undefined => {
      const accessor = target.getAttribute(semantic);
      if (!accessor) return undefined;
      if (accessor.getCount() !== count || accessor.getElementSize() !== 3) {
        warn(`${at}: ${semantic} of morph target ${t} does not fit its ${counted(count, 'vertex')}; left out`);
        return undefined;
      }
      const { values, bad } = mendedFloats(accessor, 3, 0, url, `${at} target ${t} ${semantic}`);
      if (bad.size > 0)
        warn(`${at}: ${semantic} of morph target ${t} is no number at ${counted(bad.size, 'vertex')}; 0 is taken`);
      return values;
    };
    const normals = read('NORMAL');
    const colors = colorDeltas(target.getAttribute('COLOR_0'), count, url, `${at} target ${t} COLOR_0`);
    if (colors) warn(`${at}: the colours of morph target ${t} count with its default weight alone`);
    return {
      name: String(t),
      positions: read('POSITION') ?? new Float32Array(count * 3),
      ...(normals ? { normals } : {}),
      ...(colors ? { colors } : {}),
    };
  });
}

/** Returns what a morph target adds to colours, as RGBA; undefined where it does not fit. */
function colorDeltas(accessor: Accessor | null, count: number, url: string, at: string): Float32Array | undefined {
  const size = accessor?.getElementSize();
  if (!accessor || accessor.getCount() !== count || (size !== 3 && size !== 4)) return undefined;
  const { values } = mendedFloats(accessor, size, 0, url, at);
  return size === 4
    ? values
    : Float32Array.from({ length: count * 4 }, (_, i) => (i % 4 === 3 ? 0 : values[(i >> 2) * 3 + (i % 4)]));
}

/** Adds flat normals where a primitive has none (glTF 2.0 section 3.7.2.1). Each triangle gets its own vertices. */
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
      ? {
          morphTargets: part.morphTargets.map(t => ({
            name: t.name,
            positions: spread(t.positions, 3),
            ...(t.colors ? { colors: spread(t.colors, 4) } : {}),
          })),
        }
      : {}),
    index: Uint32Array.from(part.index, (_, i) => i),
  };
}
