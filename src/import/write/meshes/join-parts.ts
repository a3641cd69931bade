import type { SourceMorphTarget, SourcePart } from '../../model/source-model.ts';

/**
 * Joins parts, one for each material, because every part is a draw call. Parts join where their materials are equal and they
 * agree on skin and morph targets. A part without colours becomes white where another has them. A part without UVs gets 0, 0.
 */
export function joinParts(parts: readonly SourcePart[]): SourcePart[] {
  const groups = new Map<string, SourcePart[]>();
  for (const part of parts) {
    const morphs = (part.morphTargets ?? []).map(t => [t.name, t.normals !== undefined]);
    const key = JSON.stringify([part.material, part.joints !== undefined, morphs]);
    const group = groups.get(key);
    if (group) group.push(part);
    else groups.set(key, [part]);
  }
  return [...groups.values()].map(group => (group.length === 1 ? group[0] : join(group)));
}

function join(group: readonly SourcePart[]): SourcePart {
  const vertices = group.map(part => part.positions.length / 3);
  const floats = (size: number, blank: number, of: (part: SourcePart) => Float32Array | undefined): Float32Array =>
    concatFloats(group.map((part, i) => of(part) ?? new Float32Array(vertices[i] * size).fill(blank)));
  const index = new Uint32Array(group.reduce((sum, part) => sum + part.index.length, 0));
  let at = 0;
  let base = 0;
  group.forEach((part, i) => {
    for (const v of part.index) index[at++] = v + base;
    base += vertices[i];
  });
  const skinned = group[0].joints !== undefined;
  return {
    material: group[0].material,
    positions: floats(3, 0, p => p.positions),
    normals: floats(3, 0, p => p.normals),
    ...(group.some(p => p.uvs) ? { uvs: floats(2, 0, p => p.uvs) } : {}),
    ...(group.some(p => p.uvs2) ? { uvs2: floats(2, 0, p => p.uvs2) } : {}),
    ...(group.some(p => p.colors) ? { colors: floats(4, 1, p => p.colors) } : {}),
    ...(skinned
      ? {
          joints: concat(
            Uint16Array,
            group.map(p => p.joints ?? new Uint16Array()),
          ),
          weights: floats(4, 0, p => p.weights),
        }
      : {}),
    ...(group[0].morphTargets?.length ? { morphTargets: group[0].morphTargets.map((_, t) => joinTarget(group, t)) } : {}),
    index,
  };
}

function joinTarget(group: readonly SourcePart[], t: number): SourceMorphTarget {
  const targets = group.flatMap(part => part.morphTargets?.[t] ?? []);
  const normals = targets.flatMap(target => target.normals ?? []);
  return {
    name: targets[0].name,
    positions: concatFloats(targets.map(target => target.positions)),
    ...(normals.length > 0 ? { normals: concatFloats(normals) } : {}),
  };
}

const concatFloats = (arrays: readonly Float32Array[]): Float32Array => concat(Float32Array, arrays);

function concat<T extends Float32Array | Uint16Array>(Numbers: new (length: number) => T, arrays: readonly T[]): T {
  const out = new Numbers(arrays.reduce((sum, a) => sum + a.length, 0));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}
