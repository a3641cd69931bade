/** Orders triangles for the vertex cache, and vertices by their first use. */
import { MeshoptEncoder } from 'meshoptimizer/encoder';
import { type PackedPart, remapVertices } from '../meshes/packed-part.ts';
import type { LevelAttributes } from './level-attributes.ts';
import { MovedVertices } from './moved-vertices.ts';
import type { Simplified } from './simplify.ts';

/** A part with its vertices in order of use, and the triangles of each level of detail, finest first. */
export interface LeveledPart {
  readonly part: PackedPart;
  /** `error`: maximum distance of the level from the finest, in metres. */
  readonly levels: readonly LeveledIndex[];
  /** Colours of vertices, RGBA, with which painted levels look the same as with the texture (`paintLevels`). */
  readonly paint?: Uint8Array;
}

export interface LeveledIndex {
  readonly index: Uint16Array;
  readonly error: number;
  readonly painted?: boolean;
}

/** 16-bit indices reach so many vertices. A level whose own ones are beyond has the finest's. */
const MAX_INDEX = 65_535;

/**
 * Orders triangles for the vertex cache, and vertices by first use: those of the finest, then those that coarser levels moved. Blended
 * triangles keep their order, because what is drawn last is seen in front.
 */
export function reorder(part: PackedPart, levels: readonly Simplified[], attributes: LevelAttributes | undefined): LeveledPart {
  const finest = levels[0].index.slice();
  const mayReorder = part.material.alphaMode !== 'blend';
  const [remap, count] = MeshoptEncoder.reorderMesh(finest, mayReorder, false);
  const appended = new MovedVertices(remapVertices(part, remap, count, finest), attributes);
  const out = levels.map(({ index, error, own }, level) => {
    if (level === 0) return { index: Uint16Array.from(finest), error };
    const ownFits = own && appended.count + own.origins.length <= MAX_INDEX;
    const wanted = ownFits ? own.index : index;
    const ordered = mayReorder ? inCacheOrder(wanted) : wanted;
    const place = ownFits ? appended.append(ordered, own, remap) : remap;
    const stored = new Uint16Array(ordered.length);
    for (let i = 0; i < stored.length; i++) stored[i] = place[ordered[i]];
    return { index: stored, error };
  });
  return { part: appended.part, levels: out };
}

/** Orders triangles for the vertex cache. Vertices keep their numbers. */
function inCacheOrder(index: Uint32Array): Uint32Array {
  const ordered = index.slice();
  const [places] = MeshoptEncoder.reorderMesh(ordered, true, false);
  const vertexAt = new Uint32Array(places.length);
  for (let v = 0; v < places.length; v++) if (places[v] !== 0xffffffff) vertexAt[places[v]] = v;
  for (let i = 0; i < ordered.length; i++) ordered[i] = vertexAt[ordered[i]];
  return ordered;
}
