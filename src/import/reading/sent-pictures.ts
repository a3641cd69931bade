/** Sends each picture between threads once. A picture has megabytes, and the models of a pack often share one. */
import type { SourceTexture } from '../model/source-model.ts';
import type { ImportedModel } from './imported-model.ts';

/** A model whose textures may lack their pixels, and the number of each texture's picture, in their order. */
export interface SentModel {
  readonly model: ImportedModel;
  readonly pictures: readonly number[];
}

const NOTHING = new Uint8Array();

/** Leaves out the pictures that were sent before. */
export class PictureSender {
  readonly #numbers = new WeakMap<Uint8Array, number>();
  #count = 0;

  send(model: ImportedModel): SentModel {
    const pictures: number[] = [];
    const sent = withTextures(model, texture => {
      const known = this.#numbers.get(texture.rgba);
      pictures.push(known ?? ++this.#count);
      if (known !== undefined) return { ...texture, rgba: NOTHING };
      this.#numbers.set(texture.rgba, this.#count);
      return texture;
    });
    return { model: sent, pictures };
  }
}

/** Puts them back. */
export class PictureReceiver {
  readonly #pictures = new Map<number, Uint8Array>();

  receive({ model, pictures }: SentModel): ImportedModel {
    let at = 0;
    return withTextures(model, texture => {
      const number = pictures[at++];
      const known = this.#pictures.get(number);
      if (known) return { ...texture, rgba: known };
      this.#pictures.set(number, texture.rgba);
      return texture;
    });
  }
}

function withTextures(model: ImportedModel, change: (texture: SourceTexture) => SourceTexture): ImportedModel {
  const changed = <T extends { readonly textures: readonly SourceTexture[] }>(product: T): T => ({
    ...product,
    textures: product.textures.map(change),
  });
  if (model.product) return { ...model, product: changed(model.product) };
  if (!model.avatar) return model;
  const outfit = model.avatar.outfit.map(worn => ({ ...worn, product: changed(worn.product) }));
  return { ...model, avatar: { ...model.avatar, outfit } };
}
