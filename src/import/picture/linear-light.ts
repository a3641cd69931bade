/** Converts sRGB (IEC 61966-2-1) to linear light and back. It uses tables, because pictures have millions of numbers. */

/** Linear light of a byte, `TO_LINEAR[byte]`, 0..1. */
export const TO_LINEAR = Float32Array.from({ length: 256 }, (_, i) => {
  const x = i / 255;
  return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
});

/** Size of the table. At the steepest point (black), one step is a fifth of a byte. */
const STEPS = 16_384;
const TO_BYTE = Uint8Array.from({ length: STEPS + 1 }, (_, i) => {
  const x = i / STEPS;
  return Math.round(255 * (x <= 0.0031308 ? x * 12.92 : 1.055 * x ** (1 / 2.4) - 0.055));
});

/** Converts linear light to an sRGB byte. @param x - linear light; clamped to 0..1. */
export const toByte = (x: number): number => TO_BYTE[x <= 0 ? 0 : x >= 1 ? STEPS : (x * STEPS + 0.5) | 0];

/** Luminance of linear light, with Rec. 709 weights. */
export const luminance = (r: number, g: number, b: number): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** A colour above 1 by less than half a step of 8 bits is a rounding error. */
export const MOST_COLOR = 1.002;
