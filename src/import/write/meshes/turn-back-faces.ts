/** Gives the backs of double-sided surfaces their own normals (glTF 2.0, 3.9.5). */
import { type PackedAttribute, type PackedPart, placeKey, vertexCount } from './packed-part.ts';

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
  const places = new Map<number, number>();
  const place = Uint32Array.from(index, v => {
    const key = placeKey(data, v);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, places.size);
    return places.size - 1;
  });
  const root = Uint32Array.from({ length: places.size }, (_, i) => i);
  const find = (p: number): number => {
    let at = p;
    while (root[at] !== at) at = root[at] = root[root[at]];
    return at;
  };
  // In a closed surface, each edge occurs once in each direction.
  const edges = new Map<number, number>();
  for (let i = 0; i < index.length; i += 3)
    for (let k = 0; k < 3; k++) {
      const [a, b] = [place[i + k], place[i + ((k + 1) % 3)]];
      root[find(a)] = find(b);
      const key = Math.min(a, b) * 67_108_864 + Math.max(a, b);
      // The low digit counts one direction, the next digit the other.
      edges.set(key, (edges.get(key) ?? 0) + (a < b ? 1 : 16));
    }
  const isOpen = new Set<number>();
  for (const [key, count] of edges) if (count !== 17) isOpen.add(find(Math.floor(key / 67_108_864)));
  const volumes = new Map<number, number>();
  for (let i = 0; i < index.length; i += 3) {
    const piece = find(place[i]);
    volumes.set(piece, (volumes.get(piece) ?? 0) + volumeUnder(data, index, i));
  }
  return Uint8Array.from({ length: index.length / 3 }, (_, t) => {
    const piece = find(place[t * 3]);
    return isOpen.has(piece) || (volumes.get(piece) ?? 0) <= 0 ? 1 : 0;
  });
}

/** Returns six times the volume between a triangle and the origin. */
function volumeUnder(p: ArrayLike<number>, index: Uint32Array, i: number): number {
  const [a, b, c] = [index[i] * 3, index[i + 1] * 3, index[i + 2] * 3];
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
