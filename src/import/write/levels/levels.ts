/** Makes levels of detail. */
import { MeshoptEncoder } from 'meshoptimizer/encoder';
import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import type { ShrunkTexture } from '../../picture/texture-colours.ts';
import { type PackedPart, type QuantizationVolume, vertexCount } from '../meshes/packed-part.ts';
import { Covers } from './covers.ts';
import { letOthersRun } from './let-others-run.ts';
import { attributesThatCount, type LevelAttributes } from './level-attributes.ts';
import { areasAround, measuredOf, surfaceOf, triangleArea } from './level-deviation.ts';
import { type Judge, type JudgedPart, LevelJudge } from './level-judge.ts';
import { paintLevels } from './paint-levels.ts';
import { type LeveledPart, reorder } from './reorder-levels.ts';
import { type Finest, type Simplified, simplify } from './simplify.ts';
import { HARDLY_SEEN, SELDOM_SEEN } from './visibility/sight.ts';

export interface LevelOptions {
  /** Levels of detail besides the finest, 0..8. */
  readonly count: number;
  /** Maximum distance of a level from the finest, as a share of the product's extent. */
  readonly maxError: number;
}

/** Below this number of triangles, the draw call costs more than its triangles. */
const MIN_TRIANGLES = 48;
/** Triangles that a level of a rigid part leaves out at least. Fewer cost less than a draw call, and the level takes 300 bytes. */
const LEAST_SAVED = 140;

/**
 * Maximum attempts for a level, by the triangles of the model. Misplaced vertices are visible on a figure, but fixing them takes
 * more time than a large model allows (1 s for 50,000 triangles). Furniture gains little by more than two.
 */
const roundsFor = (triangles: number, figure: boolean): number =>
  triangles <= 8000 ? (figure ? 6 : 2) : triangles <= 20_000 ? 2 : 1;
/** Models with more triangles are not checked for surfaces that show through their covers. */
const COVERED = 20_000;
/**
 * Triangles of a figure's levels, as shares of the visible ones. The finer ones are close together, because most of a crowd's triangles
 * are theirs. The first one leaves out what is hidden: 38 % of the Knight with one sword and one shield.
 */
const SHARES_OF_FIGURE = [1, 0.68, 0.48, 0.34, 0.24, 0.12, 0.06, 0.03, 0.015];
/**
 * Least error of a figure's first level, which has all that is visible of it, in units of the quantization volume: 12 mm for a figure
 * 2.5 m wide. Nearer than that, the finest is drawn, because an arm that moves may show what was hidden at rest.
 */
const LEAST_ERROR = 0.01;
/** Models with more triangles are not looked at: each picture draws them all. */
const LOOKED_AT = 20_000;
/** Maximum distance of a cover above a vertex, in units of the quantization volume (half the model's extent). */
const FARTHEST_COVER = 0.1;
/**
 * From this share of the finest level's triangles down, a level has vertices of its own, which may move. All levels together then
 * have at most half as many more vertices as the finest.
 */
const MOVES_FROM = 0.4;
/** From this share down, a level may open seams between parts, if it cannot reach its aim otherwise. */
const OPENS_FROM = 0.15;
/** A level that has more of the finer one's triangles is left out. */
const MOST_OF_FINER = 0.85;
/** A level misses its aim if it has so many times the triangles. */
const MISSED = 1.3;
/** Vertices of a part whose levels may have vertices of their own: with half as many more, 16-bit indices still reach all. */
const MOST_VERTICES = 43_000;

/**
 * Makes coarser levels by edge collapse (meshoptimizer, after Garland and Heckbert 1997), each aiming at half the triangles of
 * the previous one. A level that saves less than 15 % is left out.
 *
 * Levels use the vertices of the finest. In figures, those of 40 % of the triangles and less have vertices of their own, appended to
 * the part's: these move to where the surface deviates least. A moved vertex keeps its joint weights and morph targets. In furniture
 * they would take a fifth more bytes and leave corners that are no corners any more.
 *
 * @param locked - 1 for each vertex where two parts meet. Levels of more than 15 % of the triangles keep them, so that no crack
 *   opens. Coarser ones may not: their cracks are at most as wide as their error.
 * @param triangles - of the whole model. Larger models get less time for each triangle.
 * @param area - `visibleArea` of the whole model.
 * @param hidden - `triangleVisibility`. Only the finest level contains triangles that are hardly seen. Levels with vertices of their
 *   own do not contain those that are seldom seen either.
 */
export async function makeLevels(
  part: PackedPart,
  volume: QuantizationVolume,
  locked: Uint8Array,
  hidden: Uint8Array,
  options: LevelOptions,
  triangles = part.index.length / 3,
  colours?: ShrunkTexture,
  area = visibleArea(part, hidden),
): Promise<LeveledPart> {
  return (await beginLevels(part, volume, locked, hidden, options, triangles, colours, area))();
}

/**
 * Works like `makeLevels`, but returns once all levels are offered to a judge.
 *
 * @param judgeOf - returns a judge in another thread.
 * @returns a function that awaits the judge and makes the result.
 */
