/**
 * Sort keys of draw calls: one 32-bit number each, the smallest drawn first.
 *
 *     opaque, masked   pass 2 | program 7 | texture 8 | mesh 7 | depth 8, nearest first
 *     on the floor     pass 2 | depth 30, farthest first: blended floors and rugs, then shadows, before transparent surfaces above
 *     blended          pass 3 | depth 30, farthest first
 *
 * Texture and mesh are ids cut to a few bits. A collision costs a state change. Of opaque surfaces at the very same place, the later mesh is
 * seen, as three.js has it. So meshes count from the first one of the scene: only where a scene has more than 128, one pair in 128 is
 * drawn the other way round.
 */
export const PASS_OPAQUE = 0;
/** After opaque calls, because `discard` disables early depth tests for later calls. */
export const PASS_MASKED = 1;
export const PASS_FLOOR = 2;
export const PASS_BLENDED = 3;

/** Depths of opaque calls are sorted up to this distance, metres. Farther ones count as equal. */
const FARTHEST = 256;

/** Reads a positive float's bits as an integer. Both sort in the same order. */
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * Builds the sort key of a draw call.
 *
 * @param mesh - counted from the first of the scene.
 * @param depth - metres along the view; below 0 counts as 0.
 */
export function drawKey(pass: number, program: number, texture: number, mesh: number, depth: number): number {
  if (pass >= PASS_FLOOR) {
    float[0] = depth > 0 ? depth : 0;
    return ((pass << 30) | (0x3fffffff - (bits[0] >>> 1))) >>> 0;
  }
  const near = Math.min(1, Math.max(0, depth / FARTHEST));
  // Square root: steps of 2 cm nearby, of metres far away.
  const fine = Math.sqrt(near) * 255;
  // Variants have twelve bits, but few are in use. Seven bits of a hash (Knuth's multiplier) keep them apart.
  const shader = Math.imul(program, 0x9e3779b1) >>> 25;
  return ((pass << 30) | (shader << 23) | ((texture & 255) << 15) | ((mesh & 127) << 8) | fine) >>> 0;
}
