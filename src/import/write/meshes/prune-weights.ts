/**
 * Packs skin weights for the GPU: bytes with a sum of exactly 255, the largest first. A shader variant for n weights may read the
 * first n.
 *
 * @param joints - 4 a vertex.
 * @param weights - 4 a vertex, any positive scale. A vertex without weight is bound wholly to its first joint.
 * @param limit - maximum weights a vertex, 1..4. The smallest are removed; the others grow in proportion.
 * @returns the joints in the order of their weights (0 where there is no weight) and the weights.
 */
export function pruneWeights(
  joints: Uint16Array,
  weights: Float32Array,
  limit = 4,
): { joints: Uint16Array; weights: Uint8Array } {
  const outJoints = new Uint16Array(joints.length);
  const outWeights = new Uint8Array(weights.length);
  const order = [0, 1, 2, 3];
  for (let v = 0; v < joints.length; v += 4) {
    const weight = (k: number): number => Math.max(weights[v + k], 0);
    order.sort((a, b) => weight(b) - weight(a) || a - b);
    const kept = order.slice(0, limit);
    const sum = kept.reduce((total, k) => total + weight(k), 0);
    if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) {
      outJoints[v] = joints[v];
      outWeights[v] = 255;
      continue;
    }
    let left = 255;
    for (let i = 0; i < kept.length; i++) {
      const byte = Math.min(left, Math.round((weight(kept[i]) / sum) * 255));
      outWeights[v + i] = byte;
      outJoints[v + i] = byte > 0 ? joints[v + kept[i]] : 0;
      left -= byte;
    }
    // The largest weight takes the rounding remainder, where the relative error is smallest.
    outWeights[v] += left;
  }
  return { joints: outJoints, weights: outWeights };
}

/** Returns the largest number of weights that any vertex uses: 1..4. */
export function weightsInUse(weights: Uint8Array): number {
  let most = 1;
  for (let i = 0; i < weights.length; i++) if (weights[i] > 0 && (i & 3) + 1 > most) most = (i & 3) + 1;
  return most;
}
