/** What the documents of a room may hold. The reader of documents and the importer share these limits: what is written, opens. */

/** Length of a name in a document, in UTF-16 units. */
export const MAX_NAME = 200;

/** Metres along any axis: far beyond any room, near enough that 32-bit floats still tell millimetres apart on the GPU. */
export const MAX_COORDINATE = 1e4;

/** Metres: an avatar's height. */
export const MAX_HEIGHT = 100;

/** Metres a second: of a clip, and along a path. */
export const MAX_SPEED = 100;

/** Degrees a second that a piece of furniture turns: faster is not seen to turn. */
export const MAX_SPIN = 1000;

/** Lengths of a texture a second that it scrolls: faster is not seen to move. */
export const MAX_SCROLL = 100;

/** Seconds that a texture takes to swing there and back. */
export const MAX_SWING = 3600;

/** A colour of light, linear: brighter than paper. */
export const MAX_LIGHT = 64;

/** How many times as large or small a furnishing may be. */
export const MAX_SCALE = 1e3;

/** Bytes of one resource's file. */
export const MAX_RESOURCE_BYTES = 2 ** 30;
