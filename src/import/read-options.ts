import type { SourceProduct } from './model/source-model.ts';
import type { Picture } from './picture/picture.ts';

/** Options for reading a model. */
export interface ReadOptions {
  /**
   * Folder of a pack: its models may name files anywhere below it. By default, only files in and below the model's own folder.
   */
  readonly root?: string | undefined;
  /** False: hair and cloth of Cal3D that springs move follow their bones. Default true. */
  readonly springs?: boolean;
  /** Names of materials whose textures will move. */
  readonly moving?: readonly string[];
  /** Ends the reading; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Receives what an avatar wears before its clips are read, so that its mesh is written meanwhile. The result has the same object.
   * It is not called for static models, nor where clips change what is worn.
   */
  readonly onProduct?: ((product: SourceProduct) => void) | undefined;
  /** Receives large pictures before the rest of a model is read, so that they are encoded meanwhile. Textures have the same pixels. */
  readonly onPicture?: ((picture: Picture) => void) | undefined;
}
