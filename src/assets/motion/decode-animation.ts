import { MAX_SPEED } from '../../core/document-limits.ts';
import { type AccessorData, Accessors, toFloats } from '../gltf/accessors.ts';
import { readGlb } from '../gltf/glb.ts';
import type { JsonCursor } from '../gltf/json-cursor.ts';
import { MAX_MORPH_TARGETS } from '../limits.ts';
import type { AnimationAsset, AnimationTrack } from './animation-asset.ts';

const ITEM_SIZE = { translation: 3, rotation: 4, scale: 3, weights: 1 } as const;

/** Seconds of a clip that holds a single pose: a duration must be > 0. */
const POSE_SECONDS = 1 / 30;

/**
 * Decodes an animation resource (docs/formats.md): the first animation of the file. Skips channels of nameless nodes and a second
 * channel for the same target.
 * @throws FormatError for every violation.
 */
export function decodeAnimation(bytes: Uint8Array, url: string): AnimationAsset {
  const glb = readGlb(bytes, url);
  const animation = glb.json.list('animations')[0] ?? glb.json.get('animations').fail('the file has no animation');
  const accessors = new Accessors(glb);
  const nodes = glb.json.list('nodes');
  const samplers = animation.list('samplers');
  const tracks: AnimationTrack[] = [];
  const seen = new Set<string>();
  for (const channel of animation.list('channels')) {
    const target = channel.get('target');
    if (!target.get('node').present) continue;
    const node = nodes[target.get('node').integer(0, nodes.length - 1)];
    const path = target.get('path').choice(['translation', 'rotation', 'scale', 'weights', 'pointer'], 'pointer');
    const key = `${path} ${target.get('node').value}`;
    if (path === 'pointer' || seen.has(key)) continue;
    seen.add(key);
    const sampler = samplers[channel.get('sampler').integer(0, samplers.length - 1)];
    const keys = readKeys(sampler, accessors, path);
    if (path === 'weights') tracks.push(...splitWeights(keys, targetNames(animation, node, glb.json)));
    else if (node.get('name').present) tracks.push({ target: node.get('name').string(), path, ...keys });
  }
  if (tracks.length === 0) animation.fail('the animation moves nothing');

  const extras = animation.get('extras').get('foyer');
  return {
    name: animation.get('name').optionalString(''),
    duration: tracks.reduce((longest, { times }) => Math.max(longest, times[times.length - 1]), 0) || POSE_SECONDS,
    loop: extras.get('loop').optionalBoolean(true),
    speed: extras.get('speed').optionalNumber(0, 0, MAX_SPEED),
    tracks,
  };
}

type Keys = Pick<AnimationTrack, 'interpolation' | 'times' | 'values'>;

function readKeys(sampler: JsonCursor, accessors: Accessors, path: keyof typeof ITEM_SIZE): Keys {
  const interpolation = sampler.get('interpolation').choice(['LINEAR', 'STEP', 'CUBICSPLINE'], 'LINEAR');
  if (interpolation === 'CUBICSPLINE') sampler.get('interpolation').fail('splines are resampled at import, not here');
  const input = accessors.read(sampler.get('input'), 1);
  const { array: times } = input;
  if (!(times instanceof Float32Array)) return input.source.get('componentType').fail('times must be floats');
  for (let i = 0; i < times.length; i++)
    if (times[i] < (i === 0 ? 0 : times[i - 1])) sampler.get('input').fail(`time ${i} is ${times[i]}: times must ascend from 0`);
  const output = accessors.read(sampler.get('output'), ITEM_SIZE[path]);
  const perKey = output.count / times.length;
  if (path === 'weights' ? !Number.isInteger(perKey) || perKey > MAX_MORPH_TARGETS : perKey !== 1)
    sampler.get('output').fail(`${output.count} values for ${times.length} times`);
  return { interpolation: interpolation === 'STEP' ? 'step' : 'linear', times, values: keyValues(output) };
}

/** Normalized 16-bit values stay as they are (half the memory). Everything else becomes floats. */
function keyValues(data: AccessorData): Float32Array | Int16Array {
  return data.array instanceof Int16Array && data.normalized ? data.array : toFloats(data);
}

/** glTF interleaves the weights of all targets of a mesh key by key; a track of ours is one target's. */
function splitWeights({ interpolation, times, values }: Keys, names: readonly string[]): AnimationTrack[] {
  const count = values.length / times.length;
  return Array.from({ length: count }, (_, t) => ({
    target: names[t] ?? `target${t}`,
    path: 'weight' as const,
    interpolation,
    times,
    values: values.filter((_, i) => i % count === t),
  }));
}

/** Returns names of morph targets: those of the node's mesh, else those of the node or of the animation itself. */
function targetNames(animation: JsonCursor, node: JsonCursor, root: JsonCursor): string[] {
  const meshes = root.list('meshes');
  const at = node.get('mesh');
  const mesh = at.present ? meshes[at.integer(0, meshes.length - 1)] : at;
  for (const owner of [mesh, node, animation]) {
    const names = owner.get('extras').list('targetNames');
    if (names.length > 0) return names.map(n => n.string());
  }
  return [];
}
