/** Vertex colours as shaders take them. */

import { encode } from '../../core/encode-light.ts';
import type { VertexAttribute } from './mesh-asset.ts';
import { unitOf } from './vertex-unit.ts';

const encoded = (linear: number): number => Math.round(255 * encode(Math.min(1, linear)));

let table: Uint8Array | undefined;

/** Encodes linear vertex colours as RGBA bytes, so that no shader has to. Values above 1 are clamped; without alpha it is 1. */
export function encodedColors(attribute: VertexAttribute): VertexAttribute {
  const { array, itemSize } = attribute;
  const unit = unitOf(attribute);
  const out = new Uint8Array((array.length / itemSize) * 4);
  if (array instanceof Uint8Array && itemSize === 4 && unit < 1) {
    // As the importer writes them. A power for each number took 17 ms of a lounge's start.
    table ??= Uint8Array.from({ length: 256 }, (_, value) => encoded(value * unit));
    for (let i = 0; i < out.length; i += 4) {
      out[i] = table[array[i]];
      out[i + 1] = table[array[i + 1]];
      out[i + 2] = table[array[i + 2]];
      out[i + 3] = array[i + 3];
    }
  } else
    for (let from = 0, to = 0; to < out.length; from += itemSize, to += 4) {
      for (let c = 0; c < 3; c++) out[to + c] = encoded(array[from + c] * unit);
      out[to + 3] = itemSize > 3 ? Math.round(255 * array[from + 3] * unit) : 255;
    }
  return { array: out, itemSize: 4, normalized: true };
}
