/** The variants of the surface shader and their sources. */

import fragment from '../../../shaders/surface.frag?raw';
import vertex from '../../../shaders/surface.vert?raw';
import { MAX_JOINTS } from '../../assets/limits.ts';

/**
 * A variant of the surface shader as one number, which serves as a part of a sort key and as a table index.
 *
 *     bit  0    1    2      3      4     5    6          7..9                               10        11      12
 *          LIT  MAP  COLOR  ALPHA  MASK  FOG  INSTANCED  SKIN (joints a vertex, 0 = rigid)  LIGHTMAP  SCROLL  UNEVEN
 */
export type SurfaceVariant = number;

export const LIT = 1;
export const MAP = 2;
export const COLOR = 4;
export const ALPHA = 8;
export const MASK = 16;
export const FOG = 32;
export const INSTANCED = 64;
const SKIN_SHIFT = 7;
const SKIN_BITS = 7 << SKIN_SHIFT;
export const LIGHTMAP = 1024;
export const SCROLL = 2048;
/** Only with LIT and SKIN. */
export const UNEVEN = 4096;

/** One more than the highest variant. */
export const VARIANT_COUNT = 2 * UNEVEN;

/**
 * Returns the variant bits of a skin.
 *
 * @param joints - joints a vertex, 1..4; 0 for a rigid surface.
 */
export const skin = (joints: number): SurfaceVariant => joints << SKIN_SHIFT;
export const skinOf = (variant: SurfaceVariant): number => (variant & SKIN_BITS) >> SKIN_SHIFT;

/** Returns the variant with another number of joints a vertex. A rigid variant (joints 0) stays unchanged. */
export const withJoints = (variant: SurfaceVariant, joints: number): SurfaceVariant =>
  joints === 0 ? variant : (variant & ~SKIN_BITS) | skin(joints);

/**
 * Returns the variant that draws a level of detail.
 *
 * @param painted - whether its vertices have the colours of the texture.
 */
export const ofLevel = (variant: SurfaceVariant, painted = false): SurfaceVariant =>
  painted && (variant & NOT_PAINTED) === MAP ? (variant & ~MAP) | COLOR : variant;
/** Variants with any of these but MAP need their texture. */
const NOT_PAINTED = MAP | COLOR | ALPHA | SCROLL;

const names: readonly [number, string][] = [
  [LIT, 'LIT'],
  [MAP, 'MAP'],
  [COLOR, 'COLOR'],
  [ALPHA, 'ALPHA'],
  [MASK, 'MASK'],
  [FOG, 'FOG'],
  [INSTANCED, 'INSTANCED'],
  [LIGHTMAP, 'LIGHTMAP'],
  [SCROLL, 'SCROLL'],
  [UNEVEN, 'UNEVEN'],
];

/** Returns a variant's preprocessor definitions: `definesOf(LIT | skin(2)) // { LIT: '', SKIN: 2 }` */
export function definesOf(variant: SurfaceVariant): Record<string, string | number> {
  const defines: Record<string, string | number> = {};
  for (const [bit, name] of names) if (variant & bit) defines[name] = '';
  if (skinOf(variant) > 0) defines.SKIN = skinOf(variant);
  return defines;
}

/** Returns a readable name: `nameOf(LIT | MAP | skin(4)) // 'lit map skin4'`; a plain colour is `flat`. */
export function nameOf(variant: SurfaceVariant): string {
  const words = names.filter(([bit]) => variant & bit).map(([, name]) => name.toLowerCase());
  if (skinOf(variant) > 0) words.push(`skin${skinOf(variant)}`);
  return words.join(' ') || 'flat';
}

/**
 * Returns the complete GLSL ES 1.00 source of a variant.
 *
 * @param maxJoints - of a palette on this GPU.
 */
export function sourcesOf(variant: SurfaceVariant, maxJoints = MAX_JOINTS): { vertex: string; fragment: string } {
  const preamble = preambleOf(variant, maxJoints);
  return { vertex: preamble + vertexSource, fragment: preamble + fragmentSource };
}

/** Returns the text before a variant's source: `preambleOf(LIT | skin(2)) // '#define LIT\n#define SKIN 2\n'` */
export function preambleOf(variant: SurfaceVariant, maxJoints = MAX_JOINTS): string {
  const defines = definesOf(variant);
  if (skinOf(variant) > 0 && maxJoints < MAX_JOINTS) defines.JOINTS = maxJoints;
  return Object.entries(defines)
    .map(([name, value]) => `#define ${name} ${value}`.trim() + '\n')
    .join('');
}

/** The fragment source of all variants, as in shaders/. The built page strips its comments. */
export const fragmentSource: string = fragment;
export const vertexSource: string = vertex;

/**
 * Lists every variant that a room can need, but for SCROLL, which goes with every MAP, and UNEVEN, which goes with LIT and SKIN. Tests
 * compile them and docs/shaders.md counts them.
 */
export function allVariants(): SurfaceVariant[] {
  const list: SurfaceVariant[] = [];
  for (let variant = 0; variant < SCROLL; variant++) {
    if (variant & MASK && !(variant & ALPHA && variant & MAP)) continue;
    if (variant & INSTANCED && skinOf(variant) > 0) continue;
    if (skinOf(variant) > 4) continue;
    // A mesh with a light map is static and unique.
    if (variant & LIGHTMAP && (variant & INSTANCED || skinOf(variant) > 0)) continue;
    list.push(variant);
  }
  return list;
}
