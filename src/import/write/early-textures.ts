/** Encodes the textures of each model as soon as it is read, so that their pixels are released. */
import { setMaxListeners } from 'node:events';
import { collectGarbage } from '../../node/collect-garbage.ts';
import type { EncodedTexture } from '../model/encoded-texture.ts';
import { type ImportedModel, withProducts } from '../model/imported-model.ts';
import type { SourceProduct, SourceTexture, TextureEncoding } from '../model/source-model.ts';
import { meanOfPixels } from '../picture/mean-colour.ts';
import type { Picture } from '../picture/picture.ts';
import { shrinkTexture } from '../picture/texture-colours.ts';
import type { EncodingCache } from './cache/encoding-cache.ts';
import { encodeTexture, isPixelArt, pixelHash, type TextureOptions } from './texture-encoder.ts';

/** Pixels that are encoded at a time: one of the largest textures, or several small ones. WebP takes some 40 bytes a pixel. */
const AT_ONCE = 2048 * 2048;
/** Pixels that wait before the next model is read; 16 MB. */
const MOST_WAITING = AT_ONCE;

const NOTHING = new Uint8Array();

/** Encodes textures of models that are read one after another. */
export class EarlyTextures {
  readonly #options: TextureOptions;
  readonly #cache: EncodingCache;
  /** By pixels: the models of a pack often share a picture. */
  readonly #known = new WeakMap<Uint8Array, TextureEncoding>();
  /** The same of pixel art, which is written otherwise. */
  readonly #pixelArt = new WeakMap<Uint8Array, TextureEncoding>();
  readonly #taken = new WeakMap<SourceProduct, SourceProduct>();
  /** What waits, in order. */
  readonly #waiting: { readonly pixels: number; readonly begin: () => Promise<unknown>; readonly drop: () => void }[] = [];
  readonly #end = new AbortController();
  #running = 0;
  #left = 0;
  /** Pixels that are encoded since garbage was collected. */
  #released = 0;
  #ready: (() => void) | undefined;

  constructor(options: TextureOptions, cache: EncodingCache) {
    this.#options = options;
    this.#cache = cache;
    // Each texture that becomes KTX2 listens.
    setMaxListeners(0, this.ended);
  }

  /** Aborted by `close`. */
  get ended(): AbortSignal {
    return this.#end.signal;
  }

  /** Begins to encode a model's textures. @returns the model without their pixels. */
  take(model: ImportedModel): ImportedModel {
    return withProducts(model, product => this.takeProduct(product));
  }

  /** Works like `take`. It returns the same object for the same product. */
  takeProduct(product: SourceProduct): SourceProduct {
    let taken = this.#taken.get(product);
    if (!taken) {
      const textures = product.textures.map(texture => (texture.encoding ? texture : this.#take(texture)));
      this.#taken.set(product, (taken = { ...product, textures }));
    }
    return taken;
  }

  /** Begins a picture that is no pixel art, whatever its sampling. */
  begin(picture: Picture): void {
    this.#take({ slot: '', ...picture });
  }

  /** Resolves when so few textures wait that the next model may be read. */
  async ready(): Promise<void> {
    if (this.#left > MOST_WAITING)
      await new Promise<void>(resolve => {
        this.#ready = resolve;
      });
  }

  /** Drops what waits, and what becomes KTX2 or is to: nobody will write it. Who waits for it gets an error. */
  close(): void {
    this.#end.abort(new Error('the import has ended'));
    for (const { drop } of this.#waiting.splice(0)) drop();
  }

  #take(texture: SourceTexture): SourceTexture {
    const { width, height, rgba } = texture;
    // Whoever writes the texture tells the error.
    if (rgba.length !== width * height * 4 || rgba.length === 0) return texture;
    const known = isPixelArt(texture) ? this.#pixelArt : this.#known;
    let encoding = known.get(rgba);
    if (!encoding) known.set(rgba, (encoding = this.#encode(texture)));
    return { ...texture, rgba: NOTHING, encoding };
  }

  #encode(texture: SourceTexture): TextureEncoding {
    const pixels = texture.width * texture.height;
    const result = new Promise<EncodedTexture>((resolve, reject) => {
      const begin = () => encodeTexture(texture, this.#options, this.#cache, this.ended).then(resolve, reject);
      const drop = () => reject(this.ended.reason);
      this.#waiting.push({ pixels, begin, drop });
    });
    // Whoever writes the texture tells the error.
    result.catch(() => {});
    this.#left += pixels;
    this.#next();
    return { result, hash: pixelHash(texture.rgba), colours: shrinkTexture(texture), mean: meanOfPixels(texture.rgba) };
  }

  #next(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (!first || (this.#running > 0 && this.#running + first.pixels > AT_ONCE)) return;
      this.#waiting.shift();
      this.#running += first.pixels;
      void first.begin().then(() => {
        this.#running -= first.pixels;
        this.#left -= first.pixels;
        this.#released += first.pixels;
        if (this.#released >= AT_ONCE) {
          this.#released = 0;
          collectGarbage();
        }
        if (this.#left <= MOST_WAITING) this.#ready?.();
        this.#next();
      });
    }
  }
}
