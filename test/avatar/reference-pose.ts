import { type Document, type Node, NodeIO } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
import { MeshoptDecoder } from 'meshoptimizer';

/**
 * An independent reference for poses: glTF-Transform reads the file, everything is computed in double precision, with the
 * textbook formulas of the glTF 2.0 specification (appendix C), and with nothing of src.
 */
export async function readReference(bytes: Uint8Array): Promise<Document> {
  await MeshoptDecoder.ready;
  const io = new NodeIO().registerExtensions(ALL_EXTENSIONS).registerDependencies({ 'meshopt.decoder': MeshoptDecoder });
  return io.readBinary(bytes);
}

interface Transform {
  translation?: number[];
  rotation?: number[];
  scale?: number[];
}

/**
 * Where each named node stands in the space of the file, at `seconds` of animation `name`.
 * @param skeleton - the file with the hierarchy, where that is another: nodes of the same name are the same.
 */
export function referencePositions(
  document: Document,
  name: string,
  seconds: number,
  skeleton: Document = document,
): Map<string, [number, number, number]> {
  const animation = document
    .getRoot()
    .listAnimations()
    .find(a => a.getName() === name);
  if (!animation) throw new Error(`no animation ${name}`);
  const moved = new Map<string, Transform>();
  for (const channel of animation.listChannels()) {
    const node = channel.getTargetNode();
    const path = channel.getTargetPath();
    const sampler = channel.getSampler();
    if (!node || !path || path === 'weights' || !sampler) continue;
    const times: number[] = Array.from(sampler.getInput()!.getArray()!);
    const output = sampler.getOutput()!;
    const at = (key: number) => output.getElement<number[]>(key, []);
    let key = 0;
    while (key + 1 < times.length && times[key + 1] <= seconds) key++;
    const values = moved.get(node.getName()) ?? {};
    moved.set(node.getName(), values);
    if (key + 1 >= times.length || seconds <= times[0] || sampler.getInterpolation() === 'STEP') values[path] = at(key);
    else {
      const f = (seconds - times[key]) / (times[key + 1] - times[key]);
      const a = at(key);
      const b = at(key + 1);
      values[path] = path === 'rotation' ? slerp(a, b, f) : a.map((x, i) => x + (b[i] - x) * f);
    }
  }
  const positions = new Map<string, [number, number, number]>();
  const visit = (node: Node, parent: number[][]) => {
    const m = moved.get(node.getName());
    const world = multiply(
      parent,
      compose(m?.translation ?? node.getTranslation(), m?.rotation ?? node.getRotation(), m?.scale ?? node.getScale()),
    );
    positions.set(node.getName(), [world[0][3], world[1][3], world[2][3]]);
    for (const child of node.listChildren()) visit(child, world);
  };
  const identity = [0, 1, 2, 3].map(r => [0, 1, 2, 3].map(c => (r === c ? 1 : 0)));
  const roots = skeleton
    .getRoot()
    .listNodes()
    .filter(n => !n.getParentNode());
  for (const root of roots) visit(root, identity);
  return positions;
}

function slerp(a: number[], b: number[], f: number): number[] {
  let dot = a.reduce((sum, x, i) => sum + x * b[i], 0);
  const sign = dot < 0 ? -1 : 1;
  dot = Math.min(1, Math.abs(dot));
  const angle = Math.acos(dot);
  if (angle < 1e-6) return a.map((x, i) => x + (sign * b[i] - x) * f);
  return a.map((x, i) => (Math.sin((1 - f) * angle) * x + Math.sin(f * angle) * sign * b[i]) / Math.sin(angle));
}

/** Rows of T x R x S. */
function compose(t: number[], q: number[], s: number[]): number[][] {
  const length = Math.hypot(...q);
  const [x, y, z, w] = q.map(v => v / length);
  const r = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
    [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
  ];
  return [...r.map((row, i) => [...row.map((v, c) => v * s[c]), t[i]]), [0, 0, 0, 1]];
}

function multiply(a: number[][], b: number[][]): number[][] {
  return a.map(row => [0, 1, 2, 3].map(c => row.reduce((sum, v, k) => sum + v * b[k][c], 0)));
}
