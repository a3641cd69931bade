/** Enlarges textures of few pixels, whose filtering shows. */
import type { TextureWrap } from '../../assets/textures/texture-asset.ts';
import type { SourcePart, SourceTexture } from '../model/source-model.ts';
import { TO_LINEAR, toByte } from '../picture/linear-light.ts';
import { isPowerOfTwo, powerOfTwoAbove } from '../picture/texture-size.ts';

/** Longest side of a texture that is enlarged: of one whose sides are powers of two, and of others, which are resized in any case. */
const SMALL = 32;
const SMALL_ODD = 64;
/** Least difference of neighbours, of 255, whose mix shows: between black and white the middle differs by 60. */
const CONTRAST = 64;
/** Longest side of a texture without filter that is enlarged, and that it is enlarged to. */
const SHARP = 1024;
/** Least side of an enlarged one: steps that lie elsewhere by half a pixel of 256 are not seen, of 16 they are. */
const FINE = 256;

/** Side of an enlarged texture, where 4 to 16 times the size allow. */
const SIDE = 64;

/** Farthest that a corner lies from the middle of a palette's pixel, in pixels. */
const MIDDLE = 0.3;

type Pixels = Pick<SourceTexture, 'width' | 'height' | 'rgba'>;

/**
 * Returns the textures. Those of at most 32 pixels a side (64 where a side is no power of two) that show steps between their pixels are
 * 4 to 16 times as large, interpolated in linear light. WebGL 1 mixes encoded values (the middle of black and white is 128), other
 * viewers mix light (188). The pixels of an enlarged texture are close together, so both mean the same.
 *
 * Pixels are repeated, not mixed, where sides are no powers of two and the texture is a palette (its triangles show one pixel each) or is
 * not filtered (`nearest`). A palette of powers of two stays as it is. 48 x 48 pixels without filter are alike by 0.94 beside three.js,
 * and were by 0.80 smoothed; 3 x 5 are by 0.99 as 256 x 256, and were by 0.83 as 16 x 32.
 */
export function enlargeSmall(parts: readonly SourcePart[], textures: readonly SourceTexture[]): SourceTexture[] {
  // Products share pictures, which are encoded once for each object.
  const enlarged = new Map<string, Pixels>();
  const numbers = new Map<Uint8Array, number>();
  return textures.map(texture => {
    const { rgba, sampling } = texture;
    const way = wayFor(parts, texture);
    if (!way) return texture;
    if (!numbers.has(rgba)) numbers.set(rgba, numbers.size);
    const key = `${numbers.get(rgba)} ${sampling?.wrapS} ${sampling?.wrapT} ${way.name}`;
    let larger = enlarged.get(key);
    if (!larger) enlarged.set(key, (larger = way(texture)));
    return { ...texture, ...larger };
  });
}

/** Returns how a texture is enlarged; undefined where it stays as it is. */
function wayFor(parts: readonly SourcePart[], texture: SourceTexture): ((texture: SourceTexture) => Pixels) | undefined {
  const { width, height, slot, sampling } = texture;
  const isOdd = !(isPowerOfTwo(width) && isPowerOfTwo(height));
  const longest = Math.max(width, height);
  if (sampling?.nearest) return isOdd && longest <= SHARP ? withSquares : undefined;
  if (longest > (isOdd ? SMALL_ODD : SMALL) || !hasSteps(texture)) return undefined;
  const shown = parts.filter(part => part.material.name === slot);
  // A light map: it is smooth.
  if (shown.length === 0) return undefined;
  if (shown.some(part => spansPixels(part, width, height))) return interpolated;
  if (!isOdd) return undefined;
  return shown.every(part => keepsToMiddles(part, width, height)) ? withPlaces : interpolated;
}

/** Repeats pixels so often that they look square. */
const withSquares = (texture: SourceTexture): Pixels =>
  repeated(texture, x => Math.min(SHARP, Math.max(FINE, powerOfTwoAbove(x * 4))));

/** Repeats the pixels of a palette: the middle of each has its colour alone. */
const withPlaces = (texture: SourceTexture): Pixels => repeated(texture, x => powerOfTwoAbove(x * 4));

