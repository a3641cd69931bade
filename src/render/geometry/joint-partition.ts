import { BufferAttribute, BufferGeometry } from 'three';
import type { PartData, PartLevel } from './part-mesh.ts';
import type { WeightRange } from './weight-ranges.ts';

/** What is drawn in the place of a level that needs more joints than the GPU has uniforms for. */
interface Partition {
  readonly level: PartLevel;
  /** Attributes that somebody may change (a face that smiles), and the version that was copied. */
  readonly moving: { readonly from: BufferAttribute; readonly to: BufferAttribute; version: number }[];
  /** The vertex of the original that each vertex is a copy of. */
  readonly origin: Uint32Array;
}

/** Triangles that share no more joints than fit. */
interface Bin {
  /** The place of each joint that is used, in the order of first use. */
  readonly places: Map<number, number>;
  /** Corners, as vertices of the original. */
  readonly corners: number[];
}

const known = new WeakMap<BufferGeometry, Partition>();
const copies = new WeakMap<BufferGeometry, Partition>();

/**
 * The levels of a part as a GPU can draw them that holds `most` joints: the part's own, or ones cut into pieces of so many joints, each drawn
 * with rows of its own. 68 joints need 204 vertex uniforms; the least that WebGL 1 promises is 128, which hold 37. Vertices along the
 * cuts are there twice. Made once for all who wear the part; goes with the geometry that it is made of.
 */
export function levelsFor({ levels, joints }: PartData, most: number): readonly PartLevel[] {
  return joints <= most ? levels : levels.map(level => (level.geometry.hasAttribute('aJoints') ? cut(level, most).level : level));
}

/** Brings the copy up to date with vertices that were moved since. Allocates nothing. */
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

function makePartition({ geometry, error, ranges }: PartLevel, most: number): Partition {
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
          // A joint without weight may be none of the bin's: any place does.
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
  return { level: { geometry: copy, error, ranges: cutRanges }, moving, origin: from };
}

/** Each triangle goes into the first bin that has its joints or room for them; within a bin the order stays. */
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
