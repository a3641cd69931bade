/** Splits skins that need more joints than the GPU has uniforms for. */

import { BufferAttribute, BufferGeometry } from 'three';
import type { WeightRange } from '../../assets/meshes/mesh-asset.ts';
import type { PartData, PartLevel } from './part-mesh.ts';

/** The replacement of a level that needs more joints than the GPU has uniforms for. */
interface Partition {
  readonly level: PartLevel;
  /** Attributes that callers may change (a smiling face), and the version that was copied. */
  readonly moving: { readonly from: BufferAttribute; readonly to: BufferAttribute; version: number }[];
  /** The original vertex that each vertex copies. */
  readonly origin: Uint32Array;
}

/** Triangles that together use no more joints than fit. */
interface Bin {
  /** The place of each joint in use, in the order of first use. */
  readonly places: Map<number, number>;
  /** Corners, as original vertices. */
  readonly corners: number[];
}

const known = new WeakMap<BufferGeometry, Partition>();
const copies = new WeakMap<BufferGeometry, Partition>();

/**
 * Returns a part's levels for a GPU with room for `most` joints: its own, or ones cut into pieces, each with its own palette
 * rows. 68 joints need 204 vertex uniforms. WebGL 1 guarantees only 128, which hold 37 joints. Vertices along the cuts are
 * duplicated. The result is created once for all users of the part and freed with its source geometry.
 */
export function levelsFor({ levels, joints }: PartData, most: number): readonly PartLevel[] {
  return joints <= most ? levels : levels.map(level => (level.geometry.hasAttribute('aJoints') ? cut(level, most).level : level));
}

/** Copies vertices that were moved since the last call. Allocates nothing. */
export function refreshPartition(geometry: BufferGeometry): void {
  const partition = copies.get(geometry);
  if (!partition) return;
  for (let i = 0; i < partition.moving.length; i++) {
    const { from, to, version } = partition.moving[i];
    if (from.version === version) continue;
    partition.moving[i].version = from.version;
    gather(from, partition.origin, to.array);
    to.needsUpdate = true;
  }
}

function cut(level: PartLevel, most: number): Partition {
  const { geometry } = level;
  let partition = known.get(geometry);
  if (partition) return partition;
  partition = makePartition(level, most);
  const { geometry: copy } = partition.level;
  known.set(geometry, partition);
  copies.set(copy, partition);
  geometry.addEventListener('dispose', () => copy.dispose());
  return partition;
}

function makePartition({ geometry, error, ranges, painted }: PartLevel, most: number): Partition {
  const attributes = geometry.attributes as Record<string, BufferAttribute>;
  const { aJoints, aWeights } = attributes;
  const origin: number[] = [];
  const places: number[] = [];
  const index: number[] = [];
  const cutRanges: WeightRange[] = [];
  for (const range of ranges) {
    for (const bin of binsOf(geometry, range, most)) {
      const vertexOf = new Map<number, number>();
      const start = index.length;
      for (const corner of bin.corners) {
        let vertex = vertexOf.get(corner);
        if (vertex === undefined) {
          vertex = origin.length;
          vertexOf.set(corner, vertex);
          origin.push(corner);
          // A joint without weight may be missing from the bin; any place will do.
          for (let k = 0; k < 4; k++) places.push(bin.places.get(aJoints.array[corner * 4 + k]) ?? 0);
        }
        index.push(vertex);
      }
      cutRanges.push({ start, count: index.length - start, joints: range.joints, rows: Uint8Array.from(bin.places.keys()) });
    }
  }
  const copy = new BufferGeometry();
  const from = Uint32Array.from(origin);
  const moving: Partition['moving'] = [];
  for (const [name, attribute] of Object.entries(attributes)) {
    if (attribute === aJoints) continue;
    const { itemSize, normalized } = attribute;
    const array = new (attribute.array.constructor as Float32ArrayConstructor)(from.length * itemSize);
    const made = new BufferAttribute(array, itemSize, normalized);
    gather(attribute, from, made.array);
    copy.setAttribute(name, made);
    if (attribute !== aWeights) moving.push({ from: attribute, to: made, version: attribute.version });
  }
  copy.setAttribute('aJoints', new BufferAttribute(Uint8Array.from(places), 4));
  copy.setIndex(new BufferAttribute(origin.length > 65_536 ? Uint32Array.from(index) : Uint16Array.from(index), 1));
  copy.boundingSphere = geometry.boundingSphere;
  return { level: { geometry: copy, error, ranges: cutRanges, painted }, moving, origin: from };
}

/** Puts each triangle into the first bin that has its joints or room for them. Within a bin the order stays. */
function binsOf(geometry: BufferGeometry, { start, count }: WeightRange, most: number): Bin[] {
  const index = (geometry.index as BufferAttribute).array;
  const joints = geometry.attributes.aJoints.array;
  const weights = geometry.attributes.aWeights.array;
  const bins: Bin[] = [];
  const needed = new Set<number>();
  for (let corner = start; corner < start + count; corner += 3) {
    needed.clear();
    for (let i = corner; i < corner + 3; i++)
      for (let at = index[i] * 4; at < index[i] * 4 + 4; at++) if (weights[at] > 0) needed.add(joints[at]);
    let bin = bins.find(({ places }) => {
      let more = 0;
      for (const joint of needed) if (!places.has(joint)) more++;
      return places.size + more <= most;
    });
    if (!bin) bins.push((bin = { places: new Map(), corners: [] }));
    for (const joint of needed) if (!bin.places.has(joint)) bin.places.set(joint, bin.places.size);
    bin.corners.push(index[corner], index[corner + 1], index[corner + 2]);
  }
  return bins;
}

function gather({ array, itemSize }: BufferAttribute, origin: Uint32Array, out: { [i: number]: number }): void {
  for (let v = 0, to = 0; v < origin.length; v++)
    for (let k = 0, from = origin[v] * itemSize; k < itemSize; k++) out[to++] = array[from + k];
}
