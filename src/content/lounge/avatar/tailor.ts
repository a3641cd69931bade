/** Makes skinned products from the pieces of a guest: weights, shading and UVs. */

import { mat4 } from 'gl-matrix';
import type { MaterialDescription } from '../../../assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../../assets/meshes/plain-material.ts';
import type { SourcePart, SourceProduct } from '../../../import/model/source-model.ts';
import type { Vec3 } from '../../geometry/patch.ts';
import type { Picture, Rgb } from '../../textures/painted-picture.ts';
import type { Humanoid } from './captured-humanoid.ts';
import { drawnOnto, type Field } from './field.ts';
import { headAbout } from './guest-body.ts';
import type { Skin } from './polygonise.ts';
import { Weighting } from './weights.ts';

export type Chart = 'face' | 'cloth' | 'plain' | 'hair' | 'shoe';

export interface Piece {
  readonly skin: Skin;
  readonly chart: Chart;
  /** Factor of a joint's influence at p, 0..1. */
  readonly share: (joint: string, p: Vec3) => number;
  /**
   * Influence distance in metres; see Weighting. Without it, a place takes the weights of the nearest skin, so that clothes move
   * with it.
   */
  readonly reach?: (p: Vec3) => number;
  /** How freely a place hangs, 0..1 (1: a skirt). The freer, the less it takes the weights of the skin. */
  readonly hangs?: (p: Vec3) => number;
}

/** Influence distances in metres; see Weighting. */
const SKIN_REACH = 0.07;
const HANGING_REACH = 0.16;
/** Distance from the middle within which both legs have influence, metres. */
const CROTCH = 0.035;

const fingersAndToes = /Hand(Thumb|Index|Middle|Ring|Pinky)|_End/;
/** Factor 1 for all joints except those of fingers and toes. */
export const coarse = (joint: string): number => (fingersAndToes.test(joint) ? 0 : 1);

/** Returns the weights of a piece at p. `body` is the skin below it. */
function pulled({ share: own, reach, hangs }: Piece, weighting: Weighting, names: readonly string[], body: Field, p: Vec3) {
  const free = hangs?.(p) ?? 0;
  const far = reach?.(p) ?? SKIN_REACH + (HANGING_REACH - SKIN_REACH) * free;
  const on = reach ? p : drawnOnto(body, p, 0.03, 6);
  const q: Vec3 = [on[0] + (p[0] - on[0]) * free, on[1] + (p[1] - on[1]) * free, on[2] + (p[2] - on[2]) * free];
  // Legs have influence only on their own side, with a smooth transition across the middle.
  const across = Math.max(free, 1 - Math.abs(q[0]) / CROTCH, 0);
  const share = (joint: string): number =>
    own(joint, p) * (!/Leg|Foot|Toe/.test(joint) || joint.startsWith(q[0] > 0 ? 'Left' : 'Right') ? 1 : across);
  return weighting.at(q, far, share, names);
}

/** Makes one skinned product from pieces that share a material. `around` darkens places near other parts of the figure. */
export function tailor(
  humanoid: Humanoid,
  name: string,
  pieces: readonly Piece[],
  picture: Picture,
  tint: Rgb | undefined,
  body: Field,
  around: Field,
): SourceProduct {
  const weighting = new Weighting(humanoid);
  const { names } = humanoid.skeleton;
  const out = {
    positions: [] as number[],
    normals: [] as number[],
    uvs: [] as number[],
    colors: [] as number[],
    joints: [] as number[],
    weights: [] as number[],
    index: [] as number[],
  };
  for (const piece of pieces) {
    const { positions, normals, uvs, index } = charted(piece);
    const base = out.positions.length / 3;
    for (let i = 0; i < positions.length; i += 3) {
      const p: Vec3 = [positions[i], positions[i + 1], positions[i + 2]];
      const n: Vec3 = [normals[i], normals[i + 1], normals[i + 2]];
      const { joints, weights } = pulled(piece, weighting, names, body, p);
      out.joints.push(...joints);
      out.weights.push(...weights);
      const shade = openness(around, p, n);
      out.colors.push(shade, shade, shade, 1);
    }
    out.positions.push(...positions);
    out.normals.push(...normals);
    out.uvs.push(...uvs);
    for (const i of index) out.index.push(base + i);
  }
  const slot = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const part: SourcePart = {
    material: plain(slot, tint),
    positions: new Float32Array(out.positions),
    normals: new Float32Array(out.normals),
    uvs: new Float32Array(out.uvs),
    colors: new Float32Array(out.colors),
    joints: new Uint16Array(out.joints),
    weights: new Float32Array(out.weights),
    index: new Uint32Array(out.index),
  };
  const inverseBind = new Float32Array(names.length * 16);
  humanoid.world.forEach((m, j) => {
    inverseBind.set(mat4.invert(mat4.create(), m) ?? mat4.create(), j * 16);
  });
  return {
    name,
    parts: [part],
    skin: { joints: names, inverseBind },
    textures: [{ slot, width: picture.width, height: picture.height, rgba: picture.rgba }],
  };
}

