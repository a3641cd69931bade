/** Finds figures whose joints lengthen normals. */
import type { Node } from '@gltf-transform/core';
import type { MaterialDescription } from '../../../assets/meshes/mesh-asset.ts';
import type { SourceProduct } from '../../model/source-model.ts';
import type { FileAnimation } from '../loading/file-animations.ts';

/** Scales whose ratio is less are not seen in the light. */
const SEEN = 1.05;
/** A scale that hides a part. A normal of length 0 has no direction. */
const HIDDEN = 1e-3;

/**
 * Reports whether joints scale unevenly, at rest or in a clip, or more and less in time. The shader then brings normals to length 1, as
 * other viewers do. Where a clip hides a part by a scale of 0, it does not.
 */
export function scaleUnevenly(joints: ReadonlySet<Node>, animations: readonly FileAnimation[]): boolean {
  let isUneven = [...joints].some(joint => ratioOf(joint.getScale()) > SEEN);
  for (const { channels } of animations)
    for (const { node, path, sampler } of channels) {
      const values = path === 'scale' && node && joints.has(node) ? sampler?.output?.getArray() : undefined;
      if (!(values instanceof Float32Array)) continue;
      // Each scale of CUBICSPLINE stands between two tangents, which may be 0.
      const scales = sampler?.interpolation === 'CUBICSPLINE' ? values.filter((_, i) => Math.floor(i / 3) % 3 === 1) : values;
      if (scales.some(x => Math.abs(x) < HIDDEN)) return false;
      isUneven ||= ratioOf(scales) > SEEN;
    }
  return isUneven;
}

/** Marks the materials of a figure whose joints do. */
export function markUneven(
  product: SourceProduct,
  joints: ReadonlySet<Node>,
  animations: readonly FileAnimation[],
): SourceProduct {
  if (!scaleUnevenly(joints, animations)) return product;
  const marked = new Map<MaterialDescription, MaterialDescription>();
  const parts = product.parts.map(part => {
    let material = marked.get(part.material);
    if (!material) marked.set(part.material, (material = { ...part.material, uneven: true }));
    return { ...part, material };
  });
  return { ...product, parts };
}

function ratioOf(scales: ArrayLike<number>): number {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < scales.length; i++) {
    const x = Math.abs(scales[i]);
    if (x < least) least = x;
    if (x > most) most = x;
  }
  return least < HIDDEN ? 1 : most / least;
}
