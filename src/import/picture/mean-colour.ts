/** The mean colour of a picture. */
import { TO_LINEAR } from './linear-light.ts';

export interface MeanColour {
  /** Linear. */
  readonly rgb: readonly [number, number, number];
  readonly alpha: number;
}

/** Returns the mean of every 17th pixel. @param rgba - sRGB, 4 bytes a pixel. */
export function meanOfPixels(rgba: Uint8Array): MeanColour {
  let [red, green, blue, alpha, count] = [0, 0, 0, 0, 0];
  for (let i = 0; i + 3 < rgba.length; i += 4 * 17, count++) {
    red += TO_LINEAR[rgba[i]];
    green += TO_LINEAR[rgba[i + 1]];
    blue += TO_LINEAR[rgba[i + 2]];
    alpha += rgba[i + 3] / 255;
  }
  return count > 0 ? { rgb: [red / count, green / count, blue / count], alpha: alpha / count } : { rgb: [1, 1, 1], alpha: 1 };
}