const plain = (name: string, tint: Rgb = [255, 255, 255]): MaterialDescription =>
  plainMaterial({ name, baseColor: [(tint[0] / 255) ** 2.2, (tint[1] / 255) ** 2.2, (tint[2] / 255) ** 2.2, 1] });

/** Computes ambient occlusion from a distance field (Evans 2006): the distance to other surfaces, relative to the maximum. */
function openness(f: Field, p: Vec3, n: Vec3): number {
  let closed = 0;
  let weight = 0.5;
  for (const reach of [0.015, 0.04, 0.09, 0.16]) {
    const d = f(p[0] + n[0] * reach, p[1] + n[1] * reach, p[2] + n[2] * reach);
    closed += weight * Math.max(0, 1 - Math.max(0, d) / reach);
    weight *= 0.62;
  }
  return Math.max(0.3, 1 - 0.62 * closed);
}

interface Charted {
  readonly positions: number[];
  readonly normals: number[];
  readonly uvs: number[];
  readonly index: number[];
}

/** Assigns UVs to a piece and duplicates the vertices on seams. */
function charted({ skin: whole, chart }: Piece): Charted {
  const skin = chart === 'cloth' ? cutAtArmholes(whole) : whole;
  const out: Charted = { positions: [], normals: [], uvs: [], index: [] };
  const made = new Map<string, number>();
  for (let i = 0; i < skin.index.length; i += 3) {
    const corners = [0, 1, 2].map(k => skin.index[i + k]);
    const points = corners.map((v): Vec3 => [skin.positions[v * 3], skin.positions[v * 3 + 1], skin.positions[v * 3 + 2]]);
    const middle = points.reduce((s, p) => [s[0] + p[0] / 3, s[1] + p[1] / 3, s[2] + p[2] / 3] as Vec3, [0, 0, 0] as Vec3);
    const region = chart === 'cloth' ? regionOf(middle) : chart;
    const around = uvOf(region, middle);
    corners.forEach((v, k) => {
      const uv = uvOf(region, points[k], middle);
      const turn =
        region === 'face' || region === 'plain' ? 0 : Math.round((around[0] - uv[0]) / period(region)) * period(region);
      const key = `${v}/${region}/${turn}/${region === 'face' && uv[0] < 0.5}`;
      let at = made.get(key);
      if (at === undefined) {
        at = out.positions.length / 3;
        made.set(key, at);
        out.positions.push(...points[k]);
        out.normals.push(skin.normals[v * 3], skin.normals[v * 3 + 1], skin.normals[v * 3 + 2]);
        out.uvs.push(uv[0] + turn, uv[1]);
      }
      out.index.push(at);
    });
  }
  return out;
}

/** Distance of the armholes from the middle, metres, and the height above which they are cut. */
const ARMHOLE = 0.155;
const ARMHOLE_FROM = 1.25;

