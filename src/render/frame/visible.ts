/** Culls items and writes the keys of visible draw calls. */

import type { Matrix4 } from 'three';
import type { SkinBounds } from '../../assets/meshes/mesh-asset.ts';
import { surfaceFor } from '../materials/plain-materials.ts';
import { PALETTE_FLOATS } from '../materials/surface-material.ts';
import { ALPHA, MASK, ofLevel, withJoints } from '../materials/surface-variant.ts';
import type { DrawItem, DrawList } from './draw-list.ts';
import { touchesFrustum } from './frustum.ts';
import { chooseLevel } from './level-of-detail.ts';
import { drawKey, PASS_BLENDED, PASS_FLOOR, PASS_MASKED, PASS_OPAQUE } from './sort-key.ts';
import type { ViewState } from './view-state.ts';

/** Minimum distance for sizes on screen, metres. It keeps them finite. */
const NEAREST = 0.05;

/** World centre and radius of the current item, written by `writeSphere`. */
const sphere = { x: 0, y: 0, z: 0, radius: 0, scale: 1 };
const sight = { unseen: 0 };

/**
 * Culls items, chooses levels of detail, and writes a key for every visible draw call.
 *
 * @param tolerance - maximum error of a coarser level, pixels.
 * @returns the number of draw calls: the first entries of `list.keys`, `itemOf`, `rangeOf`.
 */
export function collectVisible(list: DrawList, view: ViewState, tolerance: number, onUnknown: (item: DrawItem) => void): number {
  const { items, keys, itemOf, rangeOf, firstGeometry } = list;
  let count = 0;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    const { mesh, material, data, levels, figure } = item;
    if (!material.visible || item.refused || figure?.opacity === 0) continue;
    const surface = surfaceFor(material);
    if (!surface) {
      onUnknown(item);
      continue;
    }
    writeSphere(item);
    if (mesh.frustumCulled && !touchesFrustum(view.frustum, sphere.x, sphere.y, sphere.z, sphere.radius)) {
      if (data) data.pixels = 0;
      continue;
    }
    const depth = view.depthOf(sphere.x, sphere.y, sphere.z);
    // A figure's sphere has room for its arms all around. The figure itself begins at about half the radius.
    const near = Math.max(NEAREST, depth - (data?.bounds ? 0.5 : 1) * sphere.radius);
    const zoom = view.perspective ? view.pixelsPerMetre / near : view.pixelsPerMetre;
    // Whole numbers are not boxed on the heap. A figure is about as tall as its sphere's radius is long (see `near`).
    if (data) data.pixels = Math.ceil(Math.min(65535, (data.bounds ? 1 : 2) * sphere.radius * zoom));
    if (figure && figure.tile >= 0) continue;
    if (levels.length > 1) {
      sight.unseen = tolerance / (zoom * sphere.scale);
      item.level = chooseLevel(levels, item.level, sight);
    }
    const { geometry, ranges, painted } = levels[item.level];
    const variant = ofLevel(surface.variant, painted && surface.painted);
    // Shadows (`renderOrder` below 0) are one mesh, sorted after everything that lies on the floor.
    const isShadow = mesh.renderOrder < 0;
    const blended = isShadow || item.ground ? PASS_FLOOR : PASS_BLENDED;
    const opaque = !(variant & ALPHA) ? PASS_OPAQUE : variant & MASK ? PASS_MASKED : blended;
    const pass = figure && figure.opacity < 1 ? PASS_BLENDED : opaque;
    const order = isShadow && pass === PASS_FLOOR ? 0 : depth;
    const texture = surface.uniforms.map.value.id;
    for (let range = 0; range < ranges.length; range++) {
      keys[count] = drawKey(pass, withJoints(variant, ranges[range].joints), texture, geometry.id - firstGeometry, order);
      itemOf[count] = i;
      rangeOf[count++] = range;
    }
  }
  return count;
}

/**
 * Writes `sphere`. Results pass through it, because V8 boxes number arguments and results of calls that it does not inline, a
 * hundred times a frame.
 */
function writeSphere({ mesh, data }: DrawItem): void {
  const bounds = data?.bounds;
  if (bounds && data.palette) writePosed(bounds, data.palette);
  else {
    const { geometry } = mesh;
    if (!geometry.boundingSphere) geometry.computeBoundingSphere();
    const own = geometry.boundingSphere;
    if (!own) return;
    sphere.x = own.center.x;
    sphere.y = own.center.y;
    sphere.z = own.center.z;
    sphere.radius = own.radius;
  }
  toWorld(mesh.matrixWorld);
}

function writePosed({ joint, x, y, z, radius }: SkinBounds, p: Float32Array): void {
  const row = joint * 4;
  const third = PALETTE_FLOATS / 3;
  sphere.x = p[row] * x + p[row + 1] * y + p[row + 2] * z + p[row + 3];
  sphere.y = p[third + row] * x + p[third + row + 1] * y + p[third + row + 2] * z + p[third + row + 3];
  sphere.z = p[2 * third + row] * x + p[2 * third + row + 1] * y + p[2 * third + row + 2] * z + p[2 * third + row + 3];
  // Same as `scaleOfPalette`.
  sphere.radius = radius * (Math.sqrt(p[row] * p[row] + p[row + 1] * p[row + 1] + p[row + 2] * p[row + 2]) || 1);
}

function toWorld(world: Matrix4): void {
  const m = world.elements;
  const { x, y, z } = sphere;
  sphere.x = m[0] * x + m[4] * y + m[8] * z + m[12];
  sphere.y = m[1] * x + m[5] * y + m[9] * z + m[13];
  sphere.z = m[2] * x + m[6] * y + m[10] * z + m[14];
  sphere.scale = world.getMaxScaleOnAxis();
  sphere.radius *= sphere.scale;
}
