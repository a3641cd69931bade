/** Writes animation resources. */
import type { AnimationAsset, AnimationTrack } from '../../../assets/motion/animation-asset.ts';
import { FormatError } from '../../../core/errors.ts';
import { floatValues, ITEM_SIZES, sampleTrack } from '../../model/sample-track.ts';
import { GlbBuilder } from '../glb/glb-builder.ts';
import { TIME_STEP } from './compact-clip.ts';

/**
 * Writes an animation resource (docs/formats.md, "Animation"). It stores the clip unchanged; compactClip reduces it.
 *
 * @throws FormatError where keys and times do not match, times do not ascend, or a value is not a finite number.
 */
export async function writeAnimation(clip: AnimationAsset, source: string): Promise<Uint8Array> {
  for (const [i, track] of clip.tracks.entries()) check(track, `${source}, clip ${clip.name}`, i);
  const glb = new GlbBuilder();
  const nodes: object[] = [];
  const nodeOf = new Map<string, number>();
  const samplers: object[] = [];
  const channels: object[] = [];
  const timesOf = new Map<string, number>();
  // Fingers that turn alike, and joints that stand still, share their keys.
  const outputOf = new Map<string, number>();
  const addTimes = (times: Float32Array): number => {
    const key = keyOf(times);
    let accessor = timesOf.get(key);
    if (accessor === undefined) {
      // A stream has one step, so times that would lose by it have their own.
      const [kind, step] = isRound(times) ? (['times', { step: TIME_STEP }] as const) : (['exact times', {}] as const);
      timesOf.set(key, (accessor = glb.addData(kind, times, { type: 'SCALAR', bounds: true, ...step })));
    }
    return accessor;
  };
  for (const track of clip.tracks) {
    if (track.path === 'weight') continue;
    let node = nodeOf.get(track.target);
    if (node === undefined) nodeOf.set(track.target, (node = nodes.push({ name: track.target }) - 1));
    const type = track.path === 'rotation' ? 'VEC4' : 'VEC3';
    const key = `${track.path} ${keyOf(track.values)}`;
    const output =
      outputOf.get(key) ?? glb.addData(track.path, track.values, { type, normalized: track.values instanceof Int16Array });
    outputOf.set(key, output);
    samplers.push({ input: addTimes(track.times), output, ...(track.interpolation === 'step' ? { interpolation: 'STEP' } : {}) });
    channels.push({ sampler: samplers.length - 1, target: { node, path: track.path } });
  }
  const weights = clip.tracks.filter(t => t.path === 'weight');
  if (weights.length > 0) addWeights(glb, weights, nodes, samplers, channels, addTimes);
  if (channels.length === 0) addStillness(clip, glb, nodes, samplers, channels, addTimes);
  glb.json.nodes = nodes;
  const foyer = { loop: clip.loop, ...(clip.speed > 0 ? { speed: clip.speed } : {}) };
  glb.json.animations = [{ name: clip.name, channels, samplers, extras: { foyer } }];
  return glb.build();
}

/** Returns a key of an array's numbers: their bytes. (Writing the numbers as text took a tenth of a clip's time.) */
function keyOf(numbers: Float32Array | Int16Array): string {
  // -0 is 0.
  const plain = numbers instanceof Float32Array ? numbers.map(x => x + 0) : numbers;
  return Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength).toString('latin1');
}

/** Multiples of `TIME_STEP` below this number of seconds have the 23 bits that the filter EXPONENTIAL stores. */
const MAX_ROUND = 2 ** 23 * TIME_STEP;

/** Reports whether nothing is lost where times are stored as multiples of `TIME_STEP`. */
const isRound = (times: Float32Array): boolean => times.every(t => Number.isInteger(t / TIME_STEP) && t < MAX_ROUND);

type AddTimes = (times: Float32Array) => number;

/**
 * Adds one channel for all morph weights. glTF requires a node whose mesh has the targets; this mesh has one vertex at the
 * origin.
 */
function addWeights(
  glb: GlbBuilder,
  tracks: readonly AnimationTrack[],
  nodes: object[],
  samplers: object[],
  channels: object[],
  addTimes: AddTimes,
): void {
  const times = Float32Array.from([...new Set(tracks.flatMap(t => [...t.times]))].sort((a, b) => a - b));
  const values = new Float32Array(times.length * tracks.length);
  const out = new Float32Array(1);
  const floats = tracks.map(floatValues);
  for (let i = 0; i < times.length; i++)
    tracks.forEach((track, t) => {
      sampleTrack(track, floats[t], times[i], out);
      values[i * tracks.length + t] = out[0];
    });
  const origin = glb.addVertices('position', new Float32Array(3), { type: 'VEC3', bounds: true });
  const primitive = { attributes: { POSITION: origin }, mode: 0, targets: tracks.map(() => ({ POSITION: origin })) };
  glb.json.meshes = [{ primitives: [primitive], extras: { targetNames: tracks.map(t => t.target) } }];
  const node = nodes.push({ name: 'morph targets', mesh: 0 }) - 1;
  const interpolation = tracks.every(t => t.interpolation === 'step') ? { interpolation: 'STEP' } : {};
  samplers.push({ input: addTimes(times), output: glb.addData('weights', values, { type: 'SCALAR' }), ...interpolation });
  channels.push({ sampler: samplers.length - 1, target: { node, path: 'weights' } });
}

/** Adds a channel to a clip without motion, because glTF requires at least one. It names no joint, so readers ignore it. */
function addStillness(
  clip: AnimationAsset,
  glb: GlbBuilder,
  nodes: object[],
  samplers: object[],
  channels: object[],
  addTimes: AddTimes,
): void {
  nodes.push({ name: '(rest pose)' });
  const output = glb.addData('scale', new Float32Array(6).fill(1), { type: 'VEC3' });
  samplers.push({ input: addTimes(Float32Array.of(0, Math.max(clip.duration, 1e-3))), output });
  channels.push({ sampler: 0, target: { node: 0, path: 'scale' } });
}

function check(track: AnimationTrack, url: string, i: number): void {
  const fail = (reason: string, at: string, value: unknown): never => {
    throw new FormatError(reason, { url, at: `tracks[${i}] (${track.target} ${track.path}).${at}`, value });
  };
  const { times, values } = track;
  if (times.length === 0) fail('a track without keys', 'times', times.length);
  if (values.length !== times.length * ITEM_SIZES[track.path]) fail(`${times.length} keys`, 'values', values.length);
  for (let k = 0; k < times.length; k++)
    if (!(times[k] >= 0 && times[k] < Number.POSITIVE_INFINITY) || (k > 0 && times[k] <= times[k - 1]))
      fail('times must ascend from 0', `times[${k}]`, times[k]);
  for (let k = 0; k < values.length; k++) if (!Number.isFinite(values[k])) fail('not a number', `values[${k}]`, values[k]);
}
