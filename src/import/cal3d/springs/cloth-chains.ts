/** Finds chains of joints in hair and cloth that springs move. */
import type { SourcePart } from '../../model/source-model.ts';

/** A chain of joints that hangs from one joint of the skeleton. */
export interface ClothChain {
  /** The joint that it hangs from. */
  readonly parent: number;
  /** Joints and tip in the space of the product, in the bind pose: 3 each, one more point than joints. */
  readonly points: Float64Array;
}

/** How the vertices of a part follow its chains. */
export interface ClothBinding {
  readonly chains: readonly ClothChain[];
  /** 4 a vertex; numbers from `joints` on name the joints of the chains, in their order. */
  readonly joints: Uint16Array;
  readonly weights: Float32Array;
}

/** Metres between two chains at the edge that holds them, and maximum chains of a part. */
const SPACING = 0.15;
const MOST_CHAINS = 6;
/** Metres for each joint of a chain, and maximum joints of one. Shorter cloth follows its bones. */
const SEGMENT = 0.12;
const MOST_JOINTS = 3;
const SHORTEST = 0.04;

/**
 * Cal3D simulates every vertex of cloth. A GPU that skins needs joints, so the vertices hang on a few chains.
 *
 * The vertices that follow their bones hold the others. The distance from them along the springs says how far down a vertex
 * hangs. Chains hang 0.15 m apart; a vertex follows the two nearest ones, and in each the two nearest joints.
 *
 * @param part - converted, with four weights a vertex.
 * @param springs - two vertices each.
 * @param cloth - 1 a vertex: above 0 where springs move it.
 * @param joints - of the skeleton, without chains.
 * @returns undefined where nothing hangs.
 */
export function clothChains(
  part: SourcePart,
  springs: readonly number[],
  cloth: Float32Array,
  joints: number,
): ClothBinding | undefined {
  const { positions, joints: own, weights: held } = part;
  if (!own || !held) return undefined;
  const hanging = hangingOf(positions, springs, cloth);
  const anchors = new Set(hanging.anchor.filter(a => a >= 0));
  const centers = spread([...anchors], positions);
  const groups = centers.map(() => [] as number[]);
  const nearestOf = new Map<number, readonly [number, number][]>();
  hanging.anchor.forEach((anchor, v) => {
    if (anchor < 0) return;
    const near = nearest(positions, anchor, centers);
    nearestOf.set(v, near);
    groups[near[0][0]].push(v);
  });
  const chains: { readonly first: number; readonly joints: number; readonly length: number }[] = [];
  const found: ClothChain[] = [];
  let first = joints;
  for (const group of groups) {
    const length = Math.max(0, ...group.map(v => hanging.distance[v]));
    const count = length < SHORTEST ? 0 : Math.min(MOST_JOINTS, Math.max(1, Math.round(length / SEGMENT)));
    chains.push({ first, joints: count, length });
    if (count === 0) continue;
    found.push({
      parent: strongest(
        group.map(v => hanging.anchor[v]),
        own,
        held,
      ),
      points: pointsOf(group, hanging, positions, count, length),
    });
    first += count;
  }
  if (found.length === 0) return undefined;
  const out = { joints: own.slice(), weights: held.slice() };
  for (const [v, near] of nearestOf) bind(v, hanging.anchor[v], near, hanging.distance[v], chains, out);
  return { chains: found, ...out };
}

interface Hanging {
  /** The vertex that holds each hanging vertex; -1 for the others. */
  readonly anchor: Int32Array;
  /** Metres along the springs. */
  readonly distance: Float64Array;
}

/** Finds the shortest way along springs from a held vertex to each hanging one. */
function hangingOf(positions: Float32Array, springs: readonly number[], cloth: Float32Array): Hanging {
  const count = cloth.length;
  const edges = Array.from({ length: count }, () => [] as number[]);
  for (let s = 0; s + 1 < springs.length; s += 2) {
    const [a, b] = [springs[s], springs[s + 1]];
    if (!edges[a] || !edges[b] || a === b) continue;
    edges[a].push(b);
    edges[b].push(a);
  }
  const anchor = new Int32Array(count).fill(-1);
  const distance = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  let front: number[] = [];
  for (let v = 0; v < count; v++)
    if (!(cloth[v] > 0) && edges[v].length > 0) {
      anchor[v] = v;
      distance[v] = 0;
      front.push(v);
    }
  // Waves from the held vertices: each improves its neighbours until nothing improves.
  while (front.length > 0) {
    const next = new Set<number>();
    for (const a of front)
      for (const b of edges[a]) {
        const way = distance[a] + apart(positions, a, positions, b);
        if (!(cloth[b] > 0) || way >= distance[b] - 1e-9) continue;
        distance[b] = way;
        anchor[b] = anchor[a];
        next.add(b);
      }
    front = [...next];
  }
  for (let v = 0; v < count; v++) if (!(cloth[v] > 0)) anchor[v] = -1;
  return { anchor, distance };
}

