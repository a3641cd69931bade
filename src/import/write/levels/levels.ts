/** Makes levels of detail. */
import { MeshoptEncoder, MeshoptSimplifier } from 'meshoptimizer';
import { MAX_JOINTS } from '../../../assets/limits.ts';
import { seededRandom } from '../../../core/random.ts';
import {
  type PackedAttribute,
  type PackedPart,
  placeKey,
  type QuantizationVolume,
  remapVertices,
  vertexCount,
} from '../meshes/packed-part.ts';
import { Covers } from './covers.ts';
import { levelDeviations } from './level-deviation.ts';

/** A part with its vertices in order of use, and the triangles of each level of detail, finest first. */
export interface LeveledPart {
  readonly part: PackedPart;
  /** `error`: maximum distance of the level from the finest, in metres. */
  readonly levels: readonly { readonly index: Uint16Array; readonly error: number }[];
}

export interface LevelOptions {
  /** Levels of detail besides the finest, 0..4. */
  readonly count: number;
  /** Maximum distance of a level from the finest, as a share of the product's extent. */
  readonly maxError: number;
}

/** Below this number of triangles, the draw call costs more than its triangles. */
const MIN_TRIANGLES = 48;

/**
 * Maximum attempts for a level, by the triangles of the model. Misplaced vertices are visible on a figure, but fixing them takes
 * more time than a large model allows (1 s for 50,000 triangles).
 */
const roundsFor = (triangles: number): number => (triangles <= 8000 ? 6 : triangles <= 20_000 ? 2 : 1);
/** Models with more triangles are not checked for surfaces that show through their covers. */
const COVERED = 20_000;
/** Vertices beyond this share of the largest deviation are locked in the next attempt. */
const OUTLYING = 0.75;

/**
 * Makes coarser levels by edge collapse (meshoptimizer, after Garland and Heckbert 1997), each aiming at half the triangles of
 * the previous one. A level that saves less than a fifth is left out. Vertices are only dropped, never moved: all levels share
 * the vertices of the finest, and a skinned level keeps its weights.
 *
 * @param locked - 1 for each vertex that must stay: where two parts meet, so that no crack opens.
 * @param triangles - of the whole model. Larger models get less time for each triangle.
 * @param hidden - 1 for each triangle that is never visible (`hiddenTriangles`): only the finest level contains it.
 */
export async function makeLevels(
  part: PackedPart,
  volume: QuantizationVolume,
  locked: Uint8Array,
  hidden: Uint8Array,
  options: LevelOptions,
  triangles = part.index.length / 3,
): Promise<LeveledPart> {
  await Promise.all([MeshoptSimplifier.ready, MeshoptEncoder.ready]);
  const indices: { index: Uint32Array; error: number }[] = [{ index: part.index.slice(), error: 0 }];
  if (options.count > 0 && part.index.length / 3 > MIN_TRIANGLES) {
    const positions = Float32Array.from(part.attributes.POSITION.data, x => x / 32767);
    const seen = part.index.filter((_, i) => !hidden[(i / 3) | 0]);
    const index = seen.length / 3 > MIN_TRIANGLES ? seen : part.index;
    const maxError = options.maxError * 2;
    const { NORMAL } = part.attributes;
    const covers = NORMAL && triangles <= COVERED ? new Covers(positions, NORMAL.data, index, maxError) : undefined;
    const from = { index, positions, locked, maxError, covers, rounds: roundsFor(triangles), ...attributesThatCount(part) };
    for (let level = 1; level <= options.count; level++) {
      const finer = indices[indices.length - 1];
      const target = Math.floor(index.length / 3 / 2 ** level) * 3;
      const found = simplified(from, target, finer.index.length * 0.8);
      if (!found) break;
      indices.push({ index: found.index, error: Math.max(finer.error, found.error * volume.scale) });
      if (found.index.length / 3 <= MIN_TRIANGLES) break;
    }
  }
  return reorder(part, indices);
}

interface Simplified {
  readonly index: Uint32Array;
  readonly error: number;
}

interface Finest {
  /** The visible triangles. */
  readonly index: Uint32Array;
  readonly positions: Float32Array;
  readonly locked: Uint8Array;
  readonly maxError: number;
  readonly covers: Covers | undefined;
  readonly rounds: number;
  readonly values: Float32Array;
  readonly stride: number;
  readonly weights: number[];
}

/**
 * Reduces to about `target` indices, as close to the finest level as a few attempts allow. The simplifier uses means, so single
 * vertices (the tip of a hand) end up several times as far away as all others. Those are locked for the next attempt.
 *
 * @returns undefined where more than `most` indices remain.
 */
function simplified(from: Finest, target: number, most: number): Simplified | undefined {
  const { positions, values, stride, weights, maxError, rounds } = from;
  const locked = from.locked.slice();
  let best: (Simplified & { readonly uncovered: number }) | undefined;
  for (let round = 0; round < rounds; round++) {
    // Always from the finest level, so that the error is relative to it. The error is in units of the volume's scale.
    const [index, error] = MeshoptSimplifier.simplifyWithAttributes(
      from.index,
      positions,
      3,
      values,
      stride,
      weights,
      locked,
      target,
      maxError,
      ['ErrorAbsolute', 'Permissive'],
    ); // prettier-ignore
    if (index.length === 0 || index.length > most) break;
    const distances = levelDeviations(positions, from.index, index);
    const worst = distances.reduce((a, b) => Math.max(a, b), 0);
    const own = Math.max(error, worst);
    const uncovered = from.covers?.uncovered(index, own) ?? [];
    if (!best || uncovered.length < best.uncovered || (uncovered.length === best.uncovered && own < best.error))
      best = { index, error: own, uncovered: uncovered.length };
    if (worst <= error && uncovered.length === 0) break;
    for (let v = 0; v < distances.length; v++) if (distances[v] > Math.max(error, worst * OUTLYING)) locked[v] = 1;
    for (const corners of uncovered) for (const v of corners) locked[v] = 1;
  }
  return best;
}

