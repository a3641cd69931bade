import type { ProductInfo } from '../documents/follow-room.ts';
import type { RoomResources } from '../resources/room-resources.ts';
import { LiveProduct } from './live-product.ts';

/**
 * The products that stand or are worn in a room: each lives once, however many show it, as long as somebody does. A product
 * whose document changed is another product, which shares with the old one whatever resources stayed.
 */
export class LiveProducts implements Iterable<LiveProduct> {
  readonly #products = new Map<string, { readonly product: LiveProduct; users: number }>();
  readonly #store: RoomResources;
  readonly #compressed: boolean;
  readonly #onNew: (product: LiveProduct) => void;

  /** @param onNew - a product lives from now on: its resources are to be brought. */
  constructor(store: RoomResources, compressed: boolean, onNew: (product: LiveProduct) => void) {
    this.#store = store;
    this.#compressed = compressed;
    this.#onNew = onNew;
  }

  /** Every `acquire` needs its `release`. */
  acquire(info: ProductInfo): LiveProduct {
    const key = keyOf(info);
    const known = this.#products.get(key);
    if (known) {
      known.users++;
      return known.product;
    }
    const product = new LiveProduct(info, this.#store, this.#compressed);
    this.#products.set(key, { product, users: 1 });
    this.#onNew(product);
    return product;
  }

  /** With its last user, a product frees what it holds and gives up what is on its way. */
  release(product: LiveProduct): void {
    const key = keyOf(product.info);
    const known = this.#products.get(key);
    if (known?.product !== product || --known.users > 0) return;
    this.#products.delete(key);
    product.dispose();
  }

  *[Symbol.iterator](): Generator<LiveProduct> {
    for (const { product } of this.#products.values()) yield product;
  }

  /** How many live; 0 after `dispose`. */
  get size(): number {
    return this.#products.size;
  }

  dispose(): void {
    for (const { product } of this.#products.values()) product.dispose();
    this.#products.clear();
  }
}

/** What makes a product what it is: its URL, and what its documents said of it. */
export function keyOf({ url, category, covers, resources }: ProductInfo): string {
  const parts = resources.map(r => JSON.stringify([r.kind, r.tier, r.slot, r.name, r.hash, r.sampling])).sort();
  return [url, JSON.stringify([category, covers]), ...parts].join('\n');
}
