/** Cuts a product that one mesh cannot hold into several products. */
import { MAX_DECODED_BYTES } from '../../../assets/limits.ts';
import type { SourcePart, SourceProduct } from '../../model/source-model.ts';

/** The share of the reader's limit that the finest level of a piece takes. Its coarser levels take about as much again. */
const SHARE = 0.45;

/** Triangles for which a piece is not cut further. */
const LEAST = 100;

/**
 * Returns the product, or its pieces where it would unpack to more than a reader accepts. Whole parts stay together where they
 * fit. Pieces share no vertices, so coarser levels of two pieces of one part may differ at the cut.
 *
 * @param limit - unpacked bytes of a mesh; tests lower it.
 */
export function piecesOf(product: SourceProduct, limit = MAX_DECODED_BYTES): readonly SourceProduct[] {
  const sizes = product.parts.map(bytesEach);
  const total = product.parts.reduce((sum, part, p) => sum + bytesOf(part.index.length / 3, sizes[p]), 0);
  if (total <= limit) return [product];
  const most = limit * SHARE;
  const pieces: SourcePart[][] = [[]];
  let left = most;
  for (const [p, part] of product.parts.entries()) {
    for (let from = 0; from < part.index.length; ) {
      const rest = (part.index.length - from) / 3;
      const size = bytesOf(rest, sizes[p]);
      const isFull = left < bytesOf(Math.min(rest, LEAST), sizes[p]);
      if (isFull || (size > left && size <= most)) {
        // A part that fits a piece of its own is not cut.
        pieces.push([]);
        left = most;
      }
      const { to, bytes } = fill(part, from, left, sizes[p].vertex);
      pieces[pieces.length - 1].push(from === 0 && to === part.index.length ? part : partOf(part, part.index.subarray(from, to)));
      left -= bytes;
      from = to;
    }
  }
  return dividedInto(product, pieces);
}

/** Returns a product for each group of parts. */
export function dividedInto(product: SourceProduct, groups: readonly (readonly SourcePart[])[]): SourceProduct[] {
  return groups.map((parts, i) => {
    const slots = new Set(parts.flatMap(part => [part.material.name, part.material.lightMap]));
    return {
      ...product,
      name: `${product.name} (${i + 1} of ${groups.length})`,
      parts,
      textures: product.textures.filter(t => slots.has(t.slot)),
      // Seats belong to the whole.
      ...(i === 0 || !product.seats ? {} : { seats: [] }),
    };
  });
}

/** Bytes of a vertex when unpacked, and vertices for each triangle. */
interface Size {
  readonly vertex: number;
  readonly perTriangle: number;
}

/** Unpacked bytes of triangles. The reader counts a compressed stream twice: as bytes and as numbers. */
const bytesOf = (triangles: number, { vertex, perTriangle }: Size): number => 2 * triangles * (vertex * perTriangle + 3 * 2);

/**
 * Takes triangles while they fit, at least one. It counts the vertices that they use, because some regions of a part share fewer
 * vertices than its mean.
 *
 * @returns the index behind the last of them, and their unpacked bytes.
 */
function fill({ index, positions }: SourcePart, from: number, left: number, vertex: number): { to: number; bytes: number } {
  const used = new Uint8Array(positions.length / 3);
  let bytes = 0;
  let to = from;
  for (; to < index.length; to += 3) {
    let added = 0;
    for (let k = to; k < to + 3; k++) {
      if (used[index[k]] === 0) added++;
      used[index[k]] = 1;
    }
    const more = 2 * (added * vertex + 3 * 2);
    if (to > from && bytes + more > left) break;
    bytes += more;
  }
  return { to, bytes };
}

/** Estimates from above: welding may need fewer vertices. Sizes are those of `packPart`, aligned to 4. */
function bytesEach(part: SourcePart): Size {
  const vertex =
    8 +
    4 +
    (part.uvs ? 8 : 0) +
    (part.uvs2 ? 8 : 0) +
    (part.colors ? 4 : 0) +
    (part.joints ? 8 : 0) +
    12 * (part.morphTargets?.length ?? 0);
  const perTriangle = Math.min(3, part.positions.length / Math.max(3, part.index.length));
  return { vertex, perTriangle };
}

/** Returns some triangles of a part, with the vertices that they use. */
function partOf(part: SourcePart, index: Uint32Array): SourcePart {
  const numbers = new Map<number, number>();
  const own = index.map(v => {
    const known = numbers.get(v);
    if (known !== undefined) return known;
    numbers.set(v, numbers.size);
    return numbers.size - 1;
  });
  const vertices = [...numbers.keys()];
  const pick = <T extends Float32Array | Uint16Array>(values: T, size: number): T => {
    const out = new (values.constructor as new (length: number) => T)(vertices.length * size);
    for (const [to, v] of vertices.entries()) for (let k = 0; k < size; k++) out[to * size + k] = values[v * size + k];
    return out;
  };
  const { uvs, uvs2, colors, joints, weights, morphTargets } = part;
  return {
    material: part.material,
    positions: pick(part.positions, 3),
    normals: pick(part.normals, 3),
    ...(uvs ? { uvs: pick(uvs, 2) } : {}),
    ...(uvs2 ? { uvs2: pick(uvs2, 2) } : {}),
    ...(colors ? { colors: pick(colors, 4) } : {}),
    ...(joints ? { joints: pick(joints, 4) } : {}),
    ...(weights ? { weights: pick(weights, 4) } : {}),
    ...(morphTargets
      ? {
          morphTargets: morphTargets.map(t => ({
            ...t,
            positions: pick(t.positions, 3),
            ...(t.normals ? { normals: pick(t.normals, 3) } : {}),
          })),
        }
      : {}),
    index: own,
  };
}
