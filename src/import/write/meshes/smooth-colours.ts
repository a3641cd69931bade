/** Adds vertices where colours run across a large face. */
import { subdivideWhere } from '../../bake/subdivide.ts';
import type { SourcePart } from '../../source.ts';

/** How far encoded colours may be from linear light between two vertices, of 1. */
const SEEN = 0.02;
/** Edges shorter than such a share of the model's extent are not cut: the first by which the part does not grow too far. */
const SHORT = [0.02, 0.05, 0.1, 0.2];
/** A part may grow to so many times its triangles, and so many more. */
const GROWTH = 4;
const FLOOR = 4000;

/**
 * The renderer interpolates encoded colours, glTF linear ones: half way from black to white they are 128 and 188 of 255. Edges on which
 * that shows are cut in half until it does not. Parts that move with joints or morph targets stay as they are.
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
        const [x, y] = [all[a * 4 + c], all[b * 4 + c]];
        if (Math.abs(encoded((x + y) / 2) - (encoded(x) + encoded(y)) / 2) > SEEN) return true;
      }
      return false;
    },
    most,
  );
}

const encoded = (x: number): number => Math.min(1, Math.max(0, x)) ** (1 / 2.2);
