/** Reads the shade colours of MToon, the toon material of VRM. */
import type { GLTF } from '@gltf-transform/core';
import { TO_LINEAR } from '../../material/linear-light.ts';
import type { Picture } from '../../material/picture.ts';

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

/** Returns the shades by the index of their material: of VRM 1 (VRMC_materials_mtoon), else of VRM 0 (its material properties). */
export function toonShades(json: GLTF.IGLTF): Map<number, ToonShade> {
  const out = new Map<number, ToonShade>();
  const old: unknown = record(record(json.extensions).VRM).materialProperties;
  for (const [i, entry] of (Array.isArray(old) ? old : []).entries()) {
    const { shader, vectorProperties, textureProperties, floatProperties } = record(entry);
    if (typeof shader !== 'string' || !/mtoon/i.test(shader)) continue;
    // VRM 0 stores the numbers of Unity's colour picker: sRGB. Its default is a faint pink.
    const stored: unknown = record(vectorProperties)._ShadeColor;
    const [r, g, b] = [0.97, 0.81, 0.86].map((usual, c) => unit(Array.isArray(stored) ? stored[c] : undefined) ?? usual);
    const linear = (x: number): number => TO_LINEAR[Math.round(x * 255)];
    const floats = record(floatProperties);
    const rim = rgb(record(vectorProperties)._RimColor).map(linear);
    const hasOutline = number(floats._OutlineWidthMode, 0) !== 0 && number(floats._OutlineWidth, 0.5) > 0;
    out.set(i, {
      color: [linear(r), linear(g), linear(b)],
      texture: index(record(textureProperties)._ShadeTexture),
      rim: meanRim(rim, number(floats._RimFresnelPower, 1), number(floats._RimLift, 0)),
      lost: losses(rim, hasOutline, record(textureProperties)._SphereAdd !== undefined, number(floats._ShadeToony, 0.9)),
    });
  }
  const materials: unknown = json.materials;
  for (const [i, material] of (Array.isArray(materials) ? materials : []).entries()) {
    const toon = record(record(material).extensions).VRMC_materials_mtoon;
    if (toon === undefined) continue;
    const fields = record(toon);
    const rim = rgb(fields.parametricRimColorFactor);
    const hasOutline = fields.outlineWidthMode !== undefined && fields.outlineWidthMode !== 'none';
    out.set(i, {
      color: rgb(fields.shadeColorFactor),
      texture: index(record(fields.shadeMultiplyTexture).index),
      rim: meanRim(rim, number(fields.parametricRimFresnelPowerFactor, 5), number(fields.parametricRimLiftFactor, 0)),
      lost: losses(
        rim,
        hasOutline && number(fields.outlineWidthFactor, 0) > 0,
        fields.matcapTexture !== undefined,
        number(fields.shadingToonyFactor, 0.9),
      ),
    });
  }
  return out;
}

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
