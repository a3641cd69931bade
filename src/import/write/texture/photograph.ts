/** Tells pictures whose lossless file would be many times the lossy one. */

import { deflateRawSync } from 'node:zlib';

/** Most colours of a palette. */
const PALETTE = 256;
/**
 * A picture is a photograph if it has more colours than a palette, and deflate leaves more than this share of its bytes. It leaves 0.14 to
 * 0.24 of knitted and striped patterns, whose lossless WebP has a fifth to two thirds of the lossy one's bytes, and 0.57 to 0.93
 * of the paladin's photographs. How many pixels equal their neighbours does not tell a pattern of many colours from a photograph.
 */
const REPEATED = 0.4;
/** Bands of rows that are looked at, spread over the picture, and rows of each. That takes 1 to 4 ms. */
const BANDS = 4;
const BAND_ROWS = 24;

/** Whether a lossless file cannot be about as small as a lossy one. */
export function isPhotograph(rgba: Uint8Array, width: number, height: number): boolean {
  const rows = Math.min(BAND_ROWS, Math.ceil(height / BANDS));
  const sample = new Uint8Array(BANDS * rows * width * 3);
  const colours = new Set<number>();
  let to = 0;
  for (let band = 0; band < BANDS; band++) {
    const from = Math.min(height - rows, Math.floor((band * height) / BANDS)) * width * 4;
    for (let at = from; at < from + rows * width * 4; at += 4) {
      sample[to++] = rgba[at];
      sample[to++] = rgba[at + 1];
      sample[to++] = rgba[at + 2];
      if (colours.size <= PALETTE) colours.add((rgba[at] << 16) | (rgba[at + 1] << 8) | rgba[at + 2]);
    }
  }
  return colours.size > PALETTE && deflateRawSync(sample, { level: 1 }).byteLength > sample.byteLength * REPEATED;
}

/** Tiles of a sample in each direction, and the side of each. */
const TILES = 4;
const TILE = 64;
/** Side of a sample, in pixels. */
export const TILES_SIDE = TILES * TILE;

/** Copies 16 tiles, spread evenly over a picture at least as large as they are, into one picture of `TILES_SIDE`. */
export function tilesOf(rgba: Uint8Array, width: number, height: number): Uint8Array {
  const tiles = new Uint8Array(TILES_SIDE ** 2 * 4);
  for (let row = 0; row < TILES_SIDE; row++) {
    const y = startOf(Math.floor(row / TILE), height) + (row % TILE);
    for (let column = 0; column < TILES; column++) {
      const from = (y * width + startOf(column, width)) * 4;
      tiles.set(rgba.subarray(from, from + TILE * 4), (row * TILES_SIDE + column * TILE) * 4);
    }
  }
  return tiles;
}

/** Where a tile begins on an axis of `length` pixels: in the middle of its quarter. */
const startOf = (tile: number, length: number): number => Math.floor(((tile + 0.5) * length) / TILES - TILE / 2);
