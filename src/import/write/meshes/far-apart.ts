/** Divides a product whose parts lie so far apart that all would vanish in one mesh. */
import { boxOf } from '../../model/place-model.ts';
import type { SourcePart, SourceProduct } from '../../model/source-model.ts';
import { dividedInto } from './cut-product.ts';

/** Steps of a mesh's positions along its extent: 16-bit numbers with a sign. */
const STEPS = 65_534;
/** A part of fewer steps has lost its shape. */
const LEAST = 4;
/** Maximum extent of a group, in extents of its smallest part: that part then keeps 16 steps. */
const WIDEST = 4096;
/** A product of more groups stays whole. */
const MOST = 100;

/**
 * Returns the product, or a product for each group of its parts that lie together. It divides only where no part would keep its shape:
 * small things beside large ones vanish, as they do for the eye. Skinned products stay whole.
 */
export function groupsFarApart(product: SourceProduct): readonly SourceProduct[] {
  if (product.skin || product.parts.length < 2) return [product];
  const sizes = product.parts.map(part => extentOf([part]));
  const largest = Math.max(...sizes);
  if (!(largest > 0 && largest < (extentOf(product.parts) / STEPS) * LEAST)) return [product];
  const groups: { parts: SourcePart[]; smallest: number }[] = [];
  for (const [p, part] of product.parts.entries()) {
    if (!(sizes[p] > 0)) continue;
    const fits = ({ parts, smallest }: (typeof groups)[number]): boolean =>
      extentOf([...parts, part]) <= WIDEST * Math.min(smallest, sizes[p]);
    const group = groups.find(fits);
    if (group) {
      group.parts.push(part);
      group.smallest = Math.min(group.smallest, sizes[p]);
    } else if (groups.length === MOST) return [product];
    else groups.push({ parts: [part], smallest: sizes[p] });
  }
  return dividedInto(
    product,
    groups.map(({ parts }) => parts),
  );
}

function extentOf(parts: readonly SourcePart[]): number {
  const { min, max } = boxOf(parts);
  return Math.max(...max.map((m, k) => m - min[k]));
}
