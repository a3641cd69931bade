import { type Animation, type Document, type Node, NodeIO } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
import { MeshoptDecoder } from 'meshoptimizer';

/**
 * An independent reference for poses. glTF-Transform reads the file. The rest is computed in double precision, by the formulas of
 * the glTF 2.0 specification (appendix C), without code of src.
 */
export async function readReference(bytes: Uint8Array): Promise<Document> {
  await MeshoptDecoder.ready;
  const io = new NodeIO().registerExtensions(ALL_EXTENSIONS).registerDependencies({ 'meshopt.decoder': MeshoptDecoder });
  return io.readBinary(bytes);
}

interface Transform {
  translation: readonly number[];
  rotation: readonly number[];
  scale: readonly number[];
}

interface Channel {
  readonly path: keyof Transform;
  readonly interpolation: string;
  readonly times: readonly number[];
  readonly values: readonly (readonly number[])[];
}

interface Joint {
  readonly name: string;
  readonly rest: Transform;
  readonly channels: readonly Channel[];
  readonly children: readonly Joint[];
}

/** Place of each named node in the file's space, metres. */
export type Positions = Map<string, [number, number, number]>;

/**
 * Returns a function from seconds to the poses of one animation.
 *
 * @param skeleton - the file with the hierarchy, if it is another one. Nodes match by name.
 */
export function referenceOf(document: Document, name: string, skeleton: Document = document): (seconds: number) => Positions {
  const animation = document
    .getRoot()
    .listAnimations()
    .find(a => a.getName() === name);
  if (!animation) throw new Error(`no animation ${name}`);
  const channels = channelsOf(animation);
  const jointOf = (node: Node): Joint => ({
    name: node.getName(),
    rest: { translation: node.getTranslation(), rotation: node.getRotation(), scale: node.getScale() },
    channels: channels.get(node.getName()) ?? [],
    children: node.listChildren().map(jointOf),
  });
  const roots = skeleton
    .getRoot()
    .listNodes()
    .filter(n => !n.getParentNode())
    .map(jointOf);
  return seconds => {
    const positions: Positions = new Map();
    const visit = ({ name, rest, channels, children }: Joint, parent: readonly number[]) => {
      const now = { ...rest };
      for (const channel of channels) now[channel.path] = valueAt(channel, seconds);
      const world = placed(parent, now);
      positions.set(name, [world[3], world[7], world[11]]);
      for (const child of children) visit(child, world);
    };
    for (const root of roots) visit(root, IDENTITY);
    return positions;
  };
}

/** Returns channels by the name of the node that they move. */
function channelsOf(animation: Animation): Map<string, Channel[]> {
  const found = new Map<string, Channel[]>();
  for (const channel of animation.listChannels()) {
    const [node, path, sampler] = [channel.getTargetNode(), channel.getTargetPath(), channel.getSampler()];
    if (!node || !path || path === 'weights' || !sampler) continue;
    const times: number[] = Array.from(sampler.getInput()!.getArray()!);
    const output = sampler.getOutput()!;
    const values = times.map((_, key) => output.getElement<number[]>(key, []));
    const known = found.get(node.getName()) ?? [];
    found.set(node.getName(), [...known, { path, interpolation: sampler.getInterpolation(), times, values }]);
  }
  return found;
}

function valueAt({ path, interpolation, times, values }: Channel, seconds: number): readonly number[] {
  let key = 0;
  while (key + 1 < times.length && times[key + 1] <= seconds) key++;
  if (key + 1 >= times.length || seconds <= times[0] || interpolation === 'STEP') return values[key];
  const f = (seconds - times[key]) / (times[key + 1] - times[key]);
  const [a, b] = [values[key], values[key + 1]];
  return path === 'rotation' ? slerp(a, b, f) : a.map((x, i) => x + (b[i] - x) * f);
}

function slerp(a: readonly number[], b: readonly number[], f: number): number[] {
  let dot = a.reduce((sum, x, i) => sum + x * b[i], 0);
  const sign = dot < 0 ? -1 : 1;
  dot = Math.min(1, Math.abs(dot));
  const angle = Math.acos(dot);
  if (angle < 1e-6) return a.map((x, i) => x + (sign * b[i] - x) * f);
  return a.map((x, i) => (Math.sin((1 - f) * angle) * x + Math.sin(f * angle) * sign * b[i]) / Math.sin(angle));
}

/** Three rows of four, like all matrices here. */
const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];

/** parent x T x R x S */
function placed(parent: readonly number[], { translation: t, rotation: q, scale: s }: Transform): number[] {
  const length = Math.hypot(...q);
  const [x, y, z, w] = q.map(v => v / length);
  const r = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
    [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
  ];
  const out: number[] = [];
  for (let row = 0; row < 12; row += 4) {
    const [a, b, c, d] = parent.slice(row, row + 4);
    for (let k = 0; k < 3; k++) out.push((a * r[0][k] + b * r[1][k] + c * r[2][k]) * s[k]);
    out.push(a * t[0] + b * t[1] + c * t[2] + d);
  }
  return out;
}
