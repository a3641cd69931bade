/** Bounding spheres of skinned parts, posed. */

import type { Sphere } from 'three';
import type { SkinBounds } from '../../assets/meshes/mesh-asset.ts';
import { scaleOfPalette } from '../frame/object-uniforms.ts';

/**
 * Writes the posed sphere in the mesh's space. Clicks and three's renderer use it; visible.ts has its own version for every
 * frame.
 */
export function writeSkinSphere({ joint, x, y, z, radius }: SkinBounds, palette: Float32Array, out: Sphere): Sphere {
  const row = (r: number) => {
    const at = (r * palette.length) / 3 + joint * 4;
    return palette[at] * x + palette[at + 1] * y + palette[at + 2] * z + palette[at + 3];
  };
  out.center.set(row(0), row(1), row(2));
  out.radius = radius * scaleOfPalette(palette, joint);
  return out;
}
