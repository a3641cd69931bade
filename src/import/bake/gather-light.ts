/** Computes the light at the vertices of a surface by tracing rays. */
import { type Random, seededRandom } from '../../core/random.ts';
import type { RoomLight, SourceLamp } from '../model/source-model.ts';
import { LAMP_RADIUS, LAMP_RAYS, lampLight } from './lamp-light.ts';
import { soften } from './soften.ts';
import { TracedScene } from './traced-scene.ts';
import type { WorldSurface } from './world-surface.ts';

export interface GatherOptions {
  readonly seed: number;
  /** Rays over the hemisphere of each vertex. */
  readonly rays: number;
  /** How often light bounces from surface to surface. */
  readonly bounces: number;
  /** Distance in metres beyond which a surface no longer blocks ambient light. The effect fades over the last half. */
  readonly reach: number;
  /** Lamps in the room. */
  readonly lamps?: readonly SourceLamp[];
  /** Receives the finished share, 0..1. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

export interface GatheredLight {
  /** Linear RGB, 3 a vertex; 1 lights white paper to its own colour. */
  readonly light: Float32Array;
  /** Rays that were traced. */
  readonly rays: number;
}

/** Rays start this far above the surface (metres), so that they do not hit it. */
const LIFT = 2e-3;
/** Rays to the sun, and half the width of its disc (as tangent). They make the borders of shadows soft. */
const SUN_RAYS = 6;
const SUN_WIDTH = 0.03;
/** A vertex is buried where more than this share of its rays hits the back of a near surface. */
const BURIED = 0.4;
/** Vertices that are processed before the event loop gets a turn. */
const CHUNK = 256;

/**
 * Gathers the light of sky, ground, sun and lamps at each vertex.
 *
 * Where nothing blocks the light, the result equals the renderer's for unbaked surfaces. An upper half `sky` and a lower half
 * `ground`, weighted by the cosine, give mix(ground, sky, n.y/2 + 1/2).
 *
 * A ray that ends within `reach` brings the light of that surface in place of the sky. This gives ambient occlusion and bleeding
 * colour. The rays are traced once and kept, so each bounce costs additions only.
 *
 * Surfaces that face the sun cast shadows. A wall or ceiling that is visible from inside only lets light in from outside. The
 * random numbers are seeded: the same room gives the same light.
 */
export async function gatherLight(surface: WorldSurface, light: RoomLight, options: GatherOptions): Promise<GatheredLight> {
  const { positions, normals, albedo, glows } = surface;
  const { rays, bounces } = options;
  const count = positions.length / 3;
  const scene = new TracedScene(positions, surface.solid);
  const random = seededRandom(options.seed);
  const sky = new Float32Array(count * 3);
  const hits = new Int32Array(count * rays).fill(-1);
  const parts = new Uint8Array(count * rays);
  const buried = new Uint8Array(count);
  const tracer = new Tracer(scene, light, options, random, hits, parts);
  for (let v = 0; v < count; v++) {
    if (v % CHUNK === 0) {
      options.onProgress?.(v / count);
      await new Promise<void>(done => setImmediate(done));
      options.signal?.throwIfAborted();
    }
    // What shines takes no light, and lines have many vertices.
    if (glows[v]) {
      buried[v] = 1;
      continue;
    }
    tracer.stand(positions, normals, v);
    buried[v] = tracer.hemisphere(sky, v) > rays * BURIED ? 1 : 0;
    if (buried[v]) continue;
    tracer.sun(sky, v);
    for (const lamp of options.lamps ?? []) tracer.lamp(sky, v, lamp);
  }
  let total = sky.slice();
  for (let bounce = 0; bounce < bounces; bounce++) {
    const next = sky.slice();
    for (let v = 0; v < count; v++)
      for (let r = v * rays; r < (v + 1) * rays; r++) {
        if (hits[r] < 0) continue;
        const part = parts[r] / 255 / (3 * rays);
        for (let k = 0; k < 3; k++) {
          const vertex = scene.corner(hits[r], k);
          for (let c = 0; c < 3; c++)
            next[v * 3 + c] += albedo[vertex * 3 + c] * (glows[vertex] ? 1 : total[vertex * 3 + c]) * part;
        }
      }
    total = next;
  }
  options.onProgress?.(1);
  return { light: soften(surface, total, sky, buried), rays: tracer.traced };
}

/** Traces rays from one vertex after another. */
class Tracer {
  traced = 0;
  readonly #scene: TracedScene;
  readonly #light: RoomLight;
  readonly #options: GatherOptions;
  readonly #random: Random;
  readonly #hits: Int32Array;
  readonly #parts: Uint8Array;
  readonly #p = new Float64Array(3);
  readonly #n = new Float64Array(3);
  readonly #t = new Float64Array(3);
  readonly #b = new Float64Array(3);
  readonly #towardsSun: readonly [number, number, number];

  constructor(scene: TracedScene, light: RoomLight, options: GatherOptions, random: Random, hits: Int32Array, parts: Uint8Array) {
    this.#scene = scene;
    this.#light = light;
    this.#options = options;
    this.#random = random;
    this.#hits = hits;
    this.#parts = parts;
    const [x, y, z] = light.sun.direction;
    const length = Math.hypot(x, y, z);
    this.#towardsSun = length > 0 ? [x / length, y / length, z / length] : [0, 1, 0];
  }

