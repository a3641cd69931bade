/**
 * The brightness that a metal reflects, relative to the light on a matt surface. The plain room's sky and ground have a mean of
 * 0.60. With the sun, 0.745 arrives at a surface on average over all directions (0.60 + 0.58/4). The result is 0.60/0.745.
 *
 * In a world of even brightness, a lossless metal reflects that times its base colour, at any roughness (a white furnace). Karis'
 * fit of the split sum with multiple scattering was tried. Rough greys came out a quarter darker in linear light, with a
 * similarity of 0.94 to the colour itself, and looked no better.
 */
export const SURROUNDING = 0.8;

/**
 * The share of ambient light, which occlusion blocks: again 0.60/0.745, the mean over all directions. On the sunny side it is
 * less, 0.60/(0.60 + 0.58 x 2/3) = 0.6; on the other side it is 1.
 *
 * Measured: similarity of a model with every map to three's own materials, in a world of one brightness and in the plain room. It
 * is 0.861 and 0.803 with 0.6, 0.887 and 0.809 with 0.8, 0.897 and 0.805 with 1 (test/import-pictures/kinds.test.ts).
 */
export const AROUND = 0.8;

/** Mean light on a surface of the plain room. A surface that becomes unlit gets this share of its base colour. */
export const MEAN_LIGHT = 0.75;
