/** Bakes the light of a room into its vertices. */

import { type Random, seededRandom } from '../../../core/random.ts';
import { soften } from '../../../import/bake/soften.ts';
import { TracedScene } from '../../../import/bake/traced-scene.ts';
import type { Vec3 } from '../../geometry/patch.ts';
import type { Lamp } from '../plan.ts';

/** All vertices of the room, in world space. */
export interface BakeSurface {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly index: Uint32Array;
  /** Linear RGB a vertex: the share of light that it reflects. */
  readonly albedo: Float32Array;
  /** One number a triangle: 1 if it blocks light. Glowing shades do not. */
  readonly opaque: Uint8Array;
  /** One number a vertex: 1 if it is lit from both sides (leaves). */
  readonly thin: Uint8Array;
}

/** A rectangle through which light enters. */
export interface Opening {
  readonly center: Vec3;
  readonly width: number;
  readonly height: number;
  /** Unit normal that points into the room. */
  readonly normal: Vec3;
  readonly radiance: Vec3;
}

export interface BakeOptions {
  readonly seed: number;
  readonly lamps: readonly Lamp[];
  readonly openings: readonly Opening[];
  readonly sun: { readonly direction: Vec3; readonly color: Vec3 };
  /** Rays a vertex over the hemisphere: 16 for a preview, 64 for final quality. */
  readonly gatherRays: number;
  readonly bounces: number;
}

const lift = 2e-3;

/**
 * Computes the light at every vertex: linear RGB, 3 numbers a vertex. It adds lamps and windows with shadows, then light that
 * surfaces reflect. It traces the gathered rays once and keeps them, so each further bounce costs only additions. Ambient
 * occlusion needs no extra step: a corner's rays end nearby, on surfaces that receive little light.
 */
export function bakeLight(surface: BakeSurface, options: BakeOptions): Float32Array {
  const { positions, normals, albedo } = surface;
  const count = positions.length / 3;
  const solid = surface.index.filter((_, i) => surface.opaque[Math.floor(i / 3)] === 1);
  const scene = new TracedScene(positions, solid);
  const random = seededRandom(options.seed);
  const direct = new Float32Array(count * 3);
  const rays = options.gatherRays;
  const hits = new Int32Array(count * rays).fill(-1);
  const buried = new Uint8Array(count);
  const p: [number, number, number] = [0, 0, 0];
  const n: [number, number, number] = [0, 0, 0];
  for (let v = 0; v < count; v++) {
    for (let k = 0; k < 3; k++) {
      n[k] = normals[v * 3 + k];
      p[k] = positions[v * 3 + k] + n[k] * lift;
    }
    buried[v] = gather(scene, p, n, random, rays, hits, v * rays) > rays * 0.4 && surface.thin[v] === 0 ? 1 : 0;
    if (!buried[v]) lightDirectly(scene, p, n, surface.thin[v] === 1, random, options, direct, v * 3);
  }
  let total = direct.slice();
  for (let bounce = 0; bounce < options.bounces; bounce++) {
    const next = direct.slice();
    for (let v = 0; v < count; v++) {
      for (let r = 0; r < rays; r++) {
        const triangle = hits[v * rays + r];
        if (triangle < 0) continue;
        for (let k = 0; k < 3; k++) {
          const corner = scene.corner(triangle, k) * 3;
          for (let c = 0; c < 3; c++) next[v * 3 + c] += (total[corner + c] * albedo[corner + c]) / (3 * rays);
        }
      }
    }
    total = next;
  }
  return soften(surface, total, direct, buried);
}

/**
 * Traces cosine-weighted rays. It writes the triangle of each front side hit, and returns how many rays hit a back side nearby.
 */
