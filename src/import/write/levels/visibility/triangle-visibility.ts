/** Finds triangles that are never visible, or seldom. */
import { placeKey } from '../../meshes/packed-part.ts';
import { letOthersRun } from '../let-others-run.ts';
import type { PartOfModel } from './model-part.ts';
import { Sight } from './sight.ts';

/**
 * Maximum rays for a model and for each triangle. The limit gives the same bytes on every machine; unchecked triangles count as
 * visible. (A ray takes 3 to 5 microseconds: without a limit, 150,000 triangles took 54 % of 22 s.)
 */
const RAYS = 400_000;
const RAYS_PER_TRIANGLE = 1;
/** Number of triangles that are tried first in larger parts. Where fewer than 2 % of them are hidden, the search stops. */
const TRIED = 200;
const WORTH = 0.02;

/** Models with more triangles have no seldom seen ones: each place of a triangle takes up to 21 rays. */
const EXPOSED = 20_000;

/** Triangles that are looked at before answers of other threads are handled: 5 to 20 ms. */
const AT_ONCE = 500;

/**
 * Finds triangles that are never visible from outside the model, because another surface lies close above them and moves with
 * them. Coarser levels leave them out: their surfaces move by up to the level's error, so hidden triangles would show through.
 *
 * Opaque surfaces hide. Surfaces with morph targets neither hide nor are hidden, because a mouth opens. Neighbours of a visible
 * triangle count as visible.
 *
 * @returns for each part, 1 for each hidden triangle.
 */
export const hiddenTriangles = (parts: readonly PartOfModel[]): Uint8Array[] => hiddenFrom(new Sight(parts), parts, () => true);

function hiddenFrom(sight: Sight, parts: readonly PartOfModel[], isWanted: (part: PartOfModel) => boolean): Uint8Array[] {
  const out = parts.map(({ part }) => new Uint8Array(part.index.length / 3));
  for (const [p, part] of parts.entries()) {
    const count = out[p].length;
    if (part.part.morphs.length > 0 || !isWanted(part) || !hasHidden(sight, p, count)) continue;
    // Each part has its own share of rays, so that early parts leave some for the last.
    const until = sight.rays + (RAYS * count) / sight.triangles + RAYS_PER_TRIANGLE * count;
    for (let t = 0; t < count && sight.rays < until; t++) out[p][t] = sight.isHidden(p, t) ? 1 : 0;
  }
  return withoutBorders(parts, out);
}

/**
 * Finds out which triangles are seen: 0, `HARDLY_SEEN` (`hiddenTriangles` among them) or `SELDOM_SEEN`. Coarser levels leave out the
 * first, and those with few triangles both. There, surfaces move by more than the gap between a head and its helmet. Only figures have
 * seldom seen triangles: the middle of a cabinet's side may lie behind a drawer while its rim shows.
 *
 * In rigid parts only what is never visible is left out. People sit down and look under tables: without its seldom seen triangles the
 * lounge's fireplace had a ragged mantel, and shelves had no undersides (similarity to all triangles 0.976, seen from 5 m).
 *
 * A triangle counts only where all of ten places on it do, also close to its border. By its middle alone, a cheek of which an eye covers
 * the middle was left out, and faces had holes: half of the Knight's triangles were similar to the finest by 0.924, not 0.953.
 */
export async function triangleVisibility(parts: readonly PartOfModel[], exposuresOf = exposures): Promise<Uint8Array[]> {
  const sight = new Sight(parts);
  // What is hidden is exposed to no direction, so one search is enough.
  const out = hiddenFrom(sight, parts, part => !isExposed(part, sight.triangles));
  const exposed = out.filter((_, p) => isExposed(parts[p], sight.triangles));
  const found = await exposuresOf(
    sight,
    parts,
    0,
    exposed.reduce((sum, list) => sum + list.length, 0),
  );
  let at = 0;
  for (const list of exposed) {
    list.set(found.subarray(at, at + list.length));
    at += list.length;
  }
  return out;
}

/** Whether the directions from which its triangles are seen count. @param triangles - of the model. */
const isExposed = ({ part, joints }: PartOfModel, triangles: number): boolean =>
  triangles <= EXPOSED && part.morphs.length === 0 && joints.length > 0;

/**
 * Returns `exposure` of some triangles.
 *
 * @param from - the first of them, where those of all parts with exposed triangles have numbers from 0. @param to - the one after them.
 */
export async function exposures(sight: Sight, parts: readonly PartOfModel[], from: number, to: number): Promise<Uint8Array> {
  const out = new Uint8Array(to - from);
  let first = 0;
  for (const [p, part] of parts.entries()) {
    if (!isExposed(part, sight.triangles)) continue;
    const next = first + part.part.index.length / 3;
    for (let at = Math.max(from, first); at < Math.min(to, next); at += AT_ONCE) {
      await letOthersRun();
      const end = Math.min(at + AT_ONCE, to, next);
      for (let t = at; t < end; t++) out[t - from] = sight.exposure(p, t - first);
    }
    first = next;
  }
  return out;
}

function hasHidden(sight: Sight, part: number, count: number): boolean {
  if (count <= TRIED) return true;
  let hidden = 0;
  // A hidden triangle takes all rays, a visible one few. So the search ends as soon as enough are found.
  for (let i = 0; i < TRIED && hidden < TRIED * WORTH; i++) if (sight.isHidden(part, Math.floor((i * count) / TRIED))) hidden++;
  return hidden >= TRIED * WORTH;
}

/** Removes triangles that share a position with a visible one: a slit may be visible between two view directions. */
function withoutBorders(parts: readonly PartOfModel[], hidden: readonly Uint8Array[]): Uint8Array[] {
  if (hidden.every(list => !list.includes(1))) return [...hidden];
  const seen = new Set<number>();
  const places = parts.map(({ part: { index, attributes } }) => {
    const { data } = attributes.POSITION;
    return Float64Array.from(index, v => placeKey(data, v));
  });
  for (const [p, own] of places.entries()) for (const [i, place] of own.entries()) if (!hidden[p][(i / 3) | 0]) seen.add(place);
  return hidden.map((list, p) =>
    list.map((is, t) =>
      is && !seen.has(places[p][t * 3]) && !seen.has(places[p][t * 3 + 1]) && !seen.has(places[p][t * 3 + 2]) ? 1 : 0,
    ),
  ); // prettier-ignore
}
