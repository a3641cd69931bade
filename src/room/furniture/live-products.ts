import type { ProductInfo } from '../documents/room-info.ts';
import type { Subscriber } from '../resources/frame-changes.ts';
import type { Placed } from '../resources/room-priorities.ts';
import type { RoomResources } from '../resources/room-resources.ts';
import { LiveProduct } from './live-product.ts';

export interface LiveProductsListener {
  /** `user` shows the product from now on. */
  onAcquired(product: LiveProduct, user: Placed, isNew: boolean): void;
  /** More of the product arrived or failed. At most once a frame. */
  onChanged(product: LiveProduct): void;
  /** Nothing shows it any more. */
  onGone(product: LiveProduct): void;
}

interface Entry {
  readonly product: LiveProduct;
  /** Its users, and how many times each acquired it. */
  readonly users: Map<Placed, number>;
}

/**
 * The products that a room shows. Each exists once, for all its users, and until the last of them releases it. Users are refreshed when it
 * changes. A product whose document changed is another product. It shares the resources that stayed with the old one.
 */
export class LiveProducts implements Iterable<LiveProduct> {
  /** Products that have clips and their skeleton: other avatars may borrow these clips. */
  readonly lenders = new Set<LiveProduct>();
  /** Avatars that are refreshed when a lender is added or changes. */
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

  /** Releases a product. When its last user does, its resources are released and its downloads aborted. */
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

  /** Number of products; 0 after `dispose`. */
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

/** Identifies a product: by its URL and the content of its documents. */
export function keyOf(info: ProductInfo): string {
  let key = keys.get(info);
  if (key === undefined) {
    const { url, category, covers, resources } = info;
    const parts = resources.map(r => JSON.stringify([r.kind, r.tier, r.slot, r.name, r.hash, r.sampling])).sort();
    keys.set(info, (key = [url, JSON.stringify([category, covers]), ...parts].join('\n')));
  }
  return key;
}
