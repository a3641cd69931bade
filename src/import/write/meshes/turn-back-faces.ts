/** Gives the backs of double-sided surfaces their own normals (glTF 2.0, 3.9.5). */
import { maskFor, slotFor } from './hash-slots.ts';
import { type PackedAttribute, type PackedPart, vertexCount } from './packed-part.ts';

/**
 * Makes a double-sided part single-sided where possible. Otherwise it adds the back as triangles with reversed normals: shaders
 * of the slowest GPUs cannot tell which side they draw. Closed opaque surfaces (a pot, a limb) never show their back and get
 * none. Unlit surfaces stay double-sided.
 *
 * Blended surfaces have their backs first, unlit ones too: they write no depth, so what is drawn last is seen in front. three.js draws
 * the backs of such a surface first as well.
 */
export function turnBackFaces(part: PackedPart): PackedPart {
  const { material } = part;
  const isBlended = material.alphaMode === 'blend';
  if (!material.doubleSided || (!isBlended && (material.unlit || material.baked))) return part;
  const open = material.alphaMode === 'opaque' ? openTriangles(part) : new Uint8Array(part.index.length / 3).fill(1);
  const oneSided = { ...part, material: { ...material, doubleSided: false } };
  return open.includes(1) ? withBacks(oneSided, open) : oneSided;
}

/** Marks with 1 each triangle of a piece that has an open edge, or is inside out. */
function openTriangles(part: PackedPart): Uint8Array {
  const { index } = part;
  const { data } = part.attributes.POSITION;
  const place = placesOf(data, index);
  const root = new Int32Array(place.length);
  for (let i = 0; i < root.length; i++) root[i] = i;
  const isOpen = openPieces(place, root);
  const volumes = new Float64Array(place.length);
  for (let i = 0; i < index.length; i += 3) volumes[find(root, place[i])] += volumeUnder(data, index, i);
  const out = new Uint8Array(index.length / 3);
  for (let t = 0; t < out.length; t++) {
    const piece = find(root, place[t * 3]);
    out[t] = isOpen[piece] === 1 || volumes[piece] <= 0 ? 1 : 0;
  }
  return out;
}

/** Returns for each corner a number of its place: the first corner there. */
function placesOf(positions: ArrayLike<number>, index: Uint32Array): Int32Array {
  const mask = maskFor(index.length);
  const table = new Int32Array(mask + 1).fill(-1);
  const places = new Int32Array(index.length);
  for (let i = 0; i < index.length; i++) {
    const v = index[i] * 3;
    const x = positions[v];
    const y = positions[v + 1];
    const z = positions[v + 2];
    let slot = slotOf(x * 65536 + y, z, mask);
    for (; table[slot] >= 0; slot = (slot + 1) & mask) {
      const other = index[table[slot]] * 3;
      if (positions[other] === x && positions[other + 1] === y && positions[other + 2] === z) break;
    }
    if (table[slot] < 0) table[slot] = i;
    places[i] = table[slot];
  }
  return places;
}

/** Counts an edge in the other direction. No edge has as many triangles. */
const BACKWARD = 2 ** 16;

/** Joins the places of each piece in `root`, and marks pieces with an open edge. In a closed one, each edge occurs once each way. */
function openPieces(place: Int32Array, root: Int32Array): Uint8Array {
  const mask = maskFor(place.length);
  const from = new Int32Array(mask + 1).fill(-1);
  const to = new Int32Array(mask + 1);
  const counts = new Int32Array(mask + 1);
  for (let i = 0; i < place.length; i++) {
    const a = place[i];
    const b = place[i % 3 === 2 ? i - 2 : i + 1];
    root[find(root, a)] = find(root, b);
    const low = a < b ? a : b;
    const high = a < b ? b : a;
    let slot = slotOf(low, high, mask);
    while (from[slot] >= 0 && (from[slot] !== low || to[slot] !== high)) slot = (slot + 1) & mask;
    from[slot] = low;
    to[slot] = high;
    counts[slot] += a < b ? 1 : BACKWARD;
  }
  const isOpen = new Uint8Array(place.length);
  for (let slot = 0; slot <= mask; slot++)
    if (from[slot] >= 0 && counts[slot] !== 1 + BACKWARD) isOpen[find(root, from[slot])] = 1;
  return isOpen;
}

/** Returns the number that stands for all places of a piece, and shortens the way to it. */
function find(root: Int32Array, place: number): number {
  let at = place;
  while (root[at] !== at) {
    root[at] = root[root[at]];
    at = root[at];
  }
  return at;
}

/** Returns the first slot for two numbers. */
const slotOf = (a: number, b: number, mask: number): number => slotFor(Math.imul(a, 0x2c1b3c6d) ^ Math.imul(b, 0x297a2d39), mask);

/** Returns six times the volume between a triangle and the origin. */
function volumeUnder(p: ArrayLike<number>, index: Uint32Array, i: number): number {
  const a = index[i] * 3;
  const b = index[i + 1] * 3;
  const c = index[i + 2] * 3;
  return (
    p[a] * (p[b + 1] * p[c + 2] - p[b + 2] * p[c + 1]) -
    p[a + 1] * (p[b] * p[c + 2] - p[b + 2] * p[c]) +
    p[a + 2] * (p[b] * p[c + 1] - p[b + 1] * p[c])
  );
}

/** Adds backs for the triangles that `open` marks: the same vertices with reversed normals. */
function withBacks(part: PackedPart, open: Uint8Array): PackedPart {
  const count = vertexCount(part);
  const back = new Int32Array(count).fill(-1);
  const sources: number[] = [];
  const index = new Uint32Array(part.index.length + open.reduce((sum, is) => sum + is, 0) * 3);
  const backsFirst = part.material.alphaMode === 'blend';
  index.set(part.index, backsFirst ? index.length - part.index.length : 0);
  let at = backsFirst ? 0 : part.index.length;
  for (let t = 0; t < open.length; t++) {
    if (!open[t]) continue;
    for (const k of [0, 2, 1]) {
      const v = part.index[t * 3 + k];
      if (back[v] < 0) back[v] = count + sources.push(v) - 1;
      index[at++] = back[v];
    }
  }
  const more = (attribute: PackedAttribute, turned: boolean): PackedAttribute => {
    const { data, size } = attribute;
    const out = new (data.constructor as new (length: number) => PackedAttribute['data'])(data.length + sources.length * size);
    out.set(data as never);
    sources.forEach((v, i) => {
      for (let k = 0; k < size; k++) out[(count + i) * size + k] = turned ? -data[v * size + k] : data[v * size + k];
    });
    return { ...attribute, data: out };
  };
  const attributes = Object.fromEntries(Object.entries(part.attributes).map(([name, a]) => [name, more(a, name === 'NORMAL')]));
  return {
    ...part,
    attributes: { ...attributes, POSITION: more(part.attributes.POSITION, false) },
    morphs: part.morphs.map(m => ({
      ...m,
      position: more(m.position, false),
      ...(m.normal ? { normal: more(m.normal, true) } : {}),
    })),
    index,
  };
}
