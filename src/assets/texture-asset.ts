/** A texture once it is decoded: either a picture the browser decoded (mips are made on the GPU), or compressed levels. */
export type TextureAsset = PictureTexture | CompressedTexture;

export interface PictureTexture {
  readonly kind: 'picture';
  readonly width: number;
  readonly height: number;
  /** sRGB, not premultiplied, first row = top of the picture (glTF's convention: no flip). */
  readonly image: ImageBitmap | { readonly data: Uint8Array; readonly width: number; readonly height: number };
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
