/** Adds vertices where colours vary across a large face. */
import { subdivideWhere } from '../../bake/subdivide.ts';
import type { SourcePart } from '../../model/source-model.ts';

/** Maximum difference of encoded colours from linear light between two vertices, of 1. */
const SEEN = 0.02;
/** Edges shorter than this share of the model's extent are not cut. The first value that keeps the part small enough is used. */
const SHORT = [0.02, 0.05, 0.1, 0.2];
/** Growth limit of a part: this factor of its triangles, plus a constant. */
const GROWTH = 4;
const FLOOR = 4000;

/**
 * Halves edges until interpolated colours look right. The renderer interpolates encoded colours, glTF linear ones: half way from
 * black to white they are 128 and 188 of 255. Parts that move with joints or morph targets stay unchanged.
 */
export function smoothColours(part: SourcePart, extent: number): SourcePart {
  const { colors } = part;
  if (!colors || part.material.baked || part.joints || part.morphTargets?.length) return part;
  for (const share of SHORT) {
    const smooth = cutAbove(part, extent * share);
    if (smooth !== part) return smooth;
  }
  return part;
}

function cutAbove(part: SourcePart, edge: number): SourcePart {
  const most = (part.index.length / 3) * GROWTH + FLOOR;
  return subdivideWhere(
    part,
    (a, b, { positions, colors: all = [] }) => {
      let length = 0;
      for (let k = 0; k < 3; k++) length += (positions[a * 3 + k] - positions[b * 3 + k]) ** 2;
      if (length < edge * edge) return false;
      for (let c = 0; c < 3; c++) {
        const x = all[a * 4 + c];
        const y = all[b * 4 + c];
        if (Math.abs(encoded((x + y) / 2) - (encoded(x) + encoded(y)) / 2) > SEEN) return true;
      }
      return false;
    },
    most,
  );
}

const encoded = (x: number): number => Math.min(1, Math.max(0, x)) ** (1 / 2.2);
