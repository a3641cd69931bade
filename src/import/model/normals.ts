/** Returns twice the area of triangle `i` of `index`, as a vector along its normal when wound counter-clockwise. */
function faceVector(positions: Float32Array, index: Uint32Array, i: number): [number, number, number] {
  const [a, b, c] = [3 * index[i], 3 * index[i + 1], 3 * index[i + 2]];
  const e = [0, 1, 2].map(k => positions[b + k] - positions[a + k]);
  const f = [0, 1, 2].map(k => positions[c + k] - positions[a + k]);
  return [e[1] * f[2] - e[2] * f[1], e[2] * f[0] - e[0] * f[2], e[0] * f[1] - e[1] * f[0]];
}

/** Whether more of the surface faces against its vertices' normals than along them. */
export function mostlyInsideOut(positions: Float32Array, normals: Float32Array, index: Uint32Array): boolean {
  let sum = 0;
  for (let i = 0; i < index.length; i += 3) {
    const face = faceVector(positions, index, i);
    for (let k = 0; k < 3; k++) for (let c = 0; c < 3; c++) sum += face[c] * normals[3 * index[i + k] + c];
  }
  return sum < 0;
}

/** Normalizes all normals. A normal without a direction takes that of the faces around it, or up. */
export function unitNormals(positions: Float32Array, normals: Float32Array, index: Uint32Array): void {
  const lost = new Set<number>();
  for (let v = 0; v < normals.length; v += 3) if (!normalize(normals, v)) lost.add(v / 3);
  if (lost.size === 0) return;
  for (let i = 0; i < index.length; i += 3) {
    const face = faceVector(positions, index, i);
    for (let k = 0; k < 3; k++) {
      if (lost.has(index[i + k])) for (let c = 0; c < 3; c++) normals[3 * index[i + k] + c] += face[c];
    }
  }
  for (const v of lost) if (!normalize(normals, 3 * v)) normals.set([0, 1, 0], 3 * v);
}

/** @returns false, and leaves zeros, where the vector is too short to have a direction. */
function normalize(vectors: Float32Array, at: number): boolean {
  const length = Math.hypot(vectors[at], vectors[at + 1], vectors[at + 2]);
  const scale = length > 1e-20 ? 1 / length : 0;
  for (let c = 0; c < 3; c++) vectors[at + c] *= scale;
  return scale > 0;
}
