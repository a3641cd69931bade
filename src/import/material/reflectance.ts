/**
 * How bright the world is that a metal mirrors, against the light that falls on a matt surface: the plain room's sky and ground have
 * a mean of 0.60, and with the sun 0.745 arrives at a surface, averaged over all directions (0.60 + 0.58 / 4). 0.60 / 0.745.
 *
 * In an even world a metal without loss sends on its base colour times that, whatever its roughness: a white furnace. (Karis' fit of the split sum with
 * multiple scattering was tried: rough greys come out a quarter darker in linear light, 0.94 similar to the colour itself, and no better to look at.)
 */
export const SURROUNDING = 0.8;

/**
 * The share of light that comes from all around, which occlusion keeps away: where the plain room's sun shines, 0.60 of sky and
 * ground against 0.58 x 2/3 of sun (the mean cosine of what is seen of it).
 */
export const AROUND = 0.6;

/** Mean light on a surface of the plain room: what a surface that takes no light any more is given of its base colour. */
export const MEAN_LIGHT = 0.75;
