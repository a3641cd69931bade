/** A decoded texture: either a picture that the browser decoded (the GPU makes its mips), or compressed levels. */
export type TextureAsset = (PictureTexture | CompressedTexture) & {
  /** Repeated and smooth by default. */
  readonly sampling?: TextureSampling;
};

/** How a texture continues beyond its edges, whether near pixels show as squares, and how it moves. */
export interface TextureSampling {
  readonly wrapS: TextureWrap;
  readonly wrapT: TextureWrap;
  readonly nearest: boolean;
  /**
   * What is read where it is seen smaller than it is. `nearest`: one pixel, without mip levels; `level`: one pixel of a level; `blend`:
   * two levels mixed. Without it: one level, smoothly.
   */
  readonly minify?: 'nearest' | 'level' | 'blend';
  /** Lengths of the texture a second that it moves over its surfaces, along u and v. */
  readonly scroll?: readonly [number, number];
  /** Seconds in which it goes there and back instead; `scroll` is then its greatest speed. */
  readonly swing?: number;
}

export type TextureWrap = 'repeat' | 'clamp' | 'mirror';

export interface PictureTexture {
  readonly kind: 'picture';
  readonly width: number;
  readonly height: number;
  /** sRGB, not premultiplied, first row = top of the picture (glTF's convention: no flip). */
  readonly image: ImageBitmap | { readonly data: Uint8Array; readonly width: number; readonly height: number };
  /** The same in bands of rows, from the top, where it is large (see picture-bands.ts): all but the last are of one height. */
  readonly bands?: readonly ImageBitmap[] | undefined;
}

export interface CompressedTexture {
  readonly kind: 'compressed';
  /** `dxt1`: 8 bytes a 4 x 4 block, opaque; `dxt5`: 16. */
  readonly format: 'dxt1' | 'dxt5';
  readonly width: number;
  readonly height: number;
  /** Level 0 first, down to 1 x 1. */
  readonly levels: readonly Uint8Array[];
}
