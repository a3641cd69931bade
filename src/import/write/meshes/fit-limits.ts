/** Keeps a mesh within its reader's limits (src/assets/limits.ts), so that every written mesh opens. */
import { MAX_DECODED_BYTES, MAX_PARTS } from '../../../assets/limits.ts';
import type { MaterialDescription } from '../../../assets/meshes/mesh-asset.ts';
import { FormatError } from '../../../core/errors.ts';
import type { SourcePart, SourceProduct } from '../../model/source-model.ts';
import type { LeveledPart } from '../levels/reorder-levels.ts';
import { type PackedPart, remapVertices, vertexCount } from './packed-part.ts';

/** Decoded bytes of a part's vertices. The reader counts a compressed stream twice: as bytes and as numbers. */
function vertexBytes(part: PackedPart): number {
  const streams = [
    ...Object.values(part.attributes),
    ...part.morphs.flatMap(m => (m.normal ? [m.position, m.normal] : [m.position])),
  ];
  const each = streams.reduce((sum, { data, size }) => sum + ((size * data.BYTES_PER_ELEMENT + 3) & ~3), 0);
  return 2 * each * vertexCount(part);
}

const indexBytes = (numbers: number): number => 2 * 2 * numbers;

/** @throws FormatError where the finest level alone exceeds the limit for decoded bytes. */
export function checkFinest(parts: readonly PackedPart[], url: string): void {
  const bytes = parts.reduce((sum, part) => sum + vertexBytes(part) + indexBytes(part.index.length), 0);
  if (bytes <= MAX_DECODED_BYTES && parts.length <= MAX_PARTS) return;
  const triangles = parts.reduce((sum, part) => sum + part.index.length / 3, 0).toLocaleString('en');
  if (parts.length > MAX_PARTS)
    throw new FormatError(`a mesh has at most ${MAX_PARTS} parts: join materials, or split the model into several files`, {
      url,
      at: 'parts',
      value: parts.length,
    });
  throw new FormatError(
    `its ${triangles} triangles unpack to ${Math.ceil(bytes / 2 ** 20)} MiB, and a mesh may to ${MAX_DECODED_BYTES / 2 ** 20} MiB: simplify the model, or split it into several files`,
    { url, at: 'parts', value: bytes },
  );
}

/** Returns the parts with as many levels as fit, the same maximum for all. It warns where it removed levels. */
export function fitLevels<T extends { readonly leveled: LeveledPart }>(
  parts: readonly T[],
  warn: (message: string) => void,
): T[] {
  const most = Math.max(...parts.map(p => p.leveled.levels.length));
  const cut = (count: number) => parts.map(p => ({ ...p, leveled: withLevels(p.leveled, count) }));
  for (let count = most; count >= 1; count--) {
    const fitted = count === most ? [...parts] : cut(count);
    const levels = fitted.flatMap(p => p.leveled.levels);
    const bytes =
      fitted.reduce((sum, p) => sum + vertexBytes(p.leveled.part) + 2 * (p.leveled.paint?.length ?? 0), 0) +
      levels.reduce((sum, l) => sum + indexBytes(l.index.length), 0);
    if (levels.length > MAX_PARTS || (bytes > MAX_DECODED_BYTES && count > 1)) continue;
    if (count < most)
      warn(
        `${count} of ${most} levels of detail are kept: more would not fit a mesh of ${MAX_PARTS} parts and ${MAX_DECODED_BYTES / 2 ** 20} MiB`,
      );
    return fitted;
  }
  return cut(1);
}

/** Returns the first levels. Vertices that only later levels use are dropped: they are the last. */
function withLevels({ part, levels, paint }: LeveledPart, count: number): LeveledPart {
  const kept = levels.slice(0, count);
  const used = 1 + kept.reduce((most, { index }) => index.reduce((a, b) => Math.max(a, b), most), 0);
  const remap = Uint32Array.from({ length: vertexCount(part) }, (_, v) => (v < used ? v : 0xffffffff));
  const rest = paint && kept.some(level => level.painted) ? { paint: paint.slice(0, used * 4) } : {};
  return { part: remapVertices(part, remap, used, part.index), levels: kept, ...rest };
}

/**
 * Joins parts of plain colours and stores the colours at the vertices. It applies where a model has more materials than a mesh
 * may have parts (CAD models have thousands).
 */
export function joinColours(parts: readonly SourcePart[], product: SourceProduct, warn: (message: string) => void): SourcePart[] {
  if (parts.length <= MAX_PARTS) return [...parts];
  const textured = new Set(product.textures.map(t => t.slot));
  const groups = new Map<string, SourcePart[]>();
  for (const part of parts) {
    // The share of emission follows from colour and emission, so parts that are to be joined differ in it.
    const { name, baseColor, emits: _, ...rest } = part.material;
    const isPlain = !textured.has(name) && rest.lightMap === undefined;
    const key = isPlain ? JSON.stringify([rest, baseColor[3]]) : name;
    const group = groups.get(key);
    if (group) group.push(part);
    else groups.set(key, [part]);
  }
  const joined = [...groups.values()].flatMap((group, i) => (group.length === 1 ? group : coloured(group, `colours ${i + 1}`)));
  const materials = new Set(joined.map(p => p.material.name)).size;
  warn(`${parts.length} materials became ${materials}, their colours at the vertices: a mesh has at most ${MAX_PARTS} parts`);
  return joined;
}

function coloured(group: readonly SourcePart[], name: string): SourcePart[] {
  // Colours are bytes. The largest value of each channel becomes the factor, so that dark colours keep their precision.
  const most = [0, 1, 2].map(c => Math.max(1e-6, ...group.map(p => p.material.baseColor[c])));
  const { material } = group[0];
  // The shader adds the emission, which is equal here, before it multiplies with the colours at the vertices.
  const share = (color: number, c: number): number => (color + material.emissive[c]) / (most[c] + material.emissive[c]);
  const { emits: _, ...rest } = material;
  const emits = jointEmits(group);
  const shared: MaterialDescription = {
    ...rest,
    name,
    baseColor: [most[0], most[1], most[2], material.baseColor[3]],
    ...(emits ? { emits } : {}),
  };
  return group.map(part => {
    const { baseColor } = part.material;
    const colors = part.colors?.slice() ?? new Float32Array((part.positions.length / 3) * 4).fill(1);
    for (let i = 0; i < colors.length; i++) if (i % 4 < 3) colors[i] *= share(baseColor[i % 4], i % 4);
    return { ...part, material: shared, colors };
  });
}

/** Returns the share of emission for all parts: their mean, weighted by the square of what each shows, as its error is. */
function jointEmits(group: readonly SourcePart[]): [number, number, number] | undefined {
  if (!group.some(({ material }) => material.emits)) return undefined;
  const share = (c: number): number => {
    let [emitted, squares] = [0, 0];
    for (const { material } of group) {
      const square = (material.baseColor[c] + material.emissive[c]) ** 2;
      emitted += (material.emits?.[c] ?? 0) * square;
      squares += square;
    }
    return squares > 0 ? emitted / squares : 0;
  };
  return [share(0), share(1), share(2)];
}
