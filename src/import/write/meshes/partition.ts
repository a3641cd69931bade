/** Splits parts to the limits of joints and indices. */
import { type PackedPart, subset, vertexCount } from './packed-part.ts';

/** Maximum joints of one draw call: 68 x 3 rows = 204 of the 256 vertex constants (docs/architecture.md). */
export const MAX_JOINTS = 68;
/** Maximum vertices for 16-bit indices. Index 65,535 restarts a strip, so glTF forbids it. */
export const MAX_VERTICES = 65_535;

/** A part, and the index of its skin in the result of `partitionJoints`. */
export interface BoundPart {
  readonly part: PackedPart;
  readonly skin: number;
}

/**
 * Assigns the parts to skins of at most 68 joints and updates JOINTS_0. Nearly always one skin is enough. Otherwise a whole part
 * goes to the first skin with enough room. A part that fits no skin is cut: each triangle goes to the first skin that still has
 * room for its joints.
 *
 * @returns the joints of each skin (numbers of joints of the product's skin), and the parts.
 */
export function partitionJoints(parts: readonly PackedPart[], limit = MAX_JOINTS): { skins: number[][]; parts: BoundPart[] } {
  const skins: Map<number, number>[] = [];
  const bound: BoundPart[] = [];
  const firstWithRoom = (joints: ReadonlySet<number>): number => {
    const fits = (skin: Map<number, number>): boolean => {
      let size = skin.size;
      for (const joint of joints) if (!skin.has(joint)) size++;
      return size <= limit;
    };
    let found = skins.findIndex(fits);
    if (found < 0) found = skins.push(new Map()) - 1;
    for (const joint of joints) if (!skins[found].has(joint)) skins[found].set(joint, skins[found].size);
    return found;
  };
  for (const part of parts) {
    const all = jointsOf(part, part.index);
    if (all.size <= limit) {
      bound.push({ part, skin: firstWithRoom(all) });
      continue;
    }
    const triangles = new Map<number, number[]>();
    for (let t = 0; t < part.index.length / 3; t++) {
      const skin = firstWithRoom(jointsOf(part, part.index.subarray(t * 3, t * 3 + 3)));
      const list = triangles.get(skin);
      if (list) list.push(t);
      else triangles.set(skin, [t]);
    }
    for (const [skin, list] of triangles) bound.push({ part: subset(part, list), skin });
  }
  return { skins: skins.map(s => [...s.keys()]), parts: bound.map(b => ({ ...b, part: withJoints(b.part, skins[b.skin]) })) };
}

function jointsOf(part: PackedPart, vertices: Uint32Array): Set<number> {
  const joints = new Set<number>();
  const { JOINTS_0, WEIGHTS_0 } = part.attributes;
  if (!JOINTS_0 || !WEIGHTS_0) return joints;
  for (const vertex of vertices)
    for (let k = vertex * 4; k < vertex * 4 + 4; k++) if (WEIGHTS_0.data[k] > 0) joints.add(JOINTS_0.data[k]);
  return joints;
}

function withJoints(part: PackedPart, skin: ReadonlyMap<number, number>): PackedPart {
  const { JOINTS_0, WEIGHTS_0 } = part.attributes;
  if (!JOINTS_0 || !WEIGHTS_0) return part;
  const data = new Uint8Array(JOINTS_0.data.length);
  for (let i = 0; i < data.length; i++) data[i] = WEIGHTS_0.data[i] > 0 ? (skin.get(JOINTS_0.data[i]) ?? 0) : 0;
  return { ...part, attributes: { ...part.attributes, JOINTS_0: { data, size: 4, normalized: false } } };
}

/** Splits a part so that 16-bit indices reach every vertex. */
export function splitVertices(part: PackedPart, limit = MAX_VERTICES): PackedPart[] {
  if (vertexCount(part) <= limit) return [part];
  const pieces: PackedPart[] = [];
  let triangles: number[] = [];
  const seen = new Set<number>();
  for (let t = 0; t < part.index.length / 3; t++) {
    const corners = part.index.subarray(t * 3, t * 3 + 3);
    let fresh = 0;
    for (const vertex of corners) if (!seen.has(vertex)) fresh++;
    if (seen.size + fresh > limit) {
      pieces.push(subset(part, triangles));
      triangles = [];
      seen.clear();
    }
    triangles.push(t);
    for (const vertex of corners) seen.add(vertex);
  }
  if (triangles.length > 0) pieces.push(subset(part, triangles));
  return pieces;
}
