/** Shades a material, some thousand pixels at a time. */
import { TO_LINEAR } from '../picture/linear-light.ts';
import type { AlignedMaps } from './align-maps.ts';
import { occluded } from './occlusion.ts';
import type { PhysicalMaterial } from './physical-material.ts';
import { SURROUNDING } from './reflectance.ts';

/** The drawn share of the relief that light from straight above would show. */
const RELIEF = 0.5;
/** Reflectance of a dielectric at normal incidence (glTF 2.0, appendix B). The base colour already includes it. */
const DIELECTRIC = 0.04;
/** Most pixels of a run: their light stays in the processor's cache. */
const RUN = 4096;

type Gloss = NonNullable<PhysicalMaterial['glossy']>;

/**
 * Computes what each pixel of a material sends on of white light, and what it emits. Each map has a short loop of its own over a run of
 * pixels, which V8 makes four times as fast as one function for each pixel.
 */
export class RunShader {
  /** The response to light of each pixel of the run, linear, 3 a pixel. */
  readonly color: Float32Array;
  /** What each emits, likewise. Zero for a material that does not shine. */
  readonly light: Float32Array;
  /** Pixels of the picture. */
  readonly #pixels: number;
  readonly #material: PhysicalMaterial;
  readonly #maps: AlignedMaps;
  readonly #kept: Float64Array;
  readonly #dim: Float64Array;
  readonly #even: Float64Array;
  readonly #inks: readonly Float64Array[];
  readonly #lights: readonly Float64Array[];
  readonly #shines: boolean;
  /** By the byte of a map. */
  readonly #keeps: Float64Array;
  readonly #dims: Float64Array;
  readonly #tilts: Float64Array;
  readonly #heights: Float64Array;

  constructor(m: PhysicalMaterial, maps: AlignedMaps) {
    this.#material = m;
    this.#maps = maps;
    this.#pixels = maps.width * maps.height;
    const most = Math.min(RUN, this.#pixels);
    this.color = new Float32Array(most * 3);
    this.light = new Float32Array(most * 3);
    const metal = m.glossy ? 0 : m.metallic;
    this.#kept = new Float64Array(most).fill(1 + (SURROUNDING - 1) * metal);
    this.#dim = new Float64Array(most);
    this.#even = new Float64Array(most).fill(1);
    this.#inks = tables(m.baseColor);
    this.#lights = tables(m.emissive);
    this.#shines = m.emissive.some(x => x !== 0);
    this.#keeps = ofBytes(byte => 1 + (SURROUNDING - 1) * ((metal * byte) / 255));
    this.#dims = ofBytes(byte => occluded(byte, m.occlusionStrength));
    this.#tilts = ofBytes(byte => ((byte / 255) * 2 - 1) * m.normalScale);
    this.#heights = ofBytes(byte => Math.max(0, (byte / 255) * 2 - 1));
  }

  /** Shades the pixels from `first` on. @returns how many; 0 behind the last one. */
  shade(first: number): number {
    const count = Math.min(RUN, this.#pixels - first);
    const { color, light } = this;
    const { glossy } = this.#material;
    const { base, emissive, metallicRoughness } = this.#maps;
    if (metallicRoughness && !glossy) look(this.#kept, this.#keeps, metallicRoughness, first * 4 + 2, count);
    paint(color, this.#inks, base, this.#kept, first, count);
    if (this.#shines) paint(light, this.#lights, emissive, this.#even, first, count);
    if (glossy) gloss(glossy, this.#maps.glossy, first, color, count);
    if (this.#findDim(first, count)) times(color, this.#dim, count);
    return count;
  }

  /** Whether any light is kept from the pixels. */
  #findDim(first: number, count: number): boolean {
    const { occlusion, normal } = this.#maps;
    const dim = this.#dim;
    if (occlusion) look(dim, this.#dims, occlusion, first * 4, count);
    else if (normal) dim.fill(1);
    if (normal) shadeRelief(dim, normal, this.#tilts, this.#heights, first, count);
    return occlusion !== undefined || normal !== undefined;
  }
}

const ofBytes = (of: (byte: number) => number): Float64Array => Float64Array.from({ length: 256 }, (_, byte) => of(byte));

/** Returns the linear light of each byte of red, green and blue, times a factor. */
const tables = (factor: readonly number[]): Float64Array[] =>
  [0, 1, 2].map(c => Float64Array.from(TO_LINEAR, x => x * factor[c]));

/** Looks up every fourth byte of a map. */
function look(out: Float64Array, table: Float64Array, map: Uint8Array, from: number, count: number): void {
  for (let i = 0, at = from; i < count; i++, at += 4) out[i] = table[map[at]];
}

/** Looks up the three colours of a map and multiplies them. Without a map, all pixels are white. */
function paint(
  out: Float32Array,
  [red, green, blue]: readonly Float64Array[],
  map: Uint8Array | undefined,
  factors: Float64Array,
  first: number,
  count: number,
): void {
  for (let i = 0, to = 0, at = first * 4; i < count; i++, to += 3, at += 4) {
    const factor = factors[i];
    out[to] = red[map ? map[at] : 255] * factor;
    out[to + 1] = green[map ? map[at + 1] : 255] * factor;
    out[to + 2] = blue[map ? map[at + 2] : 255] * factor;
  }
}

/** Multiplies the three numbers of each pixel. */
function times(color: Float32Array, factors: Float64Array, count: number): void {
  for (let i = 0, to = 0; i < count; i++, to += 3) {
    const factor = factors[i];
    color[to] *= factor;
    color[to + 1] *= factor;
    color[to + 2] *= factor;
  }
}

/** Multiplies by the light that is left where a normal leans, of one with any length. */
function shadeRelief(
  dim: Float64Array,
  normal: Uint8Array,
  tilts: Float64Array,
  heights: Float64Array,
  first: number,
  count: number,
): void {
  for (let i = 0, at = first * 4; i < count; i++, at += 4) {
    const x = tilts[normal[at]];
    const y = tilts[normal[at + 1]];
    const z = heights[normal[at + 2]];
    const square = x * x + y * y + z * z;
    if (square > 0) dim[i] *= 1 - RELIEF * (1 - z / Math.sqrt(square));
  }
}

const specular = new Float32Array(3);

/** Adds the reflection of a glossy surface beyond the dielectric one, and subtracts it from the diffuse colour. */
export function gloss(source: Gloss, map: Uint8Array | undefined, first: number, color: Float32Array, count: number): void {
  for (let i = 0, to = 0, at = first * 4; i < count; i++, to += 3, at += 4) {
    let most = 0;
    for (let c = 0; c < 3; c++) {
      const s = source.specular[c] * (map ? TO_LINEAR[map[at + c]] : 1);
      specular[c] = Math.max(0, (s - DIELECTRIC) / (1 - DIELECTRIC));
      most = Math.max(most, specular[c]);
    }
    for (let c = 0; c < 3; c++) color[to + c] = color[to + c] * (1 - most) + SURROUNDING * specular[c];
  }
}
