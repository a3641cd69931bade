/** Joints that one draw call can have: 68 x 3 rows = 204 of the 256 vertex constants of vs_2_0 (docs/architecture.md). */
export const MAX_JOINTS = 68;

/** Vertices that 16-bit indices reach. */
export const MAX_VERTICES = 65_536;

/** Far more than any face has; every target costs up to 24 bytes a vertex. */
export const MAX_MORPH_TARGETS = 256;

/** Longest side of a texture in pixels: what WebGL 1 on the slowest GPU holds. Larger ones are shrunk, a few GPUs' limit is less. */
export const MAX_TEXTURE_SIZE = 2048;

/** Longest side of a texture file that is read: four times that, whose levels that are too large are left out. */
export const MAX_TEXTURE_FILE_SIZE = 8192;

/**
 * All that one resource may unpack to, in bytes. A meshopt stream of a few bytes can claim gigabytes; the largest real avatar seen
 * (the KayKit Mage, all clips) unpacks to 4 MB.
 */
export const MAX_DECODED_BYTES = 64 * 1024 * 1024;

/** Primitives of one mesh resource, levels of detail counted: draw calls of one product. */
export const MAX_PARTS = 1024;

/** Nodes of one resource: those of MAX_SKELETON_JOINTS joints and of MAX_PARTS parts, and roots. */
export const MAX_NODES = 6144;

/**
 * Joints of a skeleton: 4,000 of a file, and one that turns a VRM 0. No avatar seen has more than 180; a file of 120 people has 1,560.
 * Each is a node of its resource.
 */
export const MAX_SKELETON_JOINTS = 4001;
