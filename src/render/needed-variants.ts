import type { DrawItem } from './draw-list.ts';
import { surfaceFor } from './plain-materials.ts';
import { ALPHA, FOG, INSTANCED, LIGHTMAP, MAP, MASK, type SurfaceVariant, withJoints } from './surface-variant.ts';

/** Every variant that the items can be drawn with, at any level of detail, alone or as copies. */
export function neededVariants(items: readonly DrawItem[], fog: boolean, instancing: boolean): Set<SurfaceVariant> {
  const needed = new Set<SurfaceVariant>();
  const extra = fog ? FOG : 0;
  for (const { material, levels, rows, figure } of items) {
    const variant = surfaceFor(material)?.variant;
    if (variant === undefined) continue;
    for (const { ranges } of levels) for (const { joints } of ranges) needed.add(withJoints(variant, joints) | extra);
    if (figure) {
      // Pictures of it are made without fog, and shown with it.
      for (const { ranges } of levels) for (const { joints } of ranges) needed.add(withJoints(variant, joints));
      needed.add(ALPHA | MASK | MAP | extra);
    }
    if (instancing && rows.length === 0 && !(variant & (ALPHA | LIGHTMAP))) needed.add(variant | INSTANCED | extra);
  }
  return needed;
}
