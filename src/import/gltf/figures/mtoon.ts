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
}

type Json = Readonly<Record<string, unknown>>;
const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const unit = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : undefined;
const index = (value: unknown): number | undefined => (Number.isInteger(value) ? (value as number) : undefined);

/** Returns the shades by the index of their material: of VRM 1 (VRMC_materials_mtoon), else of VRM 0 (its material properties). */
export function toonShades(json: GLTF.IGLTF): Map<number, ToonShade> {
  const out = new Map<number, ToonShade>();
  const old: unknown = record(record(json.extensions).VRM).materialProperties;
  for (const [i, entry] of (Array.isArray(old) ? old : []).entries()) {
    const { shader, vectorProperties, textureProperties } = record(entry);
    if (typeof shader !== 'string' || !/mtoon/i.test(shader)) continue;
    // VRM 0 stores the numbers of Unity's colour picker: sRGB. Its default is a faint pink.
    const stored: unknown = record(vectorProperties)._ShadeColor;
    const [r, g, b] = [0.97, 0.81, 0.86].map((usual, c) => unit(Array.isArray(stored) ? stored[c] : undefined) ?? usual);
    const linear = (x: number): number => TO_LINEAR[Math.round(x * 255)];
    out.set(i, { color: [linear(r), linear(g), linear(b)], texture: index(record(textureProperties)._ShadeTexture) });
  }
  const materials: unknown = json.materials;
  for (const [i, material] of (Array.isArray(materials) ? materials : []).entries()) {
    const toon = record(record(material).extensions).VRMC_materials_mtoon;
    if (toon === undefined) continue;
    const { shadeColorFactor: factor, shadeMultiplyTexture: texture } = record(toon);
    const channel = (c: number): number => unit(Array.isArray(factor) ? factor[c] : undefined) ?? 0;
    out.set(i, { color: [channel(0), channel(1), channel(2)], texture: index(record(texture).index) });
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
