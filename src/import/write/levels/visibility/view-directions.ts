/** The directions from which a model is looked at. */

/** View directions, spread over the sphere (Fibonacci lattice). */
export const DIRECTIONS = Array.from({ length: 64 }, (_, i) => {
  const y = 1 - (2 * i + 1) / 64;
  const turn = i * Math.PI * (3 - Math.sqrt(5));
  return [Math.sqrt(1 - y * y) * Math.cos(turn), y, Math.sqrt(1 - y * y) * Math.sin(turn)] as const;
});
/** Some of them, for the many triangles that are not hidden. */
export const FEW = [...DIRECTIONS.keys()].filter(i => i % 3 === 1);