function gather(scene: TracedScene, p: Vec3, n: Vec3, random: Random, rays: number, hits: Int32Array, offset: number): number {
  const [t, b] = tangents(n);
  const turn = random();
  let backs = 0;
  for (let r = 0; r < rays; r++) {
    const radius = Math.sqrt((r + random()) / rays);
    const angle = 2 * Math.PI * (turn + r * 0.61803398875);
    const [x, y, z] = [radius * Math.cos(angle), radius * Math.sin(angle), Math.sqrt(Math.max(0, 1 - radius * radius))];
    const d = [0, 1, 2].map(k => t[k] * x + b[k] * y + n[k] * z);
    const hit = scene.first(p[0], p[1], p[2], d[0], d[1], d[2]);
    if (!hit) continue;
    if (scene.isBack(hit.triangle, d[0], d[1], d[2])) {
      if (hit.distance < 1) backs++;
    } else hits[offset + r] = hit.triangle;
  }
  return backs;
}

function tangents(n: Vec3): [Vec3, Vec3] {
  const s = Math.abs(n[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0];
  const t = [n[1] * s[2] - n[2] * s[1], n[2] * s[0] - n[0] * s[2], n[0] * s[1] - n[1] * s[0]];
  const length = Math.hypot(t[0], t[1], t[2]);
  const a: Vec3 = [t[0] / length, t[1] / length, t[2] / length];
  return [a, [n[1] * a[2] - n[2] * a[1], n[2] * a[0] - n[0] * a[2], n[0] * a[1] - n[1] * a[0]]];
}

function lightDirectly(
  scene: TracedScene,
  p: Vec3,
  n: Vec3,
  thin: boolean,
  random: Random,
  options: BakeOptions,
  out: Float32Array,
  at: number,
): void {
  const add = (color: Vec3, k: number) => {
    for (let c = 0; c < 3; c++) out[at + c] += color[c] * k;
  };
  for (const lamp of options.lamps) {
    const samples = 2;
    for (let s = 0; s < samples; s++) {
      const d = [0, 1, 2].map(k => lamp.position[k] + (random() - 0.5) * 0.14 - p[k]);
      const square = Math.max(0.03, d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
      const strength = Math.max(...lamp.color) / square;
      if (strength < 0.012) continue;
      const distance = Math.sqrt(square);
      let cosine = (d[0] * n[0] + d[1] * n[1] + d[2] * n[2]) / distance;
      if (thin) cosine = 0.25 + 0.5 * Math.abs(cosine);
      if (cosine <= 0) continue;
      if (!scene.first(p[0], p[1], p[2], d[0] / distance, d[1] / distance, d[2] / distance, distance - 0.02))
        add(lamp.color, cosine / square / samples);
    }
  }
  for (const opening of options.openings) {
    const [across, up] = [3, 3];
    const area = (opening.width * opening.height) / (across * up);
    for (let i = 0; i < across * up; i++) {
      const x = ((i % across) + random()) / across - 0.5;
      const y = (Math.floor(i / across) + random()) / up - 0.5;
      const d: Vec3 = [
        opening.center[0] + x * opening.width - p[0],
        opening.center[1] + y * opening.height - p[1],
        opening.center[2] - p[2],
      ];
      const distance = Math.hypot(...d);
      const leaving = -(d[0] * opening.normal[0] + d[1] * opening.normal[1] + d[2] * opening.normal[2]) / distance;
      let arriving = (d[0] * n[0] + d[1] * n[1] + d[2] * n[2]) / distance;
      if (thin) arriving = 0.25 + 0.5 * Math.abs(arriving);
      if (leaving <= 0 || arriving <= 0) continue;
      if (!scene.first(p[0], p[1], p[2], d[0] / distance, d[1] / distance, d[2] / distance, distance - 0.02)) {
        add(opening.radiance, (arriving * leaving * area) / (Math.PI * Math.max(0.2, distance * distance)));
      }
    }
  }
  const { direction, color } = options.sun;
  for (let s = 0; s < 4; s++) {
    const d = direction.map(x => x + (random() - 0.5) * 0.05);
    const length = Math.hypot(...d);
    const cosine = (d[0] * n[0] + d[1] * n[1] + d[2] * n[2]) / length;
    if (cosine > 0 && !scene.first(p[0], p[1], p[2], d[0] / length, d[1] / length, d[2] / length, 40)) add(color, cosine / 4);
  }
}
