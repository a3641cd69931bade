import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import type { SourcePart } from '../model/source-model.ts';

/** Metres that the surface may move. The tolerances below weigh as much. */
const TOLERANCE = 0.002;
/** Tolerance of light, encoded (square root of linear, 0..1); of a normal (radians); of a texture (share of its width). */
const LIGHT = 0.012;
const NORMAL = 0.05;
const UV = 0.002;

/**
 * Removes the vertices that light does not need: where it is constant or changes evenly, the cuts of `subdivide` show nothing.
 * Borders stay, so that adjacent parts still meet.
 *
 * @param scale - metres in the room for one of the part's units.
 */
export async function thinOut(part: SourcePart, scale: number): Promise<SourcePart> {
  if (!part.colors || part.joints || part.morphTargets?.length || part.index.length < 6) return part;
  await MeshoptSimplifier.ready;
  const { values, weights } = attributes(part, scale);
  const [index] = MeshoptSimplifier.simplifyWithAttributes(
    part.index,
    part.positions,
    3,
    values,
    weights.length,
    weights,
    null,
    0,
    TOLERANCE / scale,
    ['LockBorder', 'ErrorAbsolute'],
  ); // prettier-ignore
  return index.length > 0 && index.length < part.index.length ? used(part, index) : part;
}

function attributes(part: SourcePart, scale: number): { values: Float32Array; weights: number[] } {
  const { positions, normals, uvs, uvs2, colors } = part;
  const unit = TOLERANCE / scale;
  const weights = [
    ...Array(3).fill(unit / NORMAL),
    ...Array(3).fill(unit / LIGHT),
    ...[uvs, uvs2].flatMap(set => (set ? [unit / UV, unit / UV] : [])),
  ];
  const count = positions.length / 3;
  const values = new Float32Array(count * weights.length);
  for (let v = 0, at = 0; v < count; v++) {
    for (let k = 0; k < 3; k++) values[at++] = normals[v * 3 + k];
    for (let k = 0; k < 3; k++) values[at++] = Math.sqrt(Math.max(0, colors?.[v * 4 + k] ?? 1));
    for (const set of [uvs, uvs2]) if (set) for (let k = 0; k < 2; k++) values[at++] = set[v * 2 + k];
  }
  return { values, weights };
}

/** The part with only the vertices that `index` uses. */
function used(part: SourcePart, index: Uint32Array): SourcePart {
  const numbers = new Map<number, number>();
  const renumbered = index.map(v => {
    let number = numbers.get(v);
    if (number === undefined) numbers.set(v, (number = numbers.size));
    return number;
  });
  const take = (values: Float32Array, size: number): Float32Array => {
    const out = new Float32Array(numbers.size * size);
    for (const [from, to] of numbers) out.set(values.subarray(from * size, from * size + size), to * size);
    return out;
  };
  return {
    material: part.material,
    positions: take(part.positions, 3),
    normals: take(part.normals, 3),
    ...(part.uvs ? { uvs: take(part.uvs, 2) } : {}),
    ...(part.uvs2 ? { uvs2: take(part.uvs2, 2) } : {}),
    ...(part.colors ? { colors: take(part.colors, 4) } : {}),
    index: renumbered,
  };
}
