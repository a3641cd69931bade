import type { Object3D } from 'three';

/** The room document's `light`: linear RGB, 0..1 and above. */
export interface LightDescription {
  /** What a surface that looks straight up receives from above. */
  readonly sky: readonly [number, number, number];
  /** What a surface that looks straight down receives from below. */
  readonly ground: readonly [number, number, number];
  /** `direction` points towards the sun; any length but 0. */
  readonly sun: { readonly direction: readonly [number, number, number]; readonly color: readonly [number, number, number] };
  /** Multiplies all light, baked light too; default 1. */
  readonly exposure?: number;
}

/** Pictures are stored as sRGB; its exponent to two digits. The whole renderer multiplies encoded values. */
export const GAMMA = 2.2;

/** Linear light to encoded, 0 for negative light: `encode(1) // 1`. */
export const encode = (linear: number): number => (linear > 0 ? linear ** (1 / GAMMA) : 0);

/**
 * A linear colour to what pictures hold, by sRGB's own curve (IEC 61966-2-1): near black the power differs five-fold, 0.0005 is 2 of
 * 255 and not 8. For colours of surfaces, fog and background; light goes by the power, so that products of lights stay products.
 */
export const encodeColor = (linear: number): number =>
  linear <= 0 ? 0 : linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;

/**
 * Light above this (linear) is bent softly towards `SHOULDER_TOP` instead of growing on: a lamp on a white wall keeps
 * its colour, where a clamp would turn it yellow, then white.
 */
export const SHOULDER_START = 0.8;
export const SHOULDER_TOP = 1.25;

/** x below the start; above it, a curve of the same slope that nears the top: `shoulder(0.5) // 0.5`, `shoulder(9) // 1.24…`. */
export function shoulder(x: number): number {
  if (x <= SHOULDER_START) return x;
  const room = SHOULDER_TOP - SHOULDER_START;
  const over = (x - SHOULDER_START) / room;
  return SHOULDER_START + (room * over) / (1 + over);
}

/**
 * The light of a room as the shader takes it: encoded light = base + nx * x + ny * y + nz * z, n the unit normal in the world.
 *
 * `coefficients` is that, RGBA (A unused) four times: base, x, y, z. It is the least-squares fit, over all directions, of
 * encode(shoulder(exposure * (hemisphere(n) + sun * max(0, dot(n, direction))))), so the shader spends three instructions on
 * both lights, encoding and shoulder together, and shows no hard terminator between two vertices. (Measured: hemisphere
 * and sun apart take five, encoding by square root six more.)
 */
export interface Lighting {
  readonly coefficients: Float32Array;
  /** encode(exposure): what baked vertex light is multiplied with. */
  readonly exposure: number;
}

/** Directions of the fit: a Fibonacci spiral, which covers the sphere evenly (Gonzalez 2010). */
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
      // The mean of 1 * 1 over the sphere is 1, of n.x * n.x it is 1/3: the basis is orthogonal, each fits by itself.
      coefficients[c] += value / DIRECTIONS;
      for (let axis = 0; axis < 3; axis++) coefficients[4 + 4 * axis + c] += (3 * value * n[axis]) / DIRECTIONS;
    }
  }
  return { coefficients, exposure: encode(exposure) };
}

/** What a scene gets that brings no light of its own: a bright, slightly warm room. */
export const DEFAULT_LIGHT: LightDescription = {
  sky: [0.62, 0.64, 0.7],
  ground: [0.3, 0.26, 0.22],
  sun: { direction: [0.4, 0.8, 0.45], color: [0.5, 0.46, 0.4] },
};
const defaultLighting = createLighting(DEFAULT_LIGHT);

let version = 0;

/** Grows with every `setLight`: who remembers a `lightingOf` looks here whether to ask again. */
export const lightingVersion = (): number => version;

/** Gives everything below `root` (a scene or a group) this light; undefined: that of what `root` is in, as at first. */
export function setLight(root: Object3D, light: LightDescription | undefined): void {
  root.userData.foyerLighting = light && createLighting(light);
  version++;
}

/** The light of the nearest ancestor that has one. */
export function lightingOf(object: Object3D): Lighting {
  for (let o: Object3D | null = object; o; o = o.parent) {
    const lighting = o.userData.foyerLighting as Lighting | undefined;
    if (lighting) return lighting;
  }
  return defaultLighting;
}