/** Chooses vertices that are at least SPACING apart: always the one farthest from those chosen. */
function spread(vertices: readonly number[], positions: Float32Array): number[] {
  const chosen: number[] = vertices.slice(0, 1);
  while (chosen.length < MOST_CHAINS && chosen.length > 0) {
    let [best, far] = [-1, SPACING];
    for (const v of vertices) {
      const d = Math.min(...chosen.map(c => apart(positions, v, positions, c)));
      if (d > far) [best, far] = [v, d];
    }
    if (best < 0) break;
    chosen.push(best);
  }
  return chosen;
}

/** Returns the one or two nearest centers with weights that sum to 1. */
function nearest(positions: Float32Array, vertex: number, centers: readonly number[]): readonly [number, number][] {
  const byDistance = centers
    .map((center, g): [number, number] => [g, apart(positions, vertex, positions, center)])
    .sort((a, b) => a[1] - b[1]);
  const [one, two] = byDistance;
  if (!two) return [[one[0], 1]];
  const share = two[1] / (one[1] + two[1]);
  return [
    [one[0], share],
    [two[0], 1 - share],
  ];
}

/** Returns the joint that holds most of the vertices. */
function strongest(vertices: readonly number[], joints: Uint16Array, weights: Float32Array): number {
  const sums = new Map<number, number>();
  for (const v of vertices) for (let k = v * 4; k < v * 4 + 4; k++) sums.set(joints[k], (sums.get(joints[k]) ?? 0) + weights[k]);
  return [...sums].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

/** Returns the middle of the held edge, then the middles of the vertices at each joint, and of the tips. */
function pointsOf(
  group: readonly number[],
  { anchor, distance }: Hanging,
  positions: Float32Array,
  joints: number,
  length: number,
): Float64Array {
  const points = new Float64Array((joints + 1) * 3);
  for (let k = 0; k <= joints; k++) {
    const at = (k / joints) * length;
    const near = group.filter(v => Math.abs(distance[v] - at) <= length / joints / 2);
    const of = k === 0 ? group.map(v => anchor[v]) : near.length > 0 ? near : group;
    for (const v of of) for (let c = 0; c < 3; c++) points[k * 3 + c] += positions[v * 3 + c] / of.length;
  }
  return points;
}

/** Binds a vertex: at a joint to the segments on both sides, near the held edge partly to the bones of the vertex that holds it. */
function bind(
  vertex: number,
  anchor: number,
  near: readonly (readonly [number, number])[],
  distance: number,
  chains: readonly { readonly first: number; readonly joints: number; readonly length: number }[],
  out: { readonly joints: Uint16Array; readonly weights: Float32Array },
): void {
  const sums = new Map<number, number>();
  const add = (joint: number, weight: number) => sums.set(joint, (sums.get(joint) ?? 0) + weight);
  const bones = (share: number) => {
    for (let k = anchor * 4; k < anchor * 4 + 4; k++) add(out.joints[k], out.weights[k] * share);
  };
  for (const [group, share] of near) {
    const { first, joints, length } = chains[group];
    if (joints === 0) bones(share);
    else {
      const along = Math.min(joints - 1e-6, (distance / length) * joints);
      const segment = Math.floor(along);
      const rest = along - segment;
      const before = Math.max(0, 0.5 - rest);
      const after = segment + 1 < joints ? Math.max(0, rest - 0.5) : 0;
      add(first + segment, share * (1 - before - after));
      if (after > 0) add(first + segment + 1, share * after);
      if (segment > 0) add(first + segment - 1, share * before);
      else bones(share * before);
    }
  }
  const largest = [...sums].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 4);
  const sum = largest.reduce((total, [, w]) => total + w, 0);
  for (let k = 0; k < 4; k++) {
    out.joints[vertex * 4 + k] = largest[k]?.[0] ?? 0;
    out.weights[vertex * 4 + k] = (largest[k]?.[1] ?? 0) / sum;
  }
}

const apart = (a: Float32Array, i: number, b: Float32Array, j: number): number =>
  Math.hypot(a[i * 3] - b[j * 3], a[i * 3 + 1] - b[j * 3 + 1], a[i * 3 + 2] - b[j * 3 + 2]);
