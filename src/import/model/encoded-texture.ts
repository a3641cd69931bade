/** A texture as it is written. */

export interface EncodedPicture {
  readonly bytes: Uint8Array;
  readonly type: 'image/webp' | 'image/ktx2';
  readonly width: number;
  readonly height: number;
}

export interface EncodedTexture {
  readonly low: EncodedPicture;
  /** Empty where the picture is no larger than `low`. KTX2 precedes WebP where both exist. */
  readonly high: readonly EncodedPicture[];
}
