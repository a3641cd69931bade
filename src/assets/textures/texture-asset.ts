/** A texture once it is decoded: either a picture the browser decoded (mips are made on the GPU), or compressed levels. */
export type TextureAsset = (PictureTexture | CompressedTexture) & {
  /** Repeated and smoothed where not given. */
  readonly sampling?: TextureSampling;
};

/** How a texture goes on beyond its edges, and whether its pixels are seen as squares when it is near. */
export interface TextureSampling {
  readonly wrapS: TextureWrap;
  readonly wrapT: TextureWrap;
  readonly nearest: boolean;
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
