/** Finds the vertices that must stay, so that no crack opens between the parts of a model. */
import { type PackedPart, placeKey } from '../meshes/packed-part.ts';

/**
 * Returns for each part 1 for each vertex at a seam: several parts have its place, and the surface of one of them ends there. The
 * fronts and the backs of a surface share all their places, but part only at its outline.
 */
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
  const shared = keys.map(own => Uint8Array.from(own, key => (owner.get(key) === -1 ? 1 : 0)));
  const ends = new Set<number>();
  for (const [p, { index }] of parts.entries()) addEnds(index, keys[p], shared[p], ends);
  return keys.map((own, p) => shared[p].map((is, v) => (is === 1 && ends.has(own[v]) ? 1 : 0)));
}

/** A part has fewer places: two are one exact number, and so are three. */
const PLACES = 2 ** 16;

/** Adds the shared places at which a surface ends: an edge there belongs to one triangle. A triangle and its back count as one. */
function addEnds(index: Uint32Array, keys: Float64Array, shared: Uint8Array, ends: Set<number>): void {
  if (!shared.includes(1)) return;
  const numbers = new Map<number, number>();
  for (const key of keys) if (!numbers.has(key)) numbers.set(key, numbers.size);
  const places = Uint32Array.from(keys, key => numbers.get(key) ?? 0);
  const triangles = new Set<number>();
  const edges = new Map<number, number>();
  const count = (a: number, b: number): void => {
    const edge = a * PLACES + b;
    edges.set(edge, (edges.get(edge) ?? 0) + 1);
  };
  for (let i = 0; i < index.length; i += 3) {
    if (shared[index[i]] + shared[index[i + 1]] + shared[index[i + 2]] < 2) continue;
    const [a, b, c] = [places[index[i]], places[index[i + 1]], places[index[i + 2]]].sort((x, y) => x - y);
    const before = triangles.size;
    if (a === b || b === c || triangles.add((a * PLACES + b) * PLACES + c).size === before) continue;
    count(a, b);
    count(b, c);
    count(a, c);
  }
  const all = [...numbers.keys()];
  for (const [edge, uses] of edges) if (uses === 1) ends.add(all[Math.floor(edge / PLACES)]).add(all[edge % PLACES]);
}