/**
 * Returns the attributes that must not change abruptly besides the shape: normals, UVs, colours and joint weights. A straight arm
 * needs no vertex between shoulder and hand until it bends.
 */
function attributesThatCount(part: PackedPart): { values: Float32Array; stride: number; weights: number[] } {
  const { NORMAL, TEXCOORD_0, TEXCOORD_1, COLOR_0, JOINTS_0, WEIGHTS_0 } = part.attributes;
  const sources = [
    ...(NORMAL ? [{ ...NORMAL, take: 3, unit: 127, weight: 0.3 }] : []),
    ...(TEXCOORD_0 ? [{ ...TEXCOORD_0, take: 2, unit: TEXCOORD_0.normalized ? 65535 : 1, weight: 1 }] : []),
    ...(TEXCOORD_1 ? [{ ...TEXCOORD_1, take: 2, unit: TEXCOORD_1.normalized ? 65535 : 1, weight: 1 }] : []),
    ...(COLOR_0 ? [{ ...COLOR_0, take: 3, unit: 255, weight: 0.5 }] : []),
    ...(JOINTS_0 && WEIGHTS_0
      ? [{ data: jointDirections(JOINTS_0, WEIGHTS_0), size: 6, take: 6, unit: 1, weight: JOINT_WEIGHT }]
      : []),
  ];
  const weights = sources.flatMap(s => new Array<number>(s.take).fill(s.weight));
  const stride = weights.length;
  const count = vertexCount(part);
  const values = new Float32Array(count * stride);
  for (let v = 0; v < count; v++) {
    let at = v * stride;
    for (const s of sources) for (let k = 0; k < s.take; k++) values[at++] = s.data[v * s.size + k] / s.unit;
  }
  return { values, stride, weights };
}

/** Typical distance by which two joints move a vertex apart, as a share of the volume. */
const JOINT_WEIGHT = 0.1;

/**
 * Returns six numbers for each vertex that are as far apart as the weights are. Each joint has a random direction in six
 * dimensions, all about equally far apart. A vertex is at the weighted mean of its joints. (A random projection, after Johnson
 * and Lindenstrauss 1984: the simplifier takes 32 attributes, a skin has 68 joints.)
 */
function jointDirections(joints: PackedAttribute, weights: PackedAttribute): Float32Array {
  const random = seededRandom(1);
  const directions = Float32Array.from({ length: MAX_JOINTS * 6 }, () => random() * 2 - 1);
  for (let j = 0; j < directions.length; j += 6) {
    let length = 0;
    for (let k = 0; k < 6; k++) length += directions[j + k] ** 2;
    for (let k = 0; k < 6; k++) directions[j + k] /= Math.sqrt(2 * length);
  }
  const count = weights.data.length / weights.size;
  const out = new Float32Array(count * 6);
  for (let v = 0; v < count; v++)
    for (let w = 0; w < weights.size; w++) {
      const share = weights.data[v * weights.size + w] / 255;
      const joint = joints.data[v * joints.size + w] * 6;
      for (let k = 0; k < 6; k++) out[v * 6 + k] += share * directions[joint + k];
    }
  return out;
}

/** Orders triangles for the vertex cache, and vertices by first use in the finest level. */
function reorder(part: PackedPart, levels: readonly { index: Uint32Array; error: number }[]): LeveledPart {
  const finest = levels[0].index.slice();
  const [remap, count] = MeshoptEncoder.reorderMesh(finest, true, false);
  const out = levels.map(({ index, error }, level) => {
    if (level === 0) return { index: Uint16Array.from(finest), error };
    const ordered = index.slice();
    const [own] = MeshoptEncoder.reorderMesh(ordered, true, false);
    const back = new Uint32Array(own.length);
    for (let v = 0; v < own.length; v++) if (own[v] !== 0xffffffff) back[own[v]] = v;
    return { index: Uint16Array.from(ordered, v => remap[back[v]]), error };
  });
  return { part: remapVertices(part, remap, count, finest), levels: out };
}

/** Returns for each part the vertices that share a position with a vertex of another part. */
export function lockSeams(parts: readonly PackedPart[]): Uint8Array[] {
  const owner = new Map<number, number>();
  const keys = parts.map(({ attributes: { POSITION } }, p) => {
    const own = new Float64Array(POSITION.data.length / 3);
    for (let v = 0; v < own.length; v++) {
      const key = placeKey(POSITION.data, v);
      own[v] = key;
      const seen = owner.get(key);
      if (seen !== p) owner.set(key, seen === undefined ? p : -1);
    }
    return own;
  });
  return keys.map(own => Uint8Array.from(own, key => (owner.get(key) === -1 ? 1 : 0)));
}