/** @param sideFor - a new side for one that is no power of two. */
function repeated({ width, height, rgba }: SourceTexture, sideFor: (side: number) => number): Pixels {
  const [w, h] = [isPowerOfTwo(width) ? width : sideFor(width), isPowerOfTwo(height) ? height : sideFor(height)];
  const from = new Uint32Array(rgba.slice().buffer);
  const to = new Uint32Array(w * h);
  for (let y = 0; y < h; y++) {
    const row = Math.floor(((y + 0.5) / h) * height) * width;
    for (let x = 0; x < w; x++) to[y * w + x] = from[row + Math.floor(((x + 0.5) / w) * width)];
  }
  return { width: w, height: h, rgba: new Uint8Array(to.buffer) };
}

function hasSteps({ width, height, rgba }: SourceTexture): boolean {
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const right = (y * width + ((x + 1) % width)) * 4;
      const below = (((y + 1) % height) * width + x) * 4;
      for (let c = 0; c < 3; c++)
        if (Math.abs(rgba[at + c] - rgba[right + c]) >= CONTRAST || Math.abs(rgba[at + c] - rgba[below + c]) >= CONTRAST)
          return true;
    }
  return false;
}

/** Reports whether a triangle shows more than one pixel. */
function spansPixels({ uvs, index }: SourcePart, width: number, height: number): boolean {
  if (!uvs) return false;
  for (let i = 0; i < index.length; i += 3)
    for (const [axis, size] of [
      [0, width],
      [1, height],
    ] as const) {
      const [a, b, c] = [0, 1, 2].map(k => uvs[index[i + k] * 2 + axis]);
      if ((Math.max(a, b, c) - Math.min(a, b, c)) * size > 0.75) return true;
    }
  return false;
}

/** Reports whether all corners lie in the middle of a pixel. Small triangles beside one another may show a gradient in other places. */
function keepsToMiddles({ uvs = new Float32Array() }: SourcePart, width: number, height: number): boolean {
  return uvs.every((x, i) => {
    const at = x * (i % 2 === 0 ? width : height);
    return Math.abs(at - Math.floor(at) - 0.5) < MIDDLE;
  });
}

/** Interpolates as a GPU does (OpenGL ES 2.0, 3.7.7), in linear light. */
function interpolated({ width, height, rgba, sampling }: SourceTexture): Pixels {
  const times = Math.min(16, Math.max(4, 2 ** Math.floor(Math.log2(SIDE / Math.max(width, height)))));
  const side = (x: number): number => powerOfTwoAbove(x * times);
  const [w, h] = [side(width), side(height)];
  const out = { width: w, height: h, rgba: new Uint8Array(w * h * 4) };
  const columns = placesOf(width, w, sampling?.wrapS ?? 'repeat');
  const rows = placesOf(height, h, sampling?.wrapT ?? 'repeat');
  for (const [y, row] of rows.entries())
    for (const [x, column] of columns.entries()) {
      const corners = [row.from, row.to].flatMap(r => [column.from, column.to].map(c => (r * width + c) * 4));
      const mix = (read: (at: number) => number): number => {
        const [top, bottom] = [0, 2].map(k => read(corners[k]) * (1 - column.part) + read(corners[k + 1]) * column.part);
        return top * (1 - row.part) + bottom * row.part;
      };
      const at = (y * w + x) * 4;
      for (let c = 0; c < 3; c++) out.rgba[at + c] = toByte(mix(from => TO_LINEAR[rgba[from + c]]));
      out.rgba[at + 3] = Math.round(mix(from => rgba[from + 3]));
    }
  return out;
}

/** For each of `side` new pixels: the two of `size` old ones that it lies between, and how near it is to the second. */
function placesOf(size: number, side: number, wrap: TextureWrap): { from: number; to: number; part: number }[] {
  const inside = (x: number): number => {
    if (wrap === 'repeat') return (x + size) % size;
    // A mirrored texture repeats its last pixel, as a clamped one does.
    return Math.min(size - 1, Math.max(0, x));
  };
  return Array.from({ length: side }, (_, i) => {
    const at = ((i + 0.5) * size) / side - 0.5;
    const from = Math.floor(at);
    return { from: inside(from), to: inside(from + 1), part: at - from };
  });
}