/** Cuts triangles along the armholes: a stripe of the front ends at a straight seam, not in the teeth of whole triangles. */
function cutAtArmholes({ positions, normals, index }: Skin): Skin {
  const [p, n] = [Array.from(positions), Array.from(normals)];
  let triangles = Array.from(index);
  for (const side of [-1, 1]) {
    const across = (v: number) => side * p[v * 3] - ARMHOLE;
    const made = new Map<string, number>();
    /** The vertex where an edge crosses the armhole; undefined where it does not. */
    const crossing = (a: number, b: number): number | undefined => {
      const [da, db] = [across(a), across(b)];
      if (da < 0 === db < 0) return undefined;
      // From the same end every time, so that both triangles of an edge get the same point.
      if (a > b) return crossing(b, a);
      const t = da / (da - db);
      const mix = (list: readonly number[], k: number) => list[a * 3 + k] * (1 - t) + list[b * 3 + k] * t;
      if (mix(p, 1) < ARMHOLE_FROM) return undefined;
      const key = `${a}/${b}`;
      const known = made.get(key);
      if (known !== undefined) return known;
      made.set(key, p.length / 3);
      const [point, normal] = [p, n].map(list => [0, 1, 2].map(k => mix(list, k)));
      p.push(...point);
      n.push(...normal);
      return p.length / 3 - 1;
    };
    const cut: number[] = [];
    for (let i = 0; i < triangles.length; i += 3) {
      const corners = triangles.slice(i, i + 3);
      // The corners and the crossings in order around the triangle.
      const ring = corners.flatMap((a, k) => [a, crossing(a, corners[(k + 1) % 3])]).filter(v => v !== undefined);
      // A fan from a crossing never spans the seam: with two crossings, all its triangles lie on one side of the line between them.
      const first = Math.max(
        0,
        ring.findIndex(v => !corners.includes(v)),
      );
      for (let k = 1; k + 1 < ring.length; k++)
        cut.push(ring[first], ring[(first + k) % ring.length], ring[(first + k + 1) % ring.length]);
    }
    triangles = cut;
  }
  return { positions: Float32Array.from(p), normals: Float32Array.from(n), index: Uint32Array.from(triangles) };
}

type Region = 'trunk' | 'arm' | 'leg' | Exclude<Chart, 'cloth'>;

function regionOf(p: Vec3): Region {
  if (Math.abs(p[0]) > ARMHOLE && p[1] > 1.36) return 'arm';
  return p[1] < 0.9 && Math.abs(p[0]) < 0.2 ? 'leg' : 'trunk';
}

/**
 * Width of the picture's strip around an arm: between the buttons (0.5) and the seam, below the belt. So no detail of the front
 * gets onto a sleeve.
 */
const SLEEVE = 0.44;
const period = (region: Region): number => (region === 'arm' ? SLEEVE : 1);

/** @param middle - of the triangle that p is a corner of. */
function uvOf(region: Region, p: Vec3, middle: Vec3 = p): [number, number] {
  const turn = Math.PI * 2;
  switch (region) {
    case 'face': {
      // Projected from the front. On the sides the way backwards counts too, so that a beard ends where its picture does, not with
      // whole triangles. The back of the head uses the plain margin of the picture.
      const [front, back] = [Math.max(0, 0.06 - p[2]), Math.max(0, -p[2])];
      // By the triangle: one at the nape would show all of the face between its corners.
      const side = p[2] < 0 ? Math.sign(middle[0]) || 1 : Math.sign(p[0]);
      const across = side * (Math.abs(p[0]) + 0.5 * front + 4 * back);
      const v = 0.5 - (p[1] - (headAbout[1] + 0.1575)) / 0.3;
      return [Math.max(0.015, Math.min(0.985, 0.5 + across / 0.3)), Math.max(0.01, Math.min(0.99, v))];
    }
    case 'plain':
      return [0.02, 0.03];
    case 'arm': {
      const angle = Math.atan2(p[1] - 1.525, p[2] + 0.049);
      // The strip of the sleeve, see SLEEVE.
      return [0.75 + SLEEVE * (angle / turn), (Math.abs(p[0]) - ARMHOLE) / 1.05 + 0.44];
    }
    case 'hair':
      return [Math.atan2(p[0], p[2]) / turn + 0.5, (1.95 - p[1]) / 0.4];
    case 'shoe':
      return [Math.atan2(p[0] - Math.sign(p[0]) * 0.1, p[2]) / turn, Math.max(0.02, Math.min(0.99, 0.99 - p[1] * 4.2))];
    default: {
      // The way from the neck: on the shoulders, which are nearly level, outwards, below them downwards. By height alone, stripes
      // would be stretched on the shoulders; by the sum of both, they would run up along the armholes.
      const outwards = Math.max(0, Math.hypot(p[0], p[2] + 0.03) - 0.075);
      return [Math.atan2(p[0], p[2] + 0.01) / turn + 0.5, Math.hypot(Math.max(0, 1.56 - p[1]), outwards) / 1.05];
    }
  }
}
