/**
 * How bright the world is that a metal mirrors, against the light that falls on a matt surface: the plain room's sky and ground have
 * a mean of 0.60, and with the sun 0.745 arrives at a surface, averaged over all directions (0.60 + 0.58 / 4). 0.60 / 0.745.
 *
 * In an even world a metal without loss sends on its base colour times that, whatever its roughness: a white furnace. (Karis' fit of the split sum with
 * multiple scattering was tried: rough greys come out a quarter darker in linear light, 0.94 similar to the colour itself, and no better to look at.)
 */
export const SURROUNDING = 0.8;

/**
 * The share of light that comes from all around, which occlusion keeps away: 0.60 / 0.745 again, the mean over all directions. (Where the sun shines it
 * is less, 0.60 / (0.60 + 0.58 x 2/3) = 0.6, and on the other side all of it. Similarity of a model with every map to three's own materials, in a world of
 * one brightness and in the plain room: 0.861 and 0.803 with 0.6, 0.887 and 0.809 with 0.8, 0.897 and 0.805 with 1; test/import-pictures/kinds.test.ts.)
 */
export const AROUND = 0.8;

/** Mean light on a surface of the plain room: what a surface that takes no light any more is given of its base colour. */
export const MEAN_LIGHT = 0.75;
