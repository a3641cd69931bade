/** Tries the levels of detail of one part. Each try is independent of the others, so that two threads can share them. */

import { type PackedPart, vertexCount } from '../meshes/packed-part.ts';
import { Covers } from './covers.ts';
import { attributesThatCount, type LevelAttributes } from './level-attributes.ts';
import { areasAround, measuredOf, surfaceOf } from './level-deviation.ts';
import type { ShrunkTexture } from './looks/texture-colours.ts';
import { type Finest, type Simplified, simplify } from './simplify.ts';
import { HARDLY_SEEN, SELDOM_SEEN } from './visibility/sight.ts';

/** Below this number of triangles, the draw call costs more than its triangles. */
export const MIN_TRIANGLES = 48;
/**
 * Maximum attempts for a level, by the triangles of the model. Misplaced vertices are visible on a figure, but fixing them takes
 * more time than a large model allows (1 s for 50,000 triangles). Furniture gains little by more than two.
 */
const roundsFor = (triangles: number, figure: boolean): number =>
  triangles <= 8000 ? (figure ? 6 : 2) : triangles <= 20_000 ? 2 : 1;
/** Models with more triangles are not checked for surfaces that show through their covers. */
const COVERED = 20_000;
/** Maximum distance of a cover above a vertex, in units of the quantization volume (half the model's extent). */
const FARTHEST_COVER = 0.1;
/**
 * From this share of the finest level's triangles down, a level has vertices of its own, which may move. All levels together then
 * have at most half as many more vertices as the finest.
 */
const MOVES_FROM = 0.4;
/** From this share down, a level may open seams between parts, if it cannot reach its aim otherwise. */
const OPENS_FROM = 0.15;
/** A level misses its aim if it has so many times the triangles. */
const MISSED = 1.3;
/** Vertices of a part whose levels may have vertices of their own: with half as many more, 16-bit indices still reach all. */
const MOST_VERTICES = 43_000;

/** The part whose levels are tried, as in `makeLevels`. */
export interface TriedPart {
  readonly part: PackedPart;
  readonly locked: Uint8Array;
  readonly hidden: Uint8Array;
  /** Maximum distance of a level from the finest, as a share of the product's extent. */
  readonly maxError: number;
  /** Of the whole model. */
  readonly triangles: number;
  readonly colours?: ShrunkTexture | undefined;
}

/** A level that was tried. */
export interface Tried {
  readonly found: Simplified | undefined;
  /** The most indices of any attempt. With fewer allowed, there might have been other attempts. */
  readonly longest: number;
}

/** What was tried ahead in another thread; undefined where nothing was, or where that failed. */
export type TriedAhead = (share: number) => Promise<Tried | undefined> | undefined;

/** Tries levels of a part. What they start from is made when it is needed. */
export class LevelTries {
  readonly attributes: LevelAttributes;
  /** Whether levels may have vertices of their own. */
  readonly mayMove: boolean;
  readonly #from: TriedPart;
  readonly #positions: Float32Array;
  /** Indices of the triangles that are visible, and of those that are not seldom seen. */
  readonly #visible: Uint32Array;
  readonly #outer: Uint32Array;
  #near: Finest | undefined;
  #far: Finest | undefined;

  constructor(from: TriedPart) {
    const { part, hidden, colours } = from;
    this.#from = from;
    this.attributes = attributesThatCount(part, part.attributes.JOINTS_0 && colours);
    this.#positions = positionsOf(part);
    this.#visible = visible(part, hidden, HARDLY_SEEN);
    this.#outer = visible(part, hidden, SELDOM_SEEN);
    this.mayMove = part.attributes.JOINTS_0 !== undefined && vertexCount(part) <= MOST_VERTICES;
  }

  /** The visible triangles. */
  get near(): Finest {
    return (this.#near ??= this.#finest(this.#visible));
  }

  /** Those that are not seldom seen: what levels with vertices of their own are made of. */
  get #outside(): Finest {
    if (this.#outer.length === this.#visible.length) return this.near;
    return (this.#far ??= this.#finest(this.#outer));
  }

  /** Indices at which a level aims. @param share - of the visible triangles. */
  target(share: number): number {
    return Math.max(MIN_TRIANGLES / 2, Math.floor((this.#visible.length / 3) * share)) * 3;
  }

  /** Tries a level. @param most - indices; attempts with more are not wanted. */
  make(share: number, most = Number.POSITIVE_INFINITY): Tried {
    const moves = this.mayMove && share <= MOVES_FROM;
    const lengths: number[] = [];
    const found = levelOf(moves ? this.#outside : this.near, this.target(share), most, moves, share <= OPENS_FROM, lengths);
    return { found, longest: Math.max(0, ...lengths) };
  }

  #finest(index: Uint32Array): Finest {
    const { part, locked, maxError, triangles, colours } = this.#from;
    const positions = this.#positions;
    const { NORMAL } = part.attributes;
    const near = Math.min(maxError * 2, FARTHEST_COVER);
    const rigid = part.attributes.JOINTS_0 === undefined;
    const surface = surfaceOf(positions, index);
    return {
      ...surface,
      ...{ locked, maxError: maxError * 2, rigid, rounds: roundsFor(triangles, !rigid) },
      covers: NORMAL && triangles <= COVERED ? new Covers(positions, NORMAL.data, index, surface.tree(), near) : undefined,
      ...(colours && !rigid ? { colours } : {}),
      areas: areasAround(positions, index),
      measured: measuredOf(index.length / 3 / triangles),
      ...this.attributes,
    };
  }
}

/** Returns the triangles whose visibility is none of 1..`without`; all where too few are left. */
function visible(part: PackedPart, visibility: Uint8Array, without: number): Uint32Array {
  const { index } = part;
  const left = new Uint32Array(index.length);
  let count = 0;
  for (let i = 0; i < index.length; i += 3) {
    const seen = visibility[i / 3];
    if (seen > 0 && seen <= without) continue;
    for (let k = 0; k < 3; k++) left[count++] = index[i + k];
  }
  return count / 3 > MIN_TRIANGLES ? left.slice(0, count) : index;
}

function positionsOf({ attributes: { POSITION } }: PackedPart): Float32Array {
  const out = new Float32Array(POSITION.data.length);
  for (let i = 0; i < out.length; i++) out[i] = POSITION.data[i] / 32767;
  return out;
}

/** @param lengths - receives the number of indices of each attempt. */
function levelOf(
  from: Finest,
  target: number,
  most: number,
  moves: boolean,
  opens: boolean,
  lengths: number[],
): Simplified | undefined {
  const found = simplify(from, target, most, moves, lengths);
  const missed = !found || found.index.length > target * MISSED;
  if (!missed || !opens || !from.locked.includes(1)) return found;
  return simplify({ ...from, locked: new Uint8Array(from.locked.length) }, target, most, moves, lengths) ?? found;
}
