/** Sends pictures between threads without copies. A picture has megabytes, and the models of a pack often share one. */

import { type ImportedModel, withProducts } from '../model/imported-model.ts';
import type { SourceProduct } from '../model/source-model.ts';
import { copyPixels } from '../picture/picture.ts';

/** A product whose pictures lie in shared memory, and the number of each texture's picture, in their order. */
export interface SentProduct {
  readonly product: SourceProduct;
  readonly pictures: readonly number[];
}

/** The same for all products of a model. */
export interface SentModel {
  readonly model: ImportedModel;
  readonly pictures: readonly number[];
}

/** Numbers the pictures, so that the other thread recognizes those that it has. */
export class PictureSender {
  readonly #sent = new WeakMap<Uint8Array, { readonly number: number; readonly pixels: Uint8Array }>();
  #count = 0;
  #bytes = 0;

  /** Returns the bytes of the pictures that were new since it was last asked. */
  takeBytes(): number {
    const bytes = this.#bytes;
    this.#bytes = 0;
    return bytes;
  }

  send(model: ImportedModel): SentModel {
    const pictures: number[] = [];
    const sent = withProducts(model, product => {
      const { product: own, pictures: numbers } = this.sendProduct(product);
      pictures.push(...numbers);
      return own;
    });
    return { model: sent, pictures };
  }

  sendProduct(product: SourceProduct): SentProduct {
    const pictures: number[] = [];
    const textures = product.textures.map(texture => {
      let picture = this.#sent.get(texture.rgba);
      if (!picture) {
        const isShared = texture.rgba.buffer instanceof SharedArrayBuffer;
        picture = { number: ++this.#count, pixels: isShared ? texture.rgba : copyPixels(texture.rgba) };
        this.#sent.set(texture.rgba, picture);
        this.#bytes += texture.rgba.byteLength;
      }
      pictures.push(picture.number);
      return picture.pixels === texture.rgba ? texture : { ...texture, rgba: picture.pixels };
    });
    return { product: { ...product, textures }, pictures };
  }
}

/** Gives a picture that it has received before as the same object. */
export class PictureReceiver {
  /** Held weakly: their pixels are released when they are encoded. */
  readonly #pictures = new Map<number, WeakRef<Uint8Array>>();

  receive({ model, pictures }: SentModel): ImportedModel {
    let at = 0;
    return withProducts(model, product =>
      this.receiveProduct({ product, pictures: pictures.slice(at, (at += product.textures.length)) }),
    );
  }

  receiveProduct({ product, pictures }: SentProduct): SourceProduct {
    const textures = product.textures.map((texture, i) => {
      const known = this.#pictures.get(pictures[i])?.deref();
      if (known) return { ...texture, rgba: known };
      this.#pictures.set(pictures[i], new WeakRef(texture.rgba));
      return texture;
    });
    return { ...product, textures };
  }
}
