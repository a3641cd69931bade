import fragment from '../../../shaders/surface.frag?raw';
import vertex from '../../../shaders/surface.vert?raw';
import { MAX_JOINTS } from '../../assets/limits.ts';

/**
 * Which variant of the surface shader, as one number, so that it can be a part of a sort key and the index of a table.
 *
 *     bit  0    1    2      3      4     5    6          7..9                               10
 *          LIT  MAP  COLOR  ALPHA  MASK  FOG  INSTANCED  SKIN (joints a vertex, 0 = rigid)  LIGHTMAP
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

/** One more than the highest variant there is. */
export const VARIANT_COUNT = 2 * LIGHTMAP;

/** @param joints - joints a vertex, 1..4; 0 for a rigid surface. */
export const skin = (joints: number): SurfaceVariant => joints << SKIN_SHIFT;
export const skinOf = (variant: SurfaceVariant): number => (variant & SKIN_BITS) >> SKIN_SHIFT;

/** The same surface with another number of joints a vertex; rigid ones (joints 0) stay as they are. */
export const withJoints = (variant: SurfaceVariant, joints: number): SurfaceVariant =>
  joints === 0 ? variant : (variant & ~SKIN_BITS) | skin(joints);

const names: readonly [number, string][] = [
  [LIT, 'LIT'],
  [MAP, 'MAP'],
  [COLOR, 'COLOR'],
  [ALPHA, 'ALPHA'],
  [MASK, 'MASK'],
  [FOG, 'FOG'],
  [INSTANCED, 'INSTANCED'],
  [LIGHTMAP, 'LIGHTMAP'],
];

/** The preprocessor's names of a variant: `definesOf(LIT | skin(2)) // { LIT: '', SKIN: 2 }` */
export function definesOf(variant: SurfaceVariant): Record<string, string | number> {
  const defines: Record<string, string | number> = {};
  for (const [bit, name] of names) if (variant & bit) defines[name] = '';
  if (skinOf(variant) > 0) defines.SKIN = skinOf(variant);
  return defines;
}

/** A name that people can read: `nameOf(LIT | MAP | skin(4)) // 'lit map skin4'`; plain colour is `flat`. */
export function nameOf(variant: SurfaceVariant): string {
  const words = names.filter(([bit]) => variant & bit).map(([, name]) => name.toLowerCase());
  if (skinOf(variant) > 0) words.push(`skin${skinOf(variant)}`);
  return words.join(' ') || 'flat';
}

/**
 * The complete GLSL ES 1.00 text of a variant.
 * @param maxJoints - that a palette can have on this GPU.
 */
export function sourcesOf(variant: SurfaceVariant, maxJoints = MAX_JOINTS): { vertex: string; fragment: string } {
  const preamble = preambleOf(variant, maxJoints);
  return { vertex: preamble + vertexSource, fragment: preamble + fragmentSource };
}

/** What stands before the text of all variants: `preambleOf(LIT | skin(2)) // '#define LIT\n#define SKIN 2\n'` */
export function preambleOf(variant: SurfaceVariant, maxJoints = MAX_JOINTS): string {
  const defines = definesOf(variant);
  if (skinOf(variant) > 0 && maxJoints < MAX_JOINTS) defines.JOINTS = maxJoints;
  return Object.entries(defines)
    .map(([name, value]) => `#define ${name} ${value}`.trim() + '\n')
    .join('');
}

/** The texts as they stand in shaders/, of all variants; without their comments in the built page. */
export const fragmentSource: string = fragment;
export const vertexSource: string = vertex;

/** Every variant that a room can need: what the tests compile and what docs/shaders.md counts. */
export function allVariants(): SurfaceVariant[] {
  const list: SurfaceVariant[] = [];
  for (let variant = 0; variant < VARIANT_COUNT; variant++) {
    if (variant & MASK && !(variant & ALPHA && variant & MAP)) continue;
    if (variant & INSTANCED && skinOf(variant) > 0) continue;
    if (skinOf(variant) > 4) continue;
    // What has a light map stands still, once.
    if (variant & LIGHTMAP && (variant & INSTANCED || skinOf(variant) > 0)) continue;
    list.push(variant);
  }
  return list;
}
