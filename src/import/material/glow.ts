/** Separates the glowing triangles of a material from the lit ones. */
import type { MaterialDescription } from '../../assets/meshes/mesh-asset.ts';
import type { SourcePart } from '../model/source-model.ts';
import type { Picture } from '../picture/picture.ts';

/** The pixels of a texture that emit more light than they receive. */
export interface GlowMask {
  readonly width: number;
  readonly height: number;
  /** 1 for each glowing pixel. */
  readonly glows: Uint8Array;
}

/** The same, and what the texture is where no triangle glows: all pixels are right in the mean light. */
export interface Glow extends GlowMask {
  readonly lit: Picture;
  /** The share of the glowing pixels that colours at the vertices multiply, 0..1. The rest is emission. */
  readonly tint: readonly [number, number, number];
}

/** What the triangles of glowing pixels are drawn with. */
export interface GlowingMaterial {
  readonly mask: Glow;
  readonly description: MaterialDescription;
}

/** Sample points on a triangle, as shares of its corners. */
const SAMPLES = [
  [1 / 3, 1 / 3, 1 / 3],
  [0.8, 0.1, 0.1],
  [0.1, 0.8, 0.1],
  [0.1, 0.1, 0.8],
  [0.45, 0.45, 0.1],
  [0.45, 0.1, 0.45],
  [0.1, 0.45, 0.45],
] as const;

/**
 * Splits a part into its lit and its glowing triangles, which share the vertices. A triangle glows where most of its samples do.
 *
 * The low-end shader multiplies texture and light, so emission in a lit texture is dimmed with the rest. Screens, signs and lamps
 * mostly have triangles of their own: those are drawn unlit, without a shader instruction.
 */
export function splitGlow(part: SourcePart, mask: GlowMask): { readonly lit: Uint32Array; readonly glowing: Uint32Array } {
  const { uvs, index } = part;
  const lit: number[] = [];
  const glowing: number[] = [];
  for (let i = 0; i < index.length; i += 3) {
    let votes = 0;
    if (uvs)
      for (const shares of SAMPLES) {
        let [u, v] = [0, 0];
        for (let k = 0; k < 3; k++) {
          u += shares[k] * uvs[index[i + k] * 2];
          v += shares[k] * uvs[index[i + k] * 2 + 1];
        }
        votes += glowsAt(mask, u, v);
      }
    (votes * 2 > SAMPLES.length ? glowing : lit).push(index[i], index[i + 1], index[i + 2]);
  }
  return { lit: Uint32Array.from(lit), glowing: Uint32Array.from(glowing) };
}

function glowsAt({ width, height, glows }: GlowMask, u: number, v: number): number {
  const x = Math.min(width - 1, Math.floor((u - Math.floor(u)) * width));
  const y = Math.min(height - 1, Math.floor((v - Math.floor(v)) * height));
  return glows[y * width + x];
}

/** Draws the glowing triangles of a part with a material of their own. */
export function withGlow(part: SourcePart, glow: GlowingMaterial | undefined): SourcePart[] {
  if (!glow) return [part];
  const { lit, glowing } = splitGlow(part, glow.mask);
  if (glowing.length === 0) return [part];
  const { uvs2: _, ...own } = part;
  const bright = { ...own, material: glow.description, index: glowing };
  return lit.length === 0 ? [bright] : [{ ...part, index: lit }, bright];
}
