/** Moves and scales models whose unit or origin does not suit a room. */
import { mat4 } from 'gl-matrix';
import { MAX_COORDINATE } from '../../core/document-limits.ts';
import type { Warn } from '../report/warnings.ts';
import type { SourceAvatar, SourcePart, SourceProduct } from './source-model.ts';

type Triple = readonly [number, number, number];
interface Box {
  readonly min: Triple;
  readonly max: Triple;
}

/** Maps a point p to scale (p - origin). */
export interface Placement {
  readonly scale: number;
  readonly origin: Triple;
}

/** Maximum plausible height of a figure in metres; a dragon may be 20 m tall. */
const TALLEST = 25;
/** Centimetres and millimetres, with the plausible heights of a figure in metres. */
const FIGURE_UNITS = [
  ['centimetres', 0.01],
  ['millimetres', 0.001],
] as const;
const FIGURE_HEIGHT = 5;
/** Maximum ratio of a figure's length to its height. A longer model is a scene that contains a figure. */
const FIGURE_SHAPE = 4;
/** Maximum plausible width in metres. Building plans in millimetres are wider, landscapes in metres narrower. */
const WIDEST = MAX_COORDINATE / 2;
/** Width in metres for a model that has no plausible width in any unit. */
const USUAL_WIDTH = 100;
/** A model has map coordinates if it is farther from the origin than this many metres, and than this many times its size. */
const FAR = [1000, 10] as const;

/**
 * Returns how to move and scale a model so that it fits into a room; undefined where no change is needed. Warns of guesses.
 *
 * @param isFigure - whether it is skinned, and so about as tall as a person or an animal.
 */
export function placementFor({ min, max }: Box, isFigure: boolean, warn: Warn): Placement | undefined {
  const size = max.map((m, k) => m - min[k]);
  const extent = Math.max(...size);
  const scale = isFigure ? figureScale(size[1], extent, warn) : thingScale(extent, warn);
  const middle = min.map((m, k) => (m + max[k]) / 2) as [number, number, number];
  const distance = Math.hypot(...middle);
  const outmost = Math.max(...min.map(Math.abs), ...max.map(Math.abs)) * scale;
  const isFar = distance * scale > FAR[0] && distance > FAR[1] * extent;
  if (!isFar && outmost <= MAX_COORDINATE) return scale === 1 ? undefined : { scale, origin: [0, 0, 0] };
  warn(`lies around ${middle.map(x => Number(x.toPrecision(7))).join(', ')}, too far out for a room: moved to the origin`);
  return { scale, origin: [middle[0], min[1], middle[2]] };
}

function figureScale(tall: number, extent: number, warn: Warn): number {
  if (!(tall > TALLEST) || extent > tall * FIGURE_SHAPE) return thingScale(extent, warn);
  const unit = FIGURE_UNITS.find(([, metres]) => tall * metres <= FIGURE_HEIGHT);
  if (!unit) return thingScale(extent, warn);
  warn(`a figure ${Number(tall.toPrecision(4))} units tall: taken for ${unit[0]}`);
  return unit[1];
}

function thingScale(extent: number, warn: Warn): number {
  if (!(extent > WIDEST)) return 1;
  const told = Number(extent.toPrecision(4));
  if (extent * 0.001 <= WIDEST) {
    warn(`${told} units across: taken for millimetres`);
    return 0.001;
  }
  warn(`${told} units across, in no unit of a size that a room can hold: scaled to ${USUAL_WIDTH} m`);
  return USUAL_WIDTH / extent;
}

