/** What a reader makes of a file. */
import type { AnimationAsset } from '../assets/motion/animation-asset.ts';
import type { RoomLight, SourceAvatar, SourceProduct } from './source.ts';

interface Read {
  readonly name: string;
  /** Of the file and of what it draws in. */
  readonly bytes: number;
  /** What was lost, guessed or mended. */
  readonly warnings: readonly string[];
  /** The sun that the file brings. */
  readonly sun?: RoomLight['sun'];
}

/** Something that stands there, something that moves, or clips that move the avatars they are imported with. */
export type ImportedModel = Read &
  (
    | { readonly product: SourceProduct; readonly avatar?: never; readonly clips?: never }
    | { readonly avatar: SourceAvatar; readonly product?: never; readonly clips?: never }
    | { readonly clips: readonly AnimationAsset[]; readonly product?: never; readonly avatar?: never }
  );
