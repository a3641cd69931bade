import { FormatError } from '../../core/errors.ts';
import { parseUrl } from '../../core/parse-url.ts';
import { untilAborted } from '../../core/until-aborted.ts';
import type { OutfitPartInfo, ProductInfo } from '../documents/room-info.ts';
import type { LiveAvatar } from './live-avatar.ts';

/** What is to become of an outfit. URLs are of product documents, relative to the room's. */
export interface OutfitChange {
  /** Products to put on; each takes the place of what is worn of its category, where it has one. */
  readonly on?: readonly string[];
  /** Products, or whole categories, to take off. What is not worn is passed over. */
  readonly off?: readonly string[];
  /** Joint that the products of `on` are attached to, for rigid ones (a hat, a mug in a hand). */
  readonly joint?: string;
}

interface Pending {
  readonly changes: readonly OutfitChange[];
  readonly abort: AbortController;
}

/**
 * Changes of outfits by the URLs of products: their documents may come in any order, yet changes of one avatar are made in the
 * order in which they were asked for.
 */
export class OutfitChangeQueue {
  readonly #productOf: (url: string) => Promise<ProductInfo>;
  readonly #onFailed: (url: string, error: unknown) => void;
  readonly #pending = new Map<LiveAvatar, Pending>();

  /**
   * @param productOf - follows the documents of the product at an absolute URL.
   * @param onFailed - told of a product that cannot be had where no promise can tell any more.
   */
  constructor(productOf: (url: string) => Promise<ProductInfo>, onFailed: (url: string, error: unknown) => void) {
    this.#productOf = productOf;
    this.#onFailed = onFailed;
  }

  /** `RoomSession.dress`. @param base - what URLs are relative to. */
  async change(avatar: LiveAvatar, change: OutfitChange, base: URL, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const wanted = absolute(change, base);
    const before = this.#pending.get(avatar);
    const abort = new AbortController();
    const pending = { changes: [...(before?.changes ?? []), wanted], abort };
    this.#pending.set(avatar, pending);
    before?.abort.abort(new DOMException('another change of the outfit was asked for', 'AbortError'));
    const onAbort = () => {
      // At once: a change that is asked for in the same task must not take it along.
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

  /** What cannot be worn of earlier changes, which have been called off already, is left out: the latest must not fail for it. */
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
        // One product less each time: this ends.
        if (latest.includes(url) || !products.delete(url)) throw error;
        this.#onFailed(url, error);
      }
    }
  }

  /** Of earlier changes, which have been called off already, what cannot be had is left out: it must not fail the latest. */
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

/** `off` may name categories, which are no URLs: they are kept beside the URL that they could be. */
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
