import type { LiveProduct } from '../furniture/live-product.ts';
import type { Placed } from './room-priorities.ts';
import type { ViewScore } from './view-score.ts';

interface Part {
  /** Its share of the picture, in any unit. */
  weight: number;
  /** 0..1, as of its latest change. */
  quality: number;
}

/**
 * How good the picture is, 0..1. Everything that the camera sees counts by its size in the picture. A product is 0 until its meshes
 * are on the GPU, then each of its materials 1 with its high texture (or its only one), 0.5 with the low one, 0 without. A high
 * texture that memory has no room for counts as if it did not exist.
 */
export class RoomQuality {
  readonly #parts = new Map<LiveProduct, Part>();

  /**
   * Weighs everything by what the camera sees now.
   * @param view - undefined before the first frame: then all things count alike.
   */
  look(view: ViewScore | undefined, placed: Iterable<Placed>): void {
    for (const part of this.#parts.values()) part.weight = 0;
    for (const place of placed) {
      const area = view ? (view.sees(place.sphere, place.box) ? view.area(place.sphere) : 0) : 1;
      let products = 0;
      place.eachProduct(() => products++);
      place.eachProduct(product => {
        const part = this.#parts.get(product);
        if (part) part.weight += area / products;
        else this.#parts.set(product, { weight: area / products, quality: qualityOf(product) });
      });
    }
  }

  /** More of `product` is there. */
  note(product: LiveProduct): void {
    const part = this.#parts.get(product);
    if (part) part.quality = qualityOf(product);
  }

  /** `product` is no longer shown. */
  forget(product: LiveProduct): void {
    this.#parts.delete(product);
  }

  /** As of the latest `look` and the latest changes; 1 where there is nothing to see. */
  get value(): number {
    let whole = 0;
    let there = 0;
    for (const { weight, quality } of this.#parts.values()) {
      whole += weight;
      there += weight * quality;
    }
    return whole === 0 ? 1 : there / whole;
  }
}

function qualityOf({ meshes, textures }: LiveProduct): number {
  for (const { state } of meshes) if (state !== 'on-gpu') return 0;
  if (textures.size === 0) return 1;
  let sum = 0;
  for (const { high, low, shown } of textures.values()) {
    if (!shown) continue;
    const isBest = high === undefined || high.heldBack || shown === high.value;
    sum += isBest ? 1 : shown === low?.value ? 0.5 : 0;
  }
  return sum / textures.size;
}
