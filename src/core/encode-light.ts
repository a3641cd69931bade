/** The encoding of light: what is stored in pictures and what shaders multiply. */

/** Pictures are stored as sRGB. This is its exponent to two digits; the whole renderer multiplies encoded values. */
export const GAMMA = 2.2;

/** Encodes linear light; negative light becomes 0: `encode(1) // 1`. */
export const encode = (linear: number): number => (linear > 0 ? linear ** (1 / GAMMA) : 0);