  stand(positions: Float32Array, normals: Float32Array, vertex: number): void {
    for (let k = 0; k < 3; k++) {
      this.#n[k] = normals[vertex * 3 + k];
      this.#p[k] = positions[vertex * 3 + k] + this.#n[k] * LIFT;
    }
    const [n, t, b] = [this.#n, this.#t, this.#b];
    // A vertex without a normal faces up.
    if (n[0] === 0 && n[1] === 0 && n[2] === 0) n[1] = 1;
    across(n, t);
    b[0] = n[1] * t[2] - n[2] * t[1];
    b[1] = n[2] * t[0] - n[0] * t[2];
    b[2] = n[0] * t[1] - n[1] * t[0];
  }

  /** Traces cosine-weighted rays: adds distant light and records the hits. @returns how many rays hit a near back face. */
  hemisphere(out: Float32Array, vertex: number): number {
    const { rays, reach } = this.#options;
    const { sky, ground } = this.#light;
    const [p, n, t, b] = [this.#p, this.#n, this.#t, this.#b];
    const turn = this.#random();
    let backs = 0;
    this.traced += rays;
    for (let r = 0; r < rays; r++) {
      const radius = Math.sqrt((r + this.#random()) / rays);
      // The golden angle spreads the rays evenly.
      const angle = 2 * Math.PI * (turn + r * 0.61803398875);
      const [x, y, z] = [radius * Math.cos(angle), radius * Math.sin(angle), Math.sqrt(Math.max(0, 1 - radius * radius))];
      const dx = t[0] * x + b[0] * y + n[0] * z;
      const dy = t[1] * x + b[1] * y + n[1] * z;
      const dz = t[2] * x + b[2] * y + n[2] * z;
      const hit = this.#scene.first(p[0], p[1], p[2], dx, dy, dz, reach);
      let open = 1;
      if (hit) {
        const back = this.#scene.isBack(hit.triangle, dx, dy, dz);
        if (back && hit.distance < reach / 2) backs++;
        open = Math.max(0, (hit.distance / reach) * 2 - 1);
        if (!back) {
          this.#hits[vertex * rays + r] = hit.triangle;
          this.#parts[vertex * rays + r] = Math.round((1 - open) * 255);
        }
      }
      const from = dy > 0 ? sky : ground;
      for (let c = 0; c < 3; c++) out[vertex * 3 + c] += (from[c] * open) / rays;
    }
    return backs;
  }

  sun(out: Float32Array, vertex: number): void {
    const { color } = this.#light.sun;
    const [p, n] = [this.#p, this.#n];
    const [sx, sy, sz] = this.#towardsSun;
    if (sx * n[0] + sy * n[1] + sz * n[2] < -2 * SUN_WIDTH) return;
    this.traced += SUN_RAYS;
    for (let r = 0; r < SUN_RAYS; r++) {
      const dx = sx + (this.#random() - 0.5) * 2 * SUN_WIDTH;
      const dy = sy + (this.#random() - 0.5) * 2 * SUN_WIDTH;
      const dz = sz + (this.#random() - 0.5) * 2 * SUN_WIDTH;
      const length = Math.hypot(dx, dy, dz);
      const cosine = (dx * n[0] + dy * n[1] + dz * n[2]) / length;
      if (cosine <= 0 || this.#scene.meetsBack(p[0], p[1], p[2], dx / length, dy / length, dz / length, 1000)) continue;
      for (let c = 0; c < 3; c++) out[vertex * 3 + c] += (color[c] * cosine) / SUN_RAYS;
    }
  }

  /** A lamp is a small ball, so that its shadows have soft borders. */
  lamp(out: Float32Array, vertex: number, lamp: SourceLamp): void {
    const [p, n] = [this.#p, this.#n];
    const { position, color } = lamp;
    if ((position[0] - p[0]) * n[0] + (position[1] - p[1]) * n[1] + (position[2] - p[2]) * n[2] < -LAMP_RADIUS) return;
    if (lampLight(lamp, position[0] - p[0], position[1] - p[1], position[2] - p[2]) === 0) return;
    this.traced += LAMP_RAYS;
    for (let r = 0; r < LAMP_RAYS; r++) {
      const dx = position[0] - p[0] + (this.#random() - 0.5) * 2 * LAMP_RADIUS;
      const dy = position[1] - p[1] + (this.#random() - 0.5) * 2 * LAMP_RADIUS;
      const dz = position[2] - p[2] + (this.#random() - 0.5) * 2 * LAMP_RADIUS;
      const length = Math.hypot(dx, dy, dz);
      const cosine = (dx * n[0] + dy * n[1] + dz * n[2]) / length;
      const bright = lampLight(lamp, dx, dy, dz) * cosine;
      if (!(bright > 0)) continue;
      // The lamp's own shade and bulb do not hide it.
      const free = Math.max(0, length - LAMP_RADIUS * 2);
      if (this.#scene.meetsBack(p[0], p[1], p[2], dx / length, dy / length, dz / length, free)) continue;
      for (let c = 0; c < 3; c++) out[vertex * 3 + c] += (color[c] * bright) / LAMP_RAYS;
    }
  }
}

/** Writes a unit vector at right angles to `n`. */
function across(n: Float64Array, out: Float64Array): void {
  const upright = Math.abs(n[1]) < 0.9;
  // n x (0, 1, 0) or n x (1, 0, 0)
  out[0] = upright ? -n[2] : 0;
  out[1] = upright ? 0 : n[2];
  out[2] = upright ? n[0] : -n[1];
  const length = Math.hypot(out[0], out[1], out[2]);
  for (let k = 0; k < 3; k++) out[k] /= length;
}
