import type { ProductInfo } from '../documents/room-info.ts';
import type { Subscriber } from '../resources/frame-changes.ts';
import type { Placed } from '../resources/room-priorities.ts';
import type { RoomResources } from '../resources/room-resources.ts';
import { LiveProduct } from './live-product.ts';

export interface LiveProductsListener {
  /** `user` shows the product from now on. */
  onAcquired(product: LiveProduct, user: Placed, isNew: boolean): void;
  /** More of the product arrived or failed. Once a frame at most. */
  onChanged(product: LiveProduct): void;
  /** Nothing shows it any more. */
  onGone(product: LiveProduct): void;
}

interface Entry {
  readonly product: LiveProduct;
  /** What shows it, with how many times it acquired it. */
  readonly users: Map<Placed, number>;
}

/**
 * The products that stand or are worn in a room. Each lives once, however many show it, as long as something does; everything that
 * shows it is refreshed when it changes. A product whose document changed is another product, which shares with the old one whatever
 * resources stayed.
 */
export class LiveProducts implements Iterable<LiveProduct> {
  /** Products that have clips and their skeleton: other avatars may borrow these clips. */
  readonly lenders = new Set<LiveProduct>();
  /** Refreshed when a lender is new, or changes. */
  readonly borrowers = new Set<Subscriber>();
  readonly #products = new Map<string, Entry>();
  readonly #store: RoomResources;
  readonly #compressed: boolean;
  readonly #listener: LiveProductsListener;

  constructor(store: RoomResources, compressed: boolean, listener: LiveProductsListener) {
    this.#store = store;
    this.#compressed = compressed;
    this.#listener = listener;
  }

  /** Every `acquire` needs its `release`. @param user - refreshed with the next frame, and whenever the product changes. */
  acquire(info: ProductInfo, user: Placed): LiveProduct {
    const key = keyOf(info);
    let entry = this.#products.get(key);
    const isNew = !entry;
    if (!entry) {
      const product = new LiveProduct(info, this.#store, this.#compressed, () => this.#changed(key));
      this.#products.set(key, (entry = { product, users: new Map() }));
      if (product.skeletons.length > 0 && product.animations.length > 0) this.lenders.add(product);
    }
    const { product, users } = entry;
    users.set(user, (users.get(user) ?? 0) + 1);
    this.#store.changes.mark(user);
    this.#listener.onAcquired(product, user, isNew);
    return product;
  }

  /** With its last user, a product frees what it holds and gives up what is on its way. */
  release(product: LiveProduct, user: Placed): void {
    const key = keyOf(product.info);
    const entry = this.#products.get(key);
    const uses = entry?.product === product ? entry.users.get(user) : undefined;
    if (!entry || uses === undefined) return;
    if (uses > 1) entry.users.set(user, uses - 1);
    else entry.users.delete(user);
    if (entry.users.size > 0) return;
    this.#products.delete(key);
    this.lenders.delete(product);
    product.dispose();
    this.#listener.onGone(product);
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
    this.lenders.clear();
    this.borrowers.clear();
  }

  #changed(key: string): void {
    const entry = this.#products.get(key);
    if (!entry) return;
    const { product, users } = entry;
    const { changes } = this.#store;
    for (const user of users.keys()) changes.mark(user);
    if (this.lenders.has(product)) for (const borrower of this.borrowers) changes.mark(borrower);
    this.#listener.onChanged(product);
  }
}

const keys = new WeakMap<ProductInfo, string>();

/** What makes a product what it is: its URL, and what its documents said of it. */
export function keyOf(info: ProductInfo): string {
  let key = keys.get(info);
  if (key === undefined) {
    const { url, category, covers, resources } = info;
    const parts = resources.map(r => JSON.stringify([r.kind, r.tier, r.slot, r.name, r.hash, r.sampling])).sort();
    keys.set(info, (key = [url, JSON.stringify([category, covers]), ...parts].join('\n')));
  }
  return key;
}