export async function beginLevels(
  part: PackedPart,
  volume: QuantizationVolume,
  locked: Uint8Array,
  hidden: Uint8Array,
  options: LevelOptions,
  triangles: number,
  colours: ShrunkTexture | undefined,
  area: number,
  judgeOf: (part: JudgedPart) => Judge | undefined = () => undefined,
): Promise<() => Promise<LeveledPart>> {
  await Promise.all([MeshoptSimplifier.ready, MeshoptEncoder.ready]);
  const finest = part.index.slice();
  if (options.count === 0 || part.index.length / 3 <= MIN_TRIANGLES)
    return async () => reorder(part, [{ index: finest, error: 0, own: undefined }], undefined);
  const attributes = attributesThatCount(part, part.attributes.JOINTS_0 && colours);
  const source = { part, positions: positionsOf(part), attributes, locked, maxError: options.maxError, triangles, colours };
  const near = finestOf(source, visible(part, hidden, HARDLY_SEEN));
  const outer = visible(part, hidden, SELDOM_SEEN);
  const far = outer.length === near.index.length ? near : finestOf(source, outer);
  const mayMove = part.attributes.JOINTS_0 !== undefined && vertexCount(part) <= MOST_VERTICES;
  const isLookedAt = mayMove && triangles <= LOOKED_AT;
  const judged: JudgedPart = {
    ...{ finest, near: near.index, far: far.index, positions: source.positions, attributes, colours: near.colours },
    ...{ area: isLookedAt ? area : undefined, doubleSided: part.material.doubleSided },
  };
  const judge = (isLookedAt ? judgeOf(judged) : undefined) ?? new LevelJudge(judged, near, far);
  const offers = await offerLevels(judge, finest.length, near, far, mayMove, options.count);
  return async () => {
    await Promise.all(offers);
    const kept = await judge.end();
    const levels = kept.map(level => ({ ...level, error: level.error * volume.scale }));
    const ordered = reorder(part, levels, near);
    const indices = ordered.levels.map(({ index }) => index);
    const paint = mayMove && colours && paintLevels(ordered.part, indices, colours);
    if (!paint) return ordered;
    const painted = ordered.levels.map((level, i) => (paint.painted[i] ? { ...level, painted: true } : level));
    return { ...ordered, levels: painted, paint: paint.colours };
  };
}

/**
 * Offers levels to a judge, finest first.
 *
 * @param count - how many it may keep besides the finest.
 * @returns its answers that are not awaited yet.
 */
async function offerLevels(
  judge: Judge,
  finest: number,
  near: Finest,
  far: Finest,
  mayMove: boolean,
  count: number,
): Promise<readonly Promise<number>[]> {
  const shares = mayMove ? SHARES_OF_FIGURE : Array.from({ length: count }, (_, i) => 1 / 2 ** (i + 1));
  let finer = finest;
  let kept = 1;
  let waiting: Promise<number>[] = [];
  for (const share of shares) {
    const most = finer * MOST_OF_FINER;
    // Awaits the judge only where its answer may count, so that it works at the same time.
    if (kept + waiting.length > count) {
      kept = (await Promise.all(waiting)).pop() ?? kept;
      waiting = [];
    }
    if (kept > count) break;
    await letOthersRun();
    if (share === 1 && near.index.length > most) continue;
    const target = Math.max(MIN_TRIANGLES / 2, Math.floor((near.index.length / 3) * share)) * 3;
    if (!mayMove && finer - target < LEAST_SAVED * 3) break;
    const moves = mayMove && share <= MOVES_FROM;
    const found =
      share === 1
        ? { index: near.index, error: LEAST_ERROR, own: undefined }
        : levelOf(moves ? far : near, target, most, moves, share <= OPENS_FROM);
    if (!found) break;
    const answer = judge.offer({ ...found, isFar: moves });
    // The error reaches the code that awaits `waiting`.
    answer.catch(() => {});
    waiting.push(answer);
    finer = found.index.length;
    if (finer / 3 <= MIN_TRIANGLES) break;
  }
  return waiting;
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

/** What `finestOf` reads besides the triangles. */
interface Source {
  readonly part: PackedPart;
  /** In units of the volume's scale. */
  readonly positions: Float32Array;
  readonly attributes: LevelAttributes;
  readonly locked: Uint8Array;
  readonly maxError: number;
  /** Of the whole model. */
  readonly triangles: number;
  readonly colours: ShrunkTexture | undefined;
}

function finestOf({ part, positions, attributes, locked, maxError, triangles, colours }: Source, index: Uint32Array): Finest {
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
    ...attributes,
  };
}

function positionsOf({ attributes: { POSITION } }: PackedPart): Float32Array {
  const out = new Float32Array(POSITION.data.length);
  for (let i = 0; i < out.length; i++) out[i] = POSITION.data[i] / 32767;
  return out;
}

function levelOf(from: Finest, target: number, most: number, moves: boolean, opens: boolean): Simplified | undefined {
  const found = simplify(from, target, most, moves);
  const missed = !found || found.index.length > target * MISSED;
  if (!missed || !opens || !from.locked.includes(1)) return found;
  return simplify({ ...from, locked: new Uint8Array(from.locked.length) }, target, most, moves) ?? found;
}

/** Returns the area of the triangles that are seen, in squared units of the quantization volume. */
export function visibleArea({ index, attributes: { POSITION } }: PackedPart, hidden: Uint8Array): number {
  let area = 0;
  for (let i = 0; i < index.length; i += 3) if (!hidden[i / 3]) area += triangleArea(POSITION.data, index, i);
  return area / (32767 * 32767);
}
