/*
 * Converts from Cal3D's space to ours.
 *
 * Points: z up and facing -y become y up and facing +z: (x, y, z) -> (x, z, -y), times metres a unit. Rotations: conjugated
 * (Cal3D's rotate in the opposite direction), with the axis converted like a point. A change of axes C maps each local transform
 * L to C L C^-1, so a hierarchy is converted joint by joint.
 */

/** Writes the converted point to `out` at index `at`. */
export function writePoint(out: Float32Array, at: number, [x, y, z]: readonly number[], unit: number): void {
  out[at] = x * unit;
  out[at + 1] = z * unit;
  out[at + 2] = -y * unit;
}

/** Writes x y z w, unit length, to `out` at index `at`. @returns false where the quaternion is too short to have a direction. */
export function writeRotation(out: Float32Array | number[], at: number, [x, y, z, w]: readonly number[]): boolean {
  const length = Math.hypot(x, y, z, w);
  if (!(length > 1e-6)) return false;
  out[at] = -x / length;
  out[at + 1] = -z / length;
  out[at + 2] = y / length;
  out[at + 3] = w / length;
  return true;
}

/** Writes the column-major matrix of a rotation (unit x y z w) and a translation to `out` at index `at`. */
export function writeMatrix(
  out: Float32Array,
  at: number,
  [x, y, z, w]: readonly number[],
  [tx, ty, tz]: readonly number[],
): void {
  out.set(
    [
      ...[1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w), 0],
      ...[2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w), 0],
      ...[2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y), 0],
      ...[tx, ty, tz, 1],
    ],
    at,
  );
}
