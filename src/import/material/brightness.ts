/** Computes by how much a surface is brighter than its base colour. */
import type { MaterialDescription } from '../../assets/meshes/mesh-asset.ts';
import type { SourcePart } from '../model/source-model.ts';
import { MOST_COLOR } from '../picture/linear-light.ts';
import type { Warn } from '../report/warnings.ts';

type Rgb = readonly [number, number, number];

/** What a surface shows in white light, linear. Colours at vertices multiply `base` alone. */
export interface Brightness {
  /** The colour as the file has it. Some exporters write it above 1, and three.js multiplies with it. */
  readonly base: Rgb;
  /** Emission and a toon material's rim. */
  readonly added: Rgb;
}

const WHITE: Rgb = [1, 1, 1];

/** The greatest product of colours that is drawn. A texture that is dark by itself shows it. */
const MOST = 4;

const rgb = (channel: (c: number) => number): [number, number, number] => [channel(0), channel(1), channel(2)];

/**
 * Returns what stands for all that brightens a surface. The shader adds `emissive` to the base colour before the light, so that both
 * together reach 4.
 *
 * @param color - base colour as it is drawn, 0..1.
 * @param factor - base colour as the file has it.
 * @param tint - share of `color` that is no emission, 0..1.
 */
export function brightness(color: Rgb, factor: readonly number[], emissive: Rgb, rim: Rgb, tint: Rgb = WHITE): Brightness {
  return {
    base: rgb(c => color[c] * tint[c] * Math.max(1, factor[c])),
    added: rgb(c => color[c] * (1 - tint[c]) + emissive[c] + rim[c]),
  };
}

/** A smaller share of emission is not seen. */
const SEEN = 0.02;

/** Returns the share of a surface's colour that it emits; undefined where light may dim all of it. */
export function emittedShare({ base, added }: Brightness): [number, number, number] | undefined {
  const share = rgb(c => (added[c] > 0 ? added[c] / (base[c] + added[c]) : 0));
  return share.some(x => x > SEEN) ? share : undefined;
}

/** Less is the rounding of a difference, which may lie below 0: glTF does not allow that. */
const LEAST = 1e-6;

/** Returns the emission of a surface without colours at its vertices. */
export const emissionOf = ({ base, added }: Brightness, color: Rgb): [number, number, number] =>
  rgb(c => {
    const emission = base[c] + added[c] - color[c];
    return emission < LEAST ? 0 : Math.min(MOST - color[c], emission);
  });

/**
 * Returns the parts with colours of 0 to 1 at the vertices. The brightest product of a material and its vertices becomes the material's
 * colour, and colours are shares of it. So those above 1 are drawn, and emission is not dimmed by dark ones. A material whose colours
 * are within 0 to 1 and that does not shine stays as it is.
 */
export function fitColours(
  parts: readonly SourcePart[],
  brightnessOf: (material: MaterialDescription) => Brightness | undefined,
  warn: Warn,
): SourcePart[] {
  const fitted = new Map<
    MaterialDescription,
    { readonly of: Brightness; readonly most: Rgb; readonly material: MaterialDescription }
  >();
  for (const material of new Set(parts.filter(part => part.colors).map(part => part.material))) {
    const of = brightnessOf(material);
    const group = parts.filter(part => part.material === material);
    if (!of || !(of.added.some(x => x > 0) || group.some(isBright))) continue;
    const reached = rgb(c => group.reduce((max, part) => Math.max(max, brightest(part, of, c)), 0));
    if (Math.max(...reached) > MOST)
      warn(`material ${material.name}: its colours and those of its vertices make more than ${MOST}; drawn as ${MOST}`);
    const most = rgb(c => Math.min(MOST, reached[c]));
    const [r, g, b] = rgb(c => Math.min(1, most[c]));
    const emissive = rgb(c => most[c] - Math.min(1, most[c]));
    fitted.set(material, { of, most, material: { ...material, baseColor: [r, g, b, material.baseColor[3]], emissive } });
  }
  return parts.map(part => {
    const fit = fitted.get(part.material);
    return fit ? { ...part, material: fit.material, colors: shares(part, fit.of, fit.most) } : part;
  });
}

const isBright = ({ colors }: SourcePart): boolean => colors?.some((x, i) => i % 4 < 3 && x > MOST_COLOR) ?? false;

const product = ({ base, added }: Brightness, color: number, c: number): number => base[c] * Math.max(0, color) + added[c];

function brightest({ colors }: SourcePart, of: Brightness, c: number): number {
  if (!colors) return product(of, 1, c);
  let most = 0;
  for (let i = c; i < colors.length; i += 4) most = Math.max(most, product(of, colors[i], c));
  return most;
}

function shares({ colors, positions }: SourcePart, of: Brightness, most: Rgb): Float32Array {
  return Float32Array.from({ length: (positions.length / 3) * 4 }, (_, i) => {
    const color = colors?.[i] ?? 1;
    const c = i % 4;
    if (c === 3) return color;
    return most[c] > 0 ? Math.min(1, product(of, color, c) / most[c]) : 1;
  });
}
