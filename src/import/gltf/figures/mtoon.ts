/** Reads the shade colours of MToon, the toon material of VRM. */
import type { GLTF } from '@gltf-transform/core';
import { TO_LINEAR } from '../../picture/linear-light.ts';
import type { Picture } from '../../picture/picture.ts';

/** What a toon material shows where it turns away from the light. */
export interface ToonShade {
  /** Linear RGB, 0..1. */
  readonly color: readonly [number, number, number];
  /** Index of the texture that it is multiplied with. */
  readonly texture: number | undefined;
  /** What its rim adds on average to what is seen of it, linear RGB. */
  readonly rim: readonly [number, number, number];
  /** What of it is not drawn. */
  readonly lost: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;
const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const unit = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : undefined;
const index = (value: unknown): number | undefined => (Number.isInteger(value) ? (value as number) : undefined);

const number = (value: unknown, usual: number): number => (typeof value === 'number' && Number.isFinite(value) ? value : usual);
const rgb = (value: unknown): [number, number, number] => {
  const channel = (c: number): number => unit(Array.isArray(value) ? value[c] : undefined) ?? 0;
  return [channel(0), channel(1), channel(2)];
};

/** Steps of the mean of a rim. */
const STEPS = 64;

/**
 * Returns the mean of color x clamp(1 - n.v + lift) ^ power (VRMC_materials_mtoon-1.0, "Rim Lighting") over what is seen of a sphere.
 * It needs no instruction; the rim itself would need one dot product a vertex, two more for its power, and one to add it.
 */
function meanRim(color: readonly number[], power: number, lift: number): [number, number, number] {
  let sum = 0;
  for (let i = 0; i < STEPS; i++) {
    // A ring of the sphere that looks at us with n.v = x has an area of 2 x dx.
    const x = (i + 0.5) / STEPS;
    sum += (2 * x * (unit(1 - x + lift) ?? 0) ** Math.max(0, power)) / STEPS;
  }
  return [color[0] * sum, color[1] * sum, color[2] * sum];
}

/** From this `shadingToonyFactor` on, the shade has a border and no soft transition. */
const HARD = 0.5;

function losses(rim: readonly number[], hasOutline: boolean, hasMatcap: boolean, toony: number): string[] {
  const lost: [boolean, string][] = [
    [toony > HARD, 'the hard edge of the shade'],
    [rim.some(x => x > 0), 'the rim, which counts by its mean'],
    [hasOutline, 'the outline'],
    [hasMatcap, 'the matcap'],
  ];
  return lost.flatMap(([is, what]) => (is ? [what] : []));
}

/** A toon material, as both versions store it. Colours are linear RGB, 0..1. */
interface Toon {
  readonly color: readonly [number, number, number];
  readonly texture: unknown;
  readonly rim: readonly number[];
  readonly rimPower: number;
  readonly rimLift: unknown;
  readonly hasOutline: boolean;
  readonly hasMatcap: boolean;
  readonly toony: unknown;
}

/** Returns the shades by the index of their material: of VRM 1 (VRMC_materials_mtoon), else of VRM 0 (its material properties). */
export function toonShades(json: GLTF.IGLTF): Map<number, ToonShade> {
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  const old = list(record(record(json.extensions).VRM).materialProperties);
  const materials = list(json.materials);
  const out = new Map<number, ToonShade>();
  for (let i = 0; i < Math.max(old.length, materials.length); i++) {
    const toon = ofVrm1(materials[i]) ?? ofVrm0(old[i]);
    if (!toon) continue;
    out.set(i, {
      color: toon.color,
      texture: index(toon.texture),
      rim: meanRim(toon.rim, toon.rimPower, number(toon.rimLift, 0)),
      lost: losses(toon.rim, toon.hasOutline, toon.hasMatcap, number(toon.toony, 0.9)),
    });
  }
  return out;
}

function ofVrm1(material: unknown): Toon | undefined {
  const toon = record(record(material).extensions).VRMC_materials_mtoon;
  if (toon === undefined) return undefined;
  const fields = record(toon);
  const mode = fields.outlineWidthMode;
  return {
    color: rgb(fields.shadeColorFactor),
    texture: record(fields.shadeMultiplyTexture).index,
    rim: rgb(fields.parametricRimColorFactor),
    rimPower: number(fields.parametricRimFresnelPowerFactor, 5),
    rimLift: fields.parametricRimLiftFactor,
    hasOutline: mode !== undefined && mode !== 'none' && number(fields.outlineWidthFactor, 0) > 0,
    hasMatcap: fields.matcapTexture !== undefined,
    toony: fields.shadingToonyFactor,
  };
}

function ofVrm0(properties: unknown): Toon | undefined {
  const { shader, vectorProperties, textureProperties, floatProperties } = record(properties);
  if (typeof shader !== 'string' || !/mtoon/i.test(shader)) return undefined;
  const [vectors, textures, floats] = [vectorProperties, textureProperties, floatProperties].map(record);
  // VRM 0 stores the numbers of Unity's colour picker: sRGB. Its default is a faint pink.
  const stored: unknown = vectors._ShadeColor;
  const [r, g, b] = [0.97, 0.81, 0.86].map((usual, c) => linear(unit(Array.isArray(stored) ? stored[c] : undefined) ?? usual));
  return {
    color: [r, g, b],
    texture: textures._ShadeTexture,
    rim: rgb(vectors._RimColor).map(linear),
    rimPower: number(floats._RimFresnelPower, 1),
    rimLift: floats._RimLift,
    hasOutline: number(floats._OutlineWidthMode, 0) !== 0 && number(floats._OutlineWidth, 0.5) > 0,
    hasMatcap: textures._SphereAdd !== undefined,
    toony: floats._ShadeToony,
  };
}

const linear = (x: number): number => TO_LINEAR[Math.round(x * 255)];

/** Returns the mean of a picture, as linear RGB. Transparent pixels do not count. */
export function meanColour({ rgba }: Picture): [number, number, number] {
  const sum = [0, 0, 0];
  let count = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    if (rgba[i + 3] < 128) continue;
    for (let c = 0; c < 3; c++) sum[c] += TO_LINEAR[rgba[i + c]];
    count++;
  }
  return count > 0 ? [sum[0] / count, sum[1] / count, sum[2] / count] : [1, 1, 1];
}
