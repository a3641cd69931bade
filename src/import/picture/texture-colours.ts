/** The colours of a texture at texture coordinates. */
import type { TextureWrap } from '../../assets/textures/texture-asset.ts';

/** A picture: sRGB, 4 bytes a pixel, first row = top. */
export interface TexturePicture {
  readonly width: number;
  readonly height: number;
  readonly rgba: ArrayLike<number>;
}

/** A small copy of a texture. */
export interface ShrunkTexture {
  readonly width: number;
  readonly height: number;
  /** sRGB, 3 a pixel. */
  readonly rgb: Uint8Array;
  /** For each pixel: by how much the texture's own pixels differ from it, root mean square of all channels, 0..255. */
  readonly detail?: Uint8Array;
  /** What it shows beyond its sides, along u and v. Default: it repeats. */
  readonly wrap?: readonly [TextureWrap, TextureWrap];
}

/** Sides of the copy are at most this long. A coarse level is seen from afar, where the GPU reads small mip levels. */
const MOST = 256;

/** Shrinks a texture to at most 256 pixels a side. */
export function shrinkTexture({ width, height, rgba }: TexturePicture): ShrunkTexture {
  const step = Math.max(1, Math.ceil(Math.max(width, height) / MOST));
  const [columns, rows] = [width, height].map(side => Math.max(1, Math.floor(side / step)));
  const rgb = new Uint8Array(columns * rows * 3);
  const detail = new Uint8Array(columns * rows);
  for (let row = 0, out = 0; row < rows; row++) {
    const top = Math.floor((row * height) / rows);
    const bottom = Math.floor(((row + 1) * height) / rows);
    for (let column = 0; column < columns; column++, out += 3) {
      const left = Math.floor((column * width) / columns);
      const right = Math.floor(((column + 1) * width) / columns);
      let red = 0;
      let green = 0;
      let blue = 0;
      let squares = 0;
      for (let y = top; y < bottom; y++)
        for (let at = (y * width + left) * 4, end = (y * width + right) * 4; at < end; at += 4) {
          const r = rgba[at];
          const g = rgba[at + 1];
          const b = rgba[at + 2];
          red += r;
          green += g;
          blue += b;
          squares += r * r + g * g + b * b;
        }
      const count = (right - left) * (bottom - top);
      rgb[out] = Math.round(red / count);
      rgb[out + 1] = Math.round(green / count);
      rgb[out + 2] = Math.round(blue / count);
      const spread = squares / count - (red * red + green * green + blue * blue) / (count * count);
      detail[out / 3] = Math.round(Math.sqrt(Math.max(0, spread) / 3));
    }
  }
  return { width: columns, height: rows, rgb, detail };
}

/** Returns where the pixel of a place of the texture begins in `rgb`. */
export function pixelAt({ width, height, wrap }: ShrunkTexture, u: number, v: number): number {
  const x = Math.min(width - 1, Math.floor(wrapped(u, wrap?.[0]) * width));
  const y = Math.min(height - 1, Math.floor(wrapped(v, wrap?.[1]) * height));
  return (y * width + x) * 3;
}

/** Returns the place that a texture shows, 0..1. */
function wrapped(place: number, wrap: TextureWrap = 'repeat'): number {
  if (wrap === 'clamp') return Math.max(0, Math.min(1, place));
  if (wrap === 'repeat') return place - Math.floor(place);
  const along = place - 2 * Math.floor(place / 2);
  return along > 1 ? 2 - along : along;
}
