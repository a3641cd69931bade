/** Converts submeshes of Cal3D. */

import type { MaterialDescription } from '../../../assets/meshes/mesh-asset.ts';
import { counted } from '../../../core/counted.ts';
import { FormatError } from '../../../core/errors.ts';
import { mostlyInsideOut, unitNormals } from '../../model/normals.ts';
import type { SourceMorphTarget, SourcePart } from '../../model/source-model.ts';
import type { Cal3dMorph, Cal3dSubmesh, Warn } from '../cal3d-file.ts';
import { writePoint } from './axes.ts';
import type { ConvertedSkeleton } from './convert-skeleton.ts';

const MAX_WEIGHTS = 4;

/**
 * Converts one submesh. It keeps the four largest weights, with sum 1. It flips the faces of a submesh that is wound against its
 * normals (exporters differ).
 *
 * @throws FormatError for a bone that the skeleton lacks and for a weight below 0.
 */
export function convertSubmesh(
  submesh: Cal3dSubmesh,
  skeleton: ConvertedSkeleton,
  material: MaterialDescription,
  unit: number,
  place: { readonly url: string; readonly at: string },
  warn: Warn,
): SourcePart {
  const n = submesh.positions.length / 3;
  const positions = new Float32Array(3 * n);
  const normals = new Float32Array(3 * n);
  for (let v = 0; v < 3 * n; v += 3) {
    writePoint(positions, v, [...submesh.positions.subarray(v, v + 3)], unit);
    writePoint(normals, v, [...submesh.normals.subarray(v, v + 3)], 1);
  }
  const index = submesh.index.slice();
  if (mostlyInsideOut(positions, normals, index)) {
    for (let i = 0; i < index.length; i += 3) [index[i + 1], index[i + 2]] = [index[i + 2], index[i + 1]];
  }
  unitNormals(positions, normals, index);
  const { joints, weights } = convertWeights(submesh, skeleton, place, warn);
  const colors = submesh.colors && convertColors(submesh.colors);
  const uvs = submesh.uvs[0]?.slice();
  const morphTargets = submesh.morphs.map(morph => convertMorph(morph, submesh, unit));
  return {
    material,
    positions,
    normals,
    index,
    joints,
    weights,
    ...(uvs ? { uvs } : {}),
    ...(colors ? { colors } : {}),
    ...(morphTargets.length > 0 ? { morphTargets } : {}),
  };
}

function convertWeights(
  { influenceStart, influenceBones, influenceWeights }: Cal3dSubmesh,
  { jointOf }: ConvertedSkeleton,
  place: { readonly url: string; readonly at: string },
  warn: Warn,
): { joints: Uint16Array; weights: Float32Array } {
  const n = influenceStart.length - 1;
  const joints = new Uint16Array(4 * n);
  const weights = new Float32Array(4 * n);
  let pruned = 0;
  let unbound = 0;
  for (let v = 0; v < n; v++) {
    const influences = new Map<number, number>();
    for (let i = influenceStart[v]; i < influenceStart[v + 1]; i++) {
      const bone = influenceBones[i];
      const weight = influenceWeights[i];
      const at = `${place.at}, vertex ${v}`;
      if (!(bone >= 0 && bone < jointOf.length)) {
        throw new FormatError(`the bone is none of the ${jointOf.length} of the skeleton`, { url: place.url, at, value: bone });
      }
      if (weight < 0) throw new FormatError('a weight cannot be below 0', { url: place.url, at, value: weight });
      influences.set(jointOf[bone], (influences.get(jointOf[bone]) ?? 0) + weight);
    }
    const largest = [...influences].filter(([, w]) => w > 0).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    if (largest.length > MAX_WEIGHTS) pruned++;
    largest.length = Math.min(largest.length, MAX_WEIGHTS);
    // A vertex without influences stays at the root. The library leaves it in model space, which is the same at rest.
    if (largest.length === 0) {
      unbound++;
      largest.push([0, 1]);
    }
    const sum = largest.reduce((total, [, w]) => total + w, 0);
    largest.forEach(([joint, w], k) => {
      joints[4 * v + k] = joint;
      weights[4 * v + k] = w / sum;
    });
  }
  if (pruned > 0)
    warn(
      `${place.url}: ${place.at}: the smallest weights of ${counted(pruned, 'vertex')} are dropped: at most ${MAX_WEIGHTS} are kept`,
    );
  if (unbound > 0) warn(`${place.url}: ${place.at}: the root moves ${counted(unbound, 'vertex')} without weights`);
  return { joints, weights };
}

/** Converts the fork's vertex colours from sRGB to linear. Undefined where all are white. */
function convertColors(rgb: Float32Array): Float32Array | undefined {
  if (rgb.every(v => v === 1)) return undefined;
  const colors = new Float32Array((rgb.length / 3) * 4).fill(1);
  for (let v = 0; v < rgb.length / 3; v++) {
    for (let k = 0; k < 3; k++) colors[4 * v + k] = linearFromSrgb(Math.min(1, Math.max(0, rgb[3 * v + k])));
  }
  return colors;
}

/** Converts sRGB to linear, both 0..1 (IEC 61966-2-1). */
export function linearFromSrgb(v: number): number {
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
}

/** Converts a morph. The file stores positions of morphed vertices; a target stores deltas. */
function convertMorph(
  { name, vertices, positions, normals }: Cal3dMorph,
  submesh: Cal3dSubmesh,
  unit: number,
): SourceMorphTarget {
  const out = {
    name,
    positions: new Float32Array(submesh.positions.length),
    normals: new Float32Array(submesh.positions.length),
  };
  vertices.forEach((vertex, k) => {
    const delta = (to: readonly number[], from: Float32Array) => [0, 1, 2].map(c => to[3 * k + c] - from[3 * vertex + c]);
    writePoint(out.positions, 3 * vertex, delta(positions, submesh.positions), unit);
    writePoint(out.normals, 3 * vertex, delta(normals, submesh.normals), 1);
  });
  return out;
}
