/** The mean colour of a picture. */
import { TO_LINEAR } from './linear-light.ts';

export interface MeanColour {
  /** Linear. */
  readonly rgb: readonly [number, number, number];
  readonly alpha: number;
}

/** Returns the mean of every 17th pixel. @param rgba - sRGB, 4 bytes a pixel. */
export function meanOfPixels(rgba: Uint8Array): MeanColour {
  const sum = [0, 0, 0, 0];
  let count = 0;
  for (let i = 0; i + 3 < rgba.length; i += 4 * 17, count++) {
    for (let c = 0; c < 3; c++) sum[c] += TO_LINEAR[rgba[i + c]];
    sum[3] += rgba[i + 3] / 255;
  }
  return count > 0
    ? { rgb: [sum[0] / count, sum[1] / count, sum[2] / count], alpha: sum[3] / count }
    : { rgb: [1, 1, 1], alpha: 1 };
}
