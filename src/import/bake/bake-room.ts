/** Bakes the light of a room into its furniture. */
import type { Clock } from '../../core/clock.ts';
import type { RoomLight, SourcePart, SourceRoom } from '../model/source-model.ts';
import type { BakeReport } from '../report/room-report.ts';
import { gatherLight } from './gather-light.ts';
import { LAMP_RAYS, lampsOf } from './lamp-light.ts';
import { subdivide } from './subdivide.ts';
import { thinOut } from './thin-out.ts';
import { type Furnishing, scaleOf, worldSurface } from './world-surface.ts';

export interface BakeOptions {
  /** Rays over the hemisphere of each vertex, 8..1024; default 64. Large rooms get fewer, limited by `MOST_RAYS`. */
  readonly rays?: number;
  /** How often light bounces from surface to surface, 0..8; default 2. */
  readonly bounces?: number;
  /** Longest edge of a triangle in metres; default 0.2. It grows where the room would exceed `pieces`. */
  readonly edge?: number;
  /** Approximate number of triangles that large surfaces are cut into; default 60,000. */
  readonly pieces?: number;
  /** Distance in metres within which a surface blocks ambient light; default 1.5. */
  readonly reach?: number;
  readonly seed?: number;
  /** Measures the duration for the report. */
  readonly clock?: Clock;
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** Maximum rays for one room: two minutes of one core. Unlike a time limit, it gives the same room each time. */
const MOST_RAYS = 48_000_000;
const FEWEST = 8;
/** Keeps light above 1. Vertex colours end at 1, so they are divided by this and the room's exposure is multiplied by it. */
const HEADROOM = 1.25;

/**
 * Bakes the room's light into vertex colours: sky, ground, sun and lamps with shadows, ambient occlusion and bounced light.
 * Every furnishing becomes its own product, because its light differs. Textures stay shared. Avatars keep the room's light.
 * Unlit and skinned parts stay unchanged.
 */
export async function bakeRoom(room: SourceRoom, options: BakeOptions = {}): Promise<{ room: SourceRoom; report: BakeReport }> {
  const began = options.clock?.now();
  const edge = edgeFor(room.furniture, options.edge ?? 0.2, options.pieces ?? 60_000);
  const furniture = room.furniture.map(f => cut(f, edge));
  const surface = worldSurface(furniture);
  const vertices = surface.positions.length / 3;
  const wanted = options.rays ?? 64;
  const lamps = lampsOf(room.furniture);
  const each = Math.floor(MOST_RAYS / Math.max(1, vertices)) - lamps.length * LAMP_RAYS;
  const rays = Math.max(FEWEST, Math.min(wanted, each));
  const warnings = rays < wanted ? [`${vertices} vertices: ${rays} rays each in place of ${wanted}`] : [];
  const { light, rays: traced } = await gatherLight(surface, room.light, {
    seed: options.seed ?? 1,
    rays,
    bounces: options.bounces ?? 2,
    reach: options.reach ?? 1.5,
    lamps,
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const exposure = room.light.exposure ?? 1;
  const seconds = options.clock && began !== undefined ? { seconds: (options.clock.now() - began) / 1000 } : {};
  const lit: Furnishing[] = [];
  let first = 0;
  for (const f of furniture) {
    const parts: SourcePart[] = [];
    for (const part of f.product.parts) {
      options.signal?.throwIfAborted();
      const from = first;
      first += part.positions.length / 3;
      parts.push(
        isBaked(part) ? await thinOut(withLight(part, light, from, exposure), Math.max(...scaleOf(f).map(Math.abs))) : part,
      );
    }
    lit.push({ ...f, product: { ...f.product, parts } });
  }
  return {
    room: { ...room, light: withHeadroom(room.light), furniture: lit },
    report: { rays: traced, vertices, edge, warnings, ...seconds },
  };
}

const isBaked = ({ material, joints }: SourcePart): boolean => !material.unlit && joints === undefined;

function withLight(part: SourcePart, light: Float32Array, from: number, exposure: number): SourcePart {
  const count = part.positions.length / 3;
  const colors = part.colors?.slice() ?? new Float32Array(count * 4).fill(1);
  for (let v = 0; v < count; v++)
    for (let c = 0; c < 3; c++) colors[v * 4 + c] *= shoulder(light[(from + v) * 3 + c] * exposure) / HEADROOM;
  return { ...part, colors, material: { ...part.material, baked: true } };
}

/** Compresses light as the renderer compresses dynamic light (docs/formats.md, "Colour"). */
function shoulder(x: number): number {
  const over = (x - 0.8) / 0.45;
  return x <= 0.8 ? x : 0.8 + (0.45 * over) / (1 + over);
}

/** The same light for unbaked objects, with an exposure of `HEADROOM`. */
function withHeadroom(light: RoomLight): RoomLight {
  const by = (light.exposure ?? 1) / HEADROOM;
  const scaled = ([r, g, b]: readonly [number, number, number]) => [r * by, g * by, b * by] as const;
  return {
    ...light,
    sky: scaled(light.sky),
    ground: scaled(light.ground),
    sun: { direction: light.sun.direction, color: scaled(light.sun.color) },
    exposure: HEADROOM,
  };
}

function cut(furnishing: Furnishing, edge: number): Furnishing {
  const { product } = furnishing;
  const scale = scaleOf(furnishing);
  const parts = product.parts.map(part => (mayBeCut(part) ? subdivide(part, edge, scale) : part));
  return { ...furnishing, product: { ...product, parts } };
}

const mayBeCut = (part: SourcePart): boolean => isBaked(part) && !part.morphTargets?.length;

/** Finds the shortest edge, at least `edge`, that cuts the room into about `most` pieces or fewer. */
function edgeFor(furniture: readonly Furnishing[], edge: number, most: number): number {
  /** Longest side and area of each triangle that may be cut. */
  const large: [number, number][] = [];
  for (const furnishing of furniture) {
    const scale = scaleOf(furnishing);
    for (const { positions, index } of furnishing.product.parts.filter(mayBeCut))
      for (let i = 0; i < index.length; i += 3) {
        const measured = measure(positions, index, i, scale);
        if (measured[0] > edge) large.push(measured);
      }
  }
  // An even triangle has an area of 0.43 edge^2; cutting it at the middle halves that. A needle has almost no area, and each
  // halving makes three triangles of it.
  const pieces = (e: number): number =>
    large.reduce((sum, [side, area]) => (side > e ? sum + Math.max((side / e) ** Math.log2(3), (area * 4) / (e * e)) : sum), 0);
  let longest = edge;
  while (pieces(longest) > most) longest *= 1.25;
  return longest;
}

/** Returns the longest side and the area of a triangle. */
function measure(positions: Float32Array, index: Uint32Array, i: number, scale: readonly number[]): [number, number] {
  const side = (to: number, from: number, k: number) =>
    (positions[index[i + to] * 3 + k] - positions[index[i + from] * 3 + k]) * scale[k];
  const [ax, ay, az] = [side(1, 0, 0), side(1, 0, 1), side(1, 0, 2)];
  const [bx, by, bz] = [side(2, 0, 0), side(2, 0, 1), side(2, 0, 2)];
  const longest = Math.max(Math.hypot(ax, ay, az), Math.hypot(bx, by, bz), Math.hypot(bx - ax, by - ay, bz - az));
  return [longest, Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx) / 2];
}
