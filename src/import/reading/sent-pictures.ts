/** Sends pictures between threads without copies. A picture has megabytes, and the models of a pack often share one. */

import { type ImportedModel, withProducts } from '../model/imported-model.ts';
import type { SourceProduct } from '../model/source-model.ts';
import { inSharedMemory, type Picture } from '../picture/picture.ts';

/** A product whose pictures lie in shared memory, and the number of each texture's picture, in their order. */
export interface SentProduct {
  readonly product: SourceProduct;
  readonly pictures: readonly number[];
}

/** The same for one picture. */
export interface SentPicture<P extends Picture = Picture> {
  readonly picture: P;
  readonly number: number;
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
      const { picture, number } = this.sendPicture(texture);
      pictures.push(number);
      return picture;
    });
    return { product: { ...product, textures }, pictures };
  }

  /** @param picture - a picture, or more than that. */
  sendPicture<P extends Picture>(picture: P): SentPicture<P> {
    const { rgba } = picture;
    let sent = this.#sent.get(rgba);
    if (!sent) {
      sent = { number: ++this.#count, pixels: inSharedMemory(rgba) };
      this.#sent.set(rgba, sent);
      this.#bytes += rgba.byteLength;
    }
    return { picture: sent.pixels === rgba ? picture : { ...picture, rgba: sent.pixels }, number: sent.number };
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
    const textures = product.textures.map((picture, i) => this.receivePicture({ picture, number: pictures[i] }));
    return { ...product, textures };
  }

  receivePicture<P extends Picture>({ picture, number }: SentPicture<P>): P {
    const known = this.#pictures.get(number)?.deref();
    if (known) return { ...picture, rgba: known };
    this.#pictures.set(number, new WeakRef(picture.rgba));
    return picture;
  }
}
