/** What a reader makes of a file. */
import type { AnimationAsset } from '../../assets/motion/animation-asset.ts';
import type { RoomLight, SourceAvatar, SourceProduct } from './source-model.ts';

interface Read {
  readonly name: string;
  /** Bytes of the file and of the files that it uses. */
  readonly bytes: number;
  /** What was lost, guessed or repaired. */
  readonly warnings: readonly string[];
  /** The sun that the file defines. */
  readonly sun?: RoomLight['sun'];
}

/** A static product, a moving avatar, or clips for the avatars of the same import. */
export type ImportedModel = Read &
  (
    | { readonly product: SourceProduct; readonly avatar?: never; readonly clips?: never }
    | { readonly avatar: SourceAvatar; readonly product?: never; readonly clips?: never }
    | { readonly clips: readonly AnimationAsset[]; readonly product?: never; readonly avatar?: never }
  );

/** Returns the model with its product, or all that its avatar wears, changed. */
export function withProducts(model: ImportedModel, change: (product: SourceProduct) => SourceProduct): ImportedModel {
  if (model.product) return { ...model, product: change(model.product) };
  if (!model.avatar) return model;
  const outfit = model.avatar.outfit.map(worn => ({ ...worn, product: change(worn.product) }));
  return { ...model, avatar: { ...model.avatar, outfit } };
}
