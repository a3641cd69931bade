/** The data by which `soften` finds neighbours. */
export interface Neighbourhood {
  /** 3 a vertex, metres. */
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly index: Uint32Array;
}

/**
 * Averages the noise of gathered light over neighbours. Buried vertices take their neighbours' light.
 *
 * @param total - all light, linear RGB, 3 a vertex.
 * @param direct - the part of `total` that keeps its edges.
 * @param buried - 1 for each vertex inside another object; changed.
 */
export function soften(surface: Neighbourhood, total: Float32Array, direct: Float32Array, buried: Uint8Array): Float32Array {
  const count = total.length / 3;
  const { index, positions, normals } = surface;
  let indirect = total.map((x, i) => x - direct[i]);
  let lit = direct;
  const twins = new Map<string, number>();
  const group = Uint32Array.from({ length: count }, (_, v) => {
    const key = [0, 1, 2].map(k => `${Math.round(positions[v * 3 + k] * 1000)}/${Math.round(normals[v * 3 + k] * 4)}`).join();
    const first = twins.get(key) ?? v;
    twins.set(key, first);
    return first;
  });
  for (let pass = 0; pass < 3; pass++) {
    const sums = new Float64Array(count * 6);
    const weights = new Float64Array(count);
    const spread = (from: number, to: number, w: number) => {
      if (buried[from]) return;
      for (let c = 0; c < 3; c++) {
        sums[to * 6 + c] += indirect[from * 3 + c] * w;
        sums[to * 6 + 3 + c] += lit[from * 3 + c] * w;
      }
      weights[to] += w;
    };
    for (let v = 0; v < count; v++) spread(v, group[v], 2);
    for (let i = 0; i < index.length; i += 3) {
      for (let k = 0; k < 3; k++) {
        const [a, b] = [index[i + k], index[i + ((k + 1) % 3)]];
        const alike = [0, 1, 2].reduce((s, c) => s + normals[a * 3 + c] * normals[b * 3 + c], 0);
        if (alike < 0.8) continue;
        spread(a, group[b], 1);
        spread(b, group[a], 1);
      }
    }
    const nextIndirect = indirect.slice();
    const nextLit = lit.slice();
    for (let v = 0; v < count; v++) {
      const g = group[v];
      if (weights[g] === 0) continue;
      const dark = buried[v] ? 0.45 : 1;
      for (let c = 0; c < 3; c++) {
        nextIndirect[v * 3 + c] = (sums[g * 6 + c] / weights[g]) * dark;
        // Direct light is softened only slightly, so that it keeps its edges.
        nextLit[v * 3 + c] = buried[v]
          ? (sums[g * 6 + 3 + c] / weights[g]) * dark
          : lit[v * 3 + c] * 0.65 + (sums[g * 6 + 3 + c] / weights[g]) * 0.35;
      }
    }
    indirect = nextIndirect;
    lit = nextLit;
    if (pass === 0) for (let v = 0; v < count; v++) if (weights[group[v]] > 0) buried[v] = 0;
  }
  return indirect.map((x, i) => x + lit[i]);
}