/** Returns the box around all vertices of the parts, in their own space. */
export function boxOf(parts: readonly SourcePart[]): Box {
  const min: [number, number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const max: [number, number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { positions } of parts)
    for (let i = 0; i < positions.length; i++) {
      const axis = i % 3;
      if (positions[i] < min[axis]) min[axis] = positions[i];
      if (positions[i] > max[axis]) max[axis] = positions[i];
    }
  return { min, max };
}

/** Moves and scales a product. A skinned one keeps its look, because its inverse bind matrices undo the change. */
export function placeProduct(product: SourceProduct, { scale, origin }: Placement): SourceProduct {
  const moved = (values: Float32Array, [x, y, z]: Triple): Float32Array => {
    const from = [x, y, z];
    return values.map((value, i) => (value - from[i % 3]) * scale);
  };
  const parts = product.parts.map(part => ({
    ...part,
    positions: moved(part.positions, origin),
    ...(part.morphTargets
      ? { morphTargets: part.morphTargets.map(t => ({ ...t, positions: moved(t.positions, [0, 0, 0]) })) }
      : {}),
  }));
  // The same light falls on the same surface, so the light at 1 m changes by the square of the scale.
  const lamps = product.lamps?.map(lamp => ({
    ...lamp,
    position: lamp.position.map((x, k) => (x - origin[k]) * scale) as [number, number, number],
    color: lamp.color.map(x => x * scale * scale) as [number, number, number],
    ...(lamp.range === undefined ? {} : { range: lamp.range * scale }),
  }));
  if (!product.skin) return { ...product, parts, ...(lamps ? { lamps } : {}) };
  const inverseBind = product.skin.inverseBind.slice();
  const back = mat4.fromTranslation(mat4.create(), [...origin]);
  mat4.scale(back, back, [1 / scale, 1 / scale, 1 / scale]);
  const grow = mat4.fromScaling(mat4.create(), [scale, scale, scale]);
  for (let j = 0; j < inverseBind.length; j += 16) {
    const matrix = inverseBind.subarray(j, j + 16) as mat4;
    mat4.multiply(matrix, mat4.multiply(matrix, grow, matrix), back);
  }
  return { ...product, parts, skin: { ...product.skin, inverseBind } };
}

/** Moves and scales an avatar in its rest pose, and adapts its clips. */
export function placeAvatar(avatar: SourceAvatar, { scale, origin }: Placement): SourceAvatar {
  const { skeleton } = avatar;
  const isRoot = new Set(skeleton.names.filter((_, j) => skeleton.parents[j] < 0));
  const place = (values: ArrayLike<number>, root: boolean): Float32Array =>
    Float32Array.from(values, (value, i) => (value - (root ? origin[i % 3] : 0)) * scale);
  const translations = new Float32Array(skeleton.translations.length);
  skeleton.names.forEach((name, j) => {
    translations.set(place(skeleton.translations.subarray(j * 3, j * 3 + 3), isRoot.has(name)), j * 3);
  });
  return {
    ...avatar,
    skeleton: { ...skeleton, translations },
    clips: avatar.clips.map(clip => ({
      ...clip,
      speed: clip.speed * scale,
      tracks: clip.tracks.map(t => (t.path === 'translation' ? { ...t, values: place(t.values, isRoot.has(t.target)) } : t)),
    })),
    outfit: avatar.outfit.map(item => ({ ...item, product: placeWorn(item.product, { scale, origin }) })),
    ...(avatar.height === undefined ? {} : { height: avatar.height * scale }),
  };
}

/** Moves and scales what an avatar wears. It is in the bind pose, which may differ in place from the rest pose. */
export const placeWorn = (product: SourceProduct, { scale, origin }: Placement): SourceProduct =>
  placeProduct(product, { scale, origin: bindOrigin(product, origin) });

/** Returns the origin for the vertices: that of their own space where they are near it. */
function bindOrigin(product: SourceProduct, origin: Triple): Triple {
  const { min, max } = boxOf(product.parts);
  return origin.every(x => x === 0) || min.every((m, k) => Math.abs(m) <= FAR[0] && Math.abs(max[k]) <= FAR[0])
    ? [0, 0, 0]
    : [(min[0] + max[0]) / 2, min[1], (min[2] + max[2]) / 2];
}
