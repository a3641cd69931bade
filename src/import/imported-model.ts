import type { SourceAvatar, SourceProduct } from './source.ts';

/** What a reader makes of a file: something that stands there, or something that moves. */
export type ImportedModel = {
  readonly name: string;
  /** Of the file and of what it draws in. */
  readonly bytes: number;
  /** What was lost, guessed or mended. */
  readonly warnings: readonly string[];
} & ({ readonly product: SourceProduct; readonly avatar?: never } | { readonly avatar: SourceAvatar; readonly product?: never });
