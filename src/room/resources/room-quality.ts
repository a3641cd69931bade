import type { LiveProduct } from '../furniture/live-product.ts';
import type { Placed } from './room-priorities.ts';
import type { ViewScore } from './view-score.ts';

/**
 * How good the picture is, 0..1: everything that the camera sees counts by its size in the picture; a product is 0 until its meshes
 * are on the GPU, then each of its materials 1 with its high texture (or its only one), 0.5 with the low one, 0 without. What
 * memory has no room for in high is as good as it gets with the low one.
 *
 * @param view - undefined before the first frame: then all things count alike.
 * @returns 1 where there is nothing to see.
 */
export function roomQuality(placed: Iterable<Placed>, view: ViewScore | undefined): number {
  let whole = 0;
  let there = 0;
  for (const place of placed) {
    const area = view ? (view.sees(place.sphere) ? view.area(place.sphere) : 0) : 1;
    if (area === 0) continue;
    let products = 0;
    let quality = 0;
    place.eachProduct(product => {
      products++;
      quality += qualityOf(product);
    });
    if (products === 0) continue;
    whole += area;
    there += (area * quality) / products;
  }
  return whole === 0 ? 1 : there / whole;
}

function qualityOf({ meshes, slots }: LiveProduct): number {
  for (const { state } of meshes) if (state !== 'on-gpu') return 0;
  if (slots.size === 0) return 1;
  let sum = 0;
  for (const { high, low, shown } of slots.values()) {
    if (!shown) continue;
    const isBest = high === undefined || high.heldBack || shown === high.value;
    sum += isBest ? 1 : shown === low?.value ? 0.5 : 0;
  }
  return sum / slots.size;
}
