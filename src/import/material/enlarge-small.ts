/** Enlarges textures of few pixels, whose filtering shows. */
import type { TextureWrap } from '../../assets/textures/texture-asset.ts';
import type { SourcePart, SourceTexture } from '../model/source-model.ts';
import { TO_LINEAR, toByte } from './linear-light.ts';

/** Longest side of a texture that is enlarged. */
const SMALL = 32;
/** Least difference of neighbours, of 255, whose mix shows: between black and white the middle differs by 60. */
const CONTRAST = 64;
/** Longest side of a texture without filter that is enlarged, and that it is enlarged to. */
const SHARP = 1024;

const isPower = (x: number): boolean => Number.isInteger(Math.log2(x));

/** Side of an enlarged texture, where 4 to 16 times the size allow. */
const SIDE = 64;

/**
 * Returns the textures. Those of at most 32 pixels a side that show steps between their pixels are 4 to 16 times as large,
 * interpolated in linear light. WebGL 1 mixes encoded values (the middle of black and white is 128), other viewers mix light (188).
 * The pixels of an enlarged texture are close together, so both mean the same.
 *
 * A texture whose triangles show one pixel each (a palette) stays as it is. One that is not filtered (`nearest`) gets sides of
 * powers of two with sharp steps: 48 x 48 pixels are alike by 0.94 beside three.js, and were by 0.80 smoothed.
 */
export function enlargeSmall(parts: readonly SourcePart[], textures: readonly SourceTexture[]): SourceTexture[] {
  // Products share pictures, which are encoded once for each object.
  const enlarged = new Map<string, Pick<SourceTexture, 'width' | 'height' | 'rgba'>>();
  const numbers = new Map<Uint8Array, number>();
  return textures.map(texture => {
    const { width, height, rgba, slot, sampling } = texture;
    const isNearest = sampling?.nearest === true;
    if (isNearest) {
      if ((isPower(width) && isPower(height)) || Math.max(width, height) > SHARP) return texture;
    } else {
      if (Math.max(width, height) > SMALL || !hasSteps(texture)) return texture;
      if (!parts.some(part => part.material.name === slot && spansPixels(part, width, height))) return texture;
    }
    if (!numbers.has(rgba)) numbers.set(rgba, numbers.size);
    const key = `${numbers.get(rgba)} ${sampling?.wrapS} ${sampling?.wrapT} ${isNearest}`;
    let larger = enlarged.get(key);
    if (!larger) enlarged.set(key, (larger = isNearest ? sharpened(texture) : enlarge(texture)));
    return { ...texture, ...larger };
  });
}

/** Repeats pixels: 4 to 8 times along each side where that gives at most SHARP pixels. */
function sharpened({ width, height, rgba }: SourceTexture): Pick<SourceTexture, 'width' | 'height' | 'rgba'> {
  const side = (x: number): number => (isPower(x) ? x : Math.min(SHARP, 2 ** Math.ceil(Math.log2(x * 4))));
  const [w, h] = [side(width), side(height)];
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

/** Interpolates as a GPU does (OpenGL ES 2.0, 3.7.7), in linear light. */
function enlarge({ width, height, rgba, sampling }: SourceTexture): Pick<SourceTexture, 'width' | 'height' | 'rgba'> {
  const times = Math.min(16, Math.max(4, 2 ** Math.floor(Math.log2(SIDE / Math.max(width, height)))));
  const out = { width: width * times, height: height * times, rgba: new Uint8Array(width * height * times * times * 4) };
  const columns = placesOf(width, times, sampling?.wrapS ?? 'repeat');
  const rows = placesOf(height, times, sampling?.wrapT ?? 'repeat');
  for (const [y, row] of rows.entries())
    for (const [x, column] of columns.entries()) {
      const corners = [row.from, row.to].flatMap(r => [column.from, column.to].map(c => (r * width + c) * 4));
      const mix = (read: (at: number) => number): number => {
        const [top, bottom] = [0, 2].map(k => read(corners[k]) * (1 - column.part) + read(corners[k + 1]) * column.part);
        return top * (1 - row.part) + bottom * row.part;
      };
      const at = (y * out.width + x) * 4;
      for (let c = 0; c < 3; c++) out.rgba[at + c] = toByte(mix(from => TO_LINEAR[rgba[from + c]]));
      out.rgba[at + 3] = Math.round(mix(from => rgba[from + 3]));
    }
  return out;
}

/** For each new pixel along one side: the two old ones that it lies between, and how near it is to the second. */
function placesOf(size: number, times: number, wrap: TextureWrap): { from: number; to: number; part: number }[] {
  const inside = (x: number): number => {
    if (wrap === 'repeat') return (x + size) % size;
    // A mirrored texture repeats its last pixel, as a clamped one does.
    return Math.min(size - 1, Math.max(0, x));
  };
  return Array.from({ length: size * times }, (_, i) => {
    const at = (i + 0.5) / times - 0.5;
    const from = Math.floor(at);
    return { from: inside(from), to: inside(from + 1), part: at - from };
  });
}
