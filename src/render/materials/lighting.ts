/** The light of a room, and its encoding for the shader. */

import type { Object3D } from 'three';
import { encode } from '../../core/encode-light.ts';

/** The room document's `light`. Colours are linear RGB, 0..1 and above. */
export interface LightDescription {
  /** Light from above on a surface that faces straight up. */
  readonly sky: readonly [number, number, number];
  /** Light from below on a surface that faces straight down. */
  readonly ground: readonly [number, number, number];
  /** `direction` points towards the sun and may have any length but 0. */
  readonly sun: { readonly direction: readonly [number, number, number]; readonly color: readonly [number, number, number] };
  /** Multiplies all light, baked light too; default 1. */
  readonly exposure?: number;
}

/**
 * Encodes a linear colour by sRGB's own curve (IEC 61966-2-1), as pictures store it. Near black the power law is five times off:
 * 0.0005 is 2 of 255, not 8. Use it for colours of surfaces, fog and background. Light uses the power law, so that products of
 * lights stay products.
 */
export const encodeColor = (linear: number): number =>
  linear <= 0 ? 0 : linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;

/**
 * Linear light above this bends softly towards `SHOULDER_TOP`. So a lamp on a white wall keeps its colour; a clamp would turn it
 * yellow, then white.
 */
const SHOULDER_START = 0.8;
export const SHOULDER_TOP = 1.25;

/**
 * Compresses bright light. Below the start it returns x; above, a curve that starts with slope 1 and approaches the top:
 * `shoulder(0.5) // 0.5`, `shoulder(9) // 1.24…`.
 */
export function shoulder(x: number): number {
  if (x <= SHOULDER_START) return x;
  const room = SHOULDER_TOP - SHOULDER_START;
  const over = (x - SHOULDER_START) / room;
  return SHOULDER_START + (room * over) / (1 + over);
}

/**
 * The light of a room as the shader takes it: encoded light = base + nx * x + ny * y + nz * z, where n is the unit normal in the
 * world.
 *
 * `coefficients` holds base, x, y, z, each as RGBA (A unused). They are the least-squares fit, over all directions, of
 * encode(shoulder(exposure * (hemisphere(n) + sun * max(0, dot(n, direction))))). So the shader spends three instructions on both
 * lights, encoding and shoulder together. It shows no hard terminator between two vertices. (Measured: separate hemisphere and
 * sun take five instructions, encoding by square root six more.)
 */
export interface Lighting {
  readonly coefficients: Float32Array;
  /** encode(exposure), the factor of baked vertex light. */
  readonly exposure: number;
}

/** Number of directions in the fit: a Fibonacci spiral, which covers the sphere evenly (Gonzalez 2010). */
const DIRECTIONS = 256;

export function createLighting(light: LightDescription): Lighting {
  const { direction, color } = light.sun;
  const length = Math.hypot(...direction);
  const sun = length > 0 ? direction.map(v => v / length) : [0, 1, 0];
  const exposure = light.exposure ?? 1;
  const coefficients = new Float32Array(16);
  for (let i = 0; i < DIRECTIONS; i++) {
    const y = 1 - (2 * i + 1) / DIRECTIONS;
    const radius = Math.sqrt(1 - y * y);
    const turn = i * Math.PI * (3 - Math.sqrt(5));
    const n = [radius * Math.cos(turn), y, radius * Math.sin(turn)];
    const facing = Math.max(0, n[0] * sun[0] + n[1] * sun[1] + n[2] * sun[2]);
    for (let c = 0; c < 3; c++) {
      const hemisphere = light.ground[c] + (light.sky[c] - light.ground[c]) * (n[1] * 0.5 + 0.5);
      const value = encode(shoulder(exposure * (hemisphere + color[c] * facing)));
      // Over the sphere, the mean of 1 * 1 is 1 and that of n.x * n.x is 1/3. The basis is orthogonal, so each coefficient fits
      // on its own.
      coefficients[c] += value / DIRECTIONS;
      for (let axis = 0; axis < 3; axis++) coefficients[4 + 4 * axis + c] += (3 * value * n[axis]) / DIRECTIONS;
    }
  }
  return { coefficients, exposure: encode(exposure) };
}

/** Default light for a scene without its own: a bright, slightly warm room. */
const DEFAULT_LIGHT: LightDescription = {
  sky: [0.62, 0.64, 0.7],
  ground: [0.3, 0.26, 0.22],
  sun: { direction: [0.4, 0.8, 0.45], color: [0.5, 0.46, 0.4] },
};
const defaultLighting = createLighting(DEFAULT_LIGHT);

let version = 0;

/** Increases with every `setLight`. Callers that cache `lightingOf` compare it to know when to ask again. */
export const lightingVersion = (): number => version;

/** Sets the light of everything below `root` (a scene or a group). With undefined, `root` uses its parent's light again. */
export function setLight(root: Object3D, light: LightDescription | undefined): void {
  root.userData.foyerLighting = light && createLighting(light);
  version++;
}

/** Returns the light of the nearest ancestor that has one. */
export function lightingOf(object: Object3D): Lighting {
  for (let o: Object3D | null = object; o; o = o.parent) {
    const lighting = o.userData.foyerLighting as Lighting | undefined;
    if (lighting) return lighting;
  }
  return defaultLighting;
}
