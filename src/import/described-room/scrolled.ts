/** Makes textures of a model move, as a room description says. */
import { FormatError } from '../../core/errors.ts';
import type { ImportedModel } from '../model/imported-model.ts';
import type { SourceProduct } from '../model/source-model.ts';
import { didYouMean } from './room-file-error.ts';
import type { RoomFile } from './room-schema.ts';

type Scrolls = RoomFile['scroll'][string];

const PLAIN = { wrapS: 'repeat', wrapT: 'repeat', nearest: false } as const;

/**
 * Returns the model with textures that move.
 *
 * @param scrolls - by name of a material.
 * @param where - the file and the field, for the error.
 * @throws FormatError where no material with a texture has such a name.
 */
export function scrolled(
  model: ImportedModel,
  scrolls: Scrolls,
  where: { readonly url: string; readonly at: string },
): ImportedModel {
  const products = model.product ? [model.product] : (model.avatar?.outfit ?? []).map(({ product }) => product);
  const slots = new Set(products.flatMap(({ textures }) => textures.map(({ slot }) => slot)));
  for (const name of Object.keys(scrolls)) {
    if (slots.has(name)) continue;
    const there = slots.size > 0 ? ` (there are: ${[...slots].join(', ')})` : ' (it has none)';
    throw new FormatError(`no material of that name has a texture${didYouMean(name, [...slots])}${there}`, {
      ...where,
      value: name,
    });
  }
  const moved = (product: SourceProduct): SourceProduct => ({
    ...product,
    textures: product.textures.map(texture => {
      const said = scrolls[texture.slot];
      if (!said) return texture;
      const motion = Array.isArray(said) ? { scroll: said } : { scroll: said.rate, swing: said.swing };
      return { ...texture, sampling: { ...PLAIN, ...texture.sampling, ...motion } };
    }),
  });
  if (model.product) return { ...model, product: moved(model.product) };
  if (!model.avatar) return model;
  const outfit = model.avatar.outfit.map(({ product, ...worn }) => ({ ...worn, product: moved(product) }));
  return { ...model, avatar: { ...model.avatar, outfit } };
}
