/** Finds the shader variants that items need. */

import type { PartLevel } from '../geometry/part-mesh.ts';
import { surfaceFor } from '../materials/plain-materials.ts';
import {
  ALPHA,
  FOG,
  INSTANCED,
  LIGHTMAP,
  MAP,
  MASK,
  ofLevel,
  type SurfaceVariant,
  skinOf,
  withJoints,
} from '../materials/surface-variant.ts';
import type { DrawItem } from './draw-list.ts';

/** The conditions besides the item itself that decide its variants. */
export interface Surroundings {
  readonly fog: boolean;
  /** True if copies may be drawn in one call. */
  readonly instancing: boolean;
  /** True if figures may be drawn as impostors. */
  readonly pictures: boolean;
}

/** Returns every variant that may draw the items, at any level of detail, alone or as copies. */
export function neededVariants(items: readonly DrawItem[], surroundings: Surroundings): Set<SurfaceVariant> {
  const needed = new Set<SurfaceVariant>();
  const extra = surroundings.fog ? FOG : 0;
  for (const { material, levels, figure } of items) {
    const surface = surfaceFor(material);
    if (!surface) continue;
    const { variant, painted } = surface;
    addVariants(needed, variant, levels, surroundings, painted);
    if (!figure || !surroundings.pictures) continue;
    // Impostor pictures are made without fog, and shown with it.
    addVariants(needed, variant, levels, { ...surroundings, fog: false }, painted);
    needed.add(ALPHA | MASK | MAP | extra);
  }
  return needed;
}

/**
 * Adds the variants that draw a surface at any of these levels, alone or as copies.
 *
 * @param painted - `SurfaceMaterial.painted`. Uploads of meshes, which come before textures, expect it.
 */
export function addVariants(
  needed: Set<SurfaceVariant>,
  variant: SurfaceVariant,
  levels: readonly PartLevel[],
  { fog, instancing }: Surroundings,
  painted = true,
): void {
  const extra = fog ? FOG : 0;
  for (const level of levels)
    for (const { joints } of level.ranges) needed.add(withJoints(ofLevel(variant, painted && level.painted), joints) | extra);
  if (instancing && skinOf(variant) === 0 && !(variant & (ALPHA | LIGHTMAP))) needed.add(variant | INSTANCED | extra);
}
