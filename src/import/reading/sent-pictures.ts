/** Sends pictures between threads without copies. A picture has megabytes, and the models of a pack often share one. */
import { copyPixels } from '../material/picture.ts';
import type { SourceTexture } from '../model/source-model.ts';
import { type ImportedModel, withProducts } from './imported-model.ts';

/** A model whose pictures lie in shared memory, and the number of each texture's picture, in their order. */
export interface SentModel {
  readonly model: ImportedModel;
  readonly pictures: readonly number[];
}

/** Numbers the pictures, so that the other thread recognizes those that it has. */
export class PictureSender {
  readonly #sent = new WeakMap<Uint8Array, { readonly number: number; readonly pixels: Uint8Array }>();
  #count = 0;

  send(model: ImportedModel): SentModel {
    const pictures: number[] = [];
    const sent = withTextures(model, texture => {
      let picture = this.#sent.get(texture.rgba);
      if (!picture) {
        const isShared = texture.rgba.buffer instanceof SharedArrayBuffer;
        picture = { number: ++this.#count, pixels: isShared ? texture.rgba : copyPixels(texture.rgba) };
        this.#sent.set(texture.rgba, picture);
      }
      pictures.push(picture.number);
      return picture.pixels === texture.rgba ? texture : { ...texture, rgba: picture.pixels };
    });
    return { model: sent, pictures };
  }
}

/** Gives a picture that it has received before as the same object. */
export class PictureReceiver {
  /** Held weakly: their pixels are released when they are encoded. */
  readonly #pictures = new Map<number, WeakRef<Uint8Array>>();

  receive({ model, pictures }: SentModel): ImportedModel {
    let at = 0;
    return withTextures(model, texture => {
      const number = pictures[at++];
      const known = this.#pictures.get(number)?.deref();
      if (known) return { ...texture, rgba: known };
      this.#pictures.set(number, new WeakRef(texture.rgba));
      return texture;
    });
  }
}

/** Returns the model with changed textures. */
export function withTextures(model: ImportedModel, change: (texture: SourceTexture) => SourceTexture): ImportedModel {
  return withProducts(model, product => ({ ...product, textures: product.textures.map(change) }));
}
