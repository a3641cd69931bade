import { FormatError } from '../../core/errors.ts';
import { parseUrl } from '../../core/parse-url.ts';
import { untilAborted } from '../../core/until-aborted.ts';
import type { OutfitPartInfo, ProductInfo } from '../documents/room-info.ts';
import type { LiveAvatar } from './live-avatar.ts';

/** A change of an outfit. URLs are those of product documents, relative to the room's. */
export interface OutfitChange {
  /** Products to put on. Each replaces the worn product of its category, if it has one. */
  readonly on?: readonly string[] | undefined;
  /** Products or whole categories to take off. Those that are not worn are ignored. */
  readonly off?: readonly string[] | undefined;
  /** Joint that the products of `on` are attached to, for rigid ones (a hat, a mug in a hand). */
  readonly joint?: string | undefined;
}

interface Pending {
  readonly changes: readonly OutfitChange[];
  readonly abort: AbortController;
}

/**
 * Changes outfits by the URLs of products. The documents may arrive in any order, but the changes of one avatar are made in the order of
 * the calls.
 */
export class OutfitChangeQueue {
  readonly #productOf: (url: string) => Promise<ProductInfo>;
  readonly #onFailed: (url: string, error: unknown) => void;
  readonly #pending = new Map<LiveAvatar, Pending>();

  /**
   * @param productOf - follows the documents of the product at an absolute URL.
   * @param onFailed - called for a product that failed when there is no promise left to reject.
   */
  constructor(productOf: (url: string) => Promise<ProductInfo>, onFailed: (url: string, error: unknown) => void) {
    this.#productOf = productOf;
    this.#onFailed = onFailed;
  }

  /** `RoomSession.dress`. @param base - that URLs are relative to. */
  async change(avatar: LiveAvatar, change: OutfitChange, base: URL, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const wanted = absolute(change, base);
    const before = this.#pending.get(avatar);
    const abort = new AbortController();
    const pending = { changes: [...(before?.changes ?? []), wanted], abort };
    this.#pending.set(avatar, pending);
    before?.abort.abort(new DOMException('another change of the outfit was asked for', 'AbortError'));
    const onAbort = () => {
      // At once, so that a later call in the same task does not include it.
      if (this.#pending.get(avatar) === pending) this.#pending.delete(avatar);
      abort.abort(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const products = await untilAborted(this.#productsOf(pending.changes, wanted), abort.signal);
      await this.#wear(avatar, pending.changes, products, abort.signal);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      if (this.#pending.get(avatar) === pending) this.#pending.delete(avatar);
    }
  }

  /** Leaves out what does not fit of earlier, cancelled changes, so that the latest does not fail because of it. */
  async #wear(
    avatar: LiveAvatar,
    changes: readonly OutfitChange[],
    products: Map<string, ProductInfo>,
    signal: AbortSignal,
  ): Promise<void> {
    const latest = changes.at(-1)?.on ?? [];
    for (;;) {
      let outfit = avatar.outfit;
      for (const next of changes) outfit = changed(outfit, next, products);
      let url = '';
      try {
        await avatar.wear(outfit, signal, product => {
          url = product.url;
        });
        return;
      } catch (error) {
        // It ends, because there is one product less each time.
        if (latest.includes(url) || !products.delete(url)) throw error;
        this.#onFailed(url, error);
      }
    }
  }

  /** Leaves out what is not available of earlier, cancelled changes, so that the latest does not fail because of it. */
  async #productsOf(changes: readonly OutfitChange[], latest: OutfitChange): Promise<Map<string, ProductInfo>> {
    const products = new Map<string, ProductInfo>();
    const bring = async (url: string): Promise<void> => {
      try {
        products.set(url, await this.#productOf(url));
      } catch (error) {
        if (latest.on?.includes(url)) throw error;
        this.#onFailed(url, error);
      }
    };
    await Promise.all([...new Set(changes.flatMap(({ on }) => on ?? []))].map(bring));
    return products;
  }
}

function changed(
  outfit: readonly OutfitPartInfo[],
  { on = [], off = [], joint }: OutfitChange,
  products: ReadonlyMap<string, ProductInfo>,
): readonly OutfitPartInfo[] {
  let parts = outfit.filter(
    ({ product: { url, category } }) => !off.includes(url) && (category === undefined || !off.includes(category)),
  );
  for (const url of on) {
    const product = products.get(url);
    if (!product) continue;
    const { category } = product;
    parts = parts.filter(worn => worn.product.url !== url && (category === undefined || worn.product.category !== category));
    parts.push({ product, joint });
  }
  return parts;
}

/** `off` may name categories, so each name is kept as it is beside the URL that it resolves to. */
function absolute({ on = [], off = [], joint }: OutfitChange, base: URL): OutfitChange {
  const resolve = (url: string): string => {
    const parsed = parseUrl(url, base);
    if (!parsed) throw new FormatError('not the URL of a product', { url: base.href, value: url });
    return parsed.href;
  };
  return {
    on: on.map(resolve),
    off: off.flatMap(name => [name, parseUrl(name, base)?.href ?? []].flat()),
    ...(joint === undefined ? {} : { joint }),
  };
}
