import type { BenchProduct } from './read-room.ts';

/**
 * How good the picture is as resources arrive, and how long it was not: the integral of (1 - quality) over time. A product counts by
 * the part of the picture that it covers: 0 until its mesh is there, then each of its materials 1 with its high texture, 0.5 with the
 * low one, 0 without. Quality is the sum, 1 when all is there.
 */
export class QualityIntegral {
  readonly #products: readonly BenchProduct[];
  readonly #of = new Map<string, BenchProduct[]>();
  readonly #there = new Set<string>();
  readonly #parts = new Map<BenchProduct, number>();
  readonly #whole: number;
  #quality = 0;
  #last = 0;
  #unseen = 0;

  constructor(products: readonly BenchProduct[]) {
    this.#products = products.filter(p => p.area > 0 && p.needed.length > 0);
    this.#whole = this.#products.reduce((sum, p) => sum + p.area, 0);
    for (const product of this.#products)
      for (const url of [...product.needed, ...product.slots.flatMap(s => [s.low, s.high])]) {
        if (url === undefined) continue;
        const list = this.#of.get(url);
        if (list) list.push(product);
        else this.#of.set(url, [product]);
      }
  }

  /** 0..1. */
  get quality(): number {
    return this.#quality;
  }

  /** `url` has arrived `at` ms after the start. Times ascend. */
  arrived(url: string, at: number): void {
    this.#advance(at);
    this.#there.add(url);
    for (const product of this.#of.get(url) ?? []) this.#rate(product);
  }

  /** All of a product has arrived, in one file. */
  arrivedWhole(productUrl: string, at: number): void {
    const product = this.#products.find(p => p.url === productUrl);
    if (!product) return;
    for (const url of [...product.needed, ...product.slots.flatMap(s => [s.low, s.high])]) if (url) this.arrived(url, at);
  }

  /** @returns the integral up to `at`, ms. */
  unseenMs(at: number): number {
    this.#advance(at);
    return this.#unseen;
  }

  #advance(at: number): void {
    this.#unseen += (at - this.#last) * (1 - this.#quality);
    this.#last = at;
  }

  #rate(product: BenchProduct): void {
    const { needed, slots, area } = product;
    const there = (url: string | undefined) => url !== undefined && this.#there.has(url);
    const texture = (s: BenchProduct['slots'][number]) =>
      there(s.high) || (!s.high && there(s.low)) ? 1 : there(s.low) ? 0.5 : 0;
    const textured = slots.length === 0 ? 1 : slots.reduce((sum, s) => sum + texture(s), 0) / slots.length;
    const now = needed.every(there) ? textured : 0;
    this.#quality += ((now - (this.#parts.get(product) ?? 0)) * area) / this.#whole;
    this.#parts.set(product, now);
  }
}
