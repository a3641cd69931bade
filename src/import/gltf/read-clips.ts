/** Reads the animations of a glTF model. */
import type { Node } from '@gltf-transform/core';
import type { AnimationAsset, AnimationTrack } from '../../assets/motion/animation-asset.ts';
import { FormatError, quote } from '../../core/errors.ts';
import { uniqueName } from '../model/unique-names.ts';
import type { Warn } from '../report/warnings.ts';
import type { Morphs } from './figures/morphs.ts';
import { floats } from './floats.ts';
import type { FileAnimation, FileSampler } from './loading/file-animations.ts';

/** Samples a second for CUBICSPLINE. The result is reduced like all other clips. */
const SPLINE_RATE = 60;
const MAX_SPLINE_KEYS = 200_000;

/** The animated properties of a node. KHR_animation_pointer animates others. */
const PATHS = new Set<string>(['translation', 'rotation', 'scale', 'weights']);
const INTERPOLATIONS = ['LINEAR', 'STEP', 'CUBICSPLINE'];
/** Shortest duration. A pose has one key at 0, but a clip needs a duration. */
const SHORTEST = 1 / 30;

/**
 * Reads the valid animations of a file as clips. `names` are the joints' names. Morph weights are stored relative to the default
 * weights.
 */
export function readClips(
  animations: readonly FileAnimation[],
  names: ReadonlyMap<Node, string>,
  morphs: Morphs,
  url: string,
  warn: Warn,
): AnimationAsset[] {
  const used = new Set<string>();
  return animations.flatMap((animation, i) => {
    const name = uniqueName(animation.name || `clip ${i}`, n => used.has(n));
    used.add(name);
    let tracks: AnimationTrack[];
    try {
      tracks = readTracks(animation, names, morphs, url, name, warn);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      warn(`animation ${name}: left out: ${error.reason} at ${error.at}, got ${quote(error.value)}`);
      return [];
    }
    if (tracks.length === 0) {
      warn(`animation ${name}: moves nothing, left out`);
      return [];
    }
    const duration = Math.max(...tracks.map(t => t.times[t.times.length - 1]));
    return [{ name, duration: duration > 0 ? duration : SHORTEST, loop: closes(tracks), speed: 0, tracks }];
  }); // prettier-ignore
}

function readTracks(
  animation: FileAnimation,
  names: ReadonlyMap<Node, string>,
  morphs: Morphs,
  url: string,
  clip: string,
  warn: Warn,
): AnimationTrack[] {
  const tracks: AnimationTrack[] = [];
  const seen = new Set<string>();
  for (const { node, sampler, path } of animation.channels) {
    const target = node ? names.get(node) : undefined;
    if (!PATHS.has(path ?? '')) warn(`animation ${clip}: moves "${path}", which is not known here; left out`);
    if (!node || !sampler || !path || !PATHS.has(path) || target === undefined) continue;
    if (seen.has(`${path} ${target}`)) {
      warn(`animation ${clip}: ${path} of ${target} is there twice; the first is taken`);
      continue;
    }
    seen.add(`${path} ${target}`);
    const at = `animation ${clip}, ${path} of ${target}`;
    if (path === 'weights') {
      const targets = morphs.names(node);
      if (targets.length === 0) continue;
      const all = keys(sampler, targets.length, url, at, warn);
      const rest = morphs.weights(node);
      targets.forEach((name, t) => {
        const values = all.values.filter((_, i) => i % targets.length === t).map(w => w - (rest[t] ?? 0));
        if (values.some(w => w !== 0)) tracks.push({ ...all, target: name, path: 'weight', values });
      });
    } else {
      const track = keys(sampler, path === 'rotation' ? 4 : 3, url, at, warn);
      if (path === 'rotation') normalize(track.values);
      tracks.push({ ...track, target, path });
    }
  }
  return tracks;
}

interface Keys {
  readonly times: Float32Array;
  readonly values: Float32Array;
  readonly interpolation: 'linear' | 'step';
}

function keys(sampler: FileSampler, size: number, url: string, at: string, warn: Warn): Keys {
  const { input, output, interpolation } = sampler;
  if (!input || !output) throw new FormatError('a sampler without times or values', { url, at });
  const times = floats(input, 1, url, `${at} times`);
  const values = floats(output, output.getElementSize(), url, `${at} values`);
  if (!INTERPOLATIONS.includes(interpolation)) warn(`${at}: interpolation ${quote(interpolation)} is not known; LINEAR is taken`);
  const perKey = size * (interpolation === 'CUBICSPLINE' ? 3 : 1);
  if (times.length === 0 || values.length !== times.length * perKey)
    throw new FormatError(`${times.length} keys of ${perKey} numbers`, { url, at, value: values.length });
  // Exporters that cut clips leave keys before time 0.
  if (times[0] < 0 && times[0] > -36_000) {
    warn(`${at}: begins at ${times[0]} s; moved to 0`);
    for (let i = times.length - 1; i >= 0; i--) times[i] -= times[0];
  }
  for (let i = 0; i < times.length; i++)
    if (times[i] < 0 || times[i] > 36_000 || (i > 0 && times[i] < times[i - 1]))
      throw new FormatError('key times must ascend, from 0 to 10 hours', { url, at: `${at} times[${i}]`, value: times[i] });
  const strict = ascending(times, values, perKey, interpolation === 'STEP');
  if (strict.times !== times) warn(`${at}: keys of the same time became a jump`);
  if (interpolation === 'CUBICSPLINE') return sampleSpline(strict.times, strict.values, size, url, at);
  return { ...strict, interpolation: interpolation === 'STEP' ? 'step' : 'linear' };
}

/** Seconds that a jump between two keys of one time takes: two steps of the times that are written. */
const JUMP = 2 ** -13;

/**
 * Makes times ascend strictly, as glTF requires. Exporters that cut clips leave two keys at the cut: the value jumps there. The
 * earlier key moves by `JUMP`, since three.js shows the later one at that time. Where there is no room before, the later one moves.
 * Of steps, only the last key shows.
 */
function ascending(
  times: Float32Array,
  values: Float32Array,
  size: number,
  isStep: boolean,
): { times: Float32Array; values: Float32Array } {
  if (times.every((time, i) => i === 0 || time > times[i - 1])) return { times, values };
  const kept: { time: number; key: number }[] = [];
  for (let first = 0, next = 0; first < times.length; first = next) {
    const time = times[first];
    for (next = first + 1; next < times.length && times[next] === time; ) next++;
    const last = next - 1;
    const [before, after] = [Math.fround(time - JUMP), Math.fround(time + JUMP)];
    const isJump = first < last && !isStep;
    const hasRoomBefore = before < time && kept.length > 0 && before > kept[kept.length - 1].time;
    const hasRoomAfter = after > time && next < times.length && after < times[next];
    if (isJump && hasRoomBefore) kept.push({ time: before, key: first });
    else if (isJump && hasRoomAfter) kept.push({ time, key: first });
    kept.push({ time: isJump && !hasRoomBefore && hasRoomAfter ? after : time, key: last });
  }
  const out = new Float32Array(kept.length * size);
  kept.forEach(({ key }, to) => {
    out.set(values.subarray(key * size, key * size + size), to * size);
  });
  return { times: Float32Array.from(kept, ({ time }) => time), values: out };
}

/** Samples a spline (glTF 2.0 appendix C.5). Each key has an in-tangent, a value and an out-tangent; tangents are per second. */
function sampleSpline(times: Float32Array, values: Float32Array, size: number, url: string, at: string): Keys {
  const last = times.length - 1;
  if ((times[last] - times[0]) * SPLINE_RATE + last > MAX_SPLINE_KEYS)
    throw new FormatError('a spline too long to sample', { url, at, value: times[last] });
  const outTimes: number[] = [];
  const outValues: number[] = [];
  for (let i = 0; i < last; i++) {
    const dt = times[i + 1] - times[i];
    const steps = Math.max(1, Math.ceil(dt * SPLINE_RATE));
    for (let s = 0; s < steps; s++) {
      const t = s / steps;
      const [t2, t3] = [t * t, t * t * t];
      outTimes.push(times[i] + dt * t);
      for (let k = 0; k < size; k++) {
        const from = values[(i * 3 + 1) * size + k];
        const outTangent = values[(i * 3 + 2) * size + k] * dt;
        const inTangent = values[(i + 1) * 3 * size + k] * dt;
        const to = values[((i + 1) * 3 + 1) * size + k];
        outValues.push(
          (2 * t3 - 3 * t2 + 1) * from + (t3 - 2 * t2 + t) * outTangent + (-2 * t3 + 3 * t2) * to + (t3 - t2) * inTangent,
        );
      }
    }
  }
  outTimes.push(times[last]);
  for (const value of values.subarray((last * 3 + 1) * size, (last * 3 + 2) * size)) outValues.push(value);
  const allTimes = Float32Array.from(outTimes);
  for (let i = 1; i < allTimes.length; i++)
    if (allTimes[i] <= allTimes[i - 1]) throw new FormatError('keys too near to each other', { url, at, value: allTimes[i] });
  return { times: allTimes, values: Float32Array.from(outValues), interpolation: 'linear' };
}

function normalize(values: Float32Array): void {
  for (let i = 0; i < values.length; i += 4) {
    const length = Math.hypot(values[i], values[i + 1], values[i + 2], values[i + 3]);
    if (length > 0) for (let k = i; k < i + 4; k++) values[k] /= length;
    else values[i + 3] = 1;
  }
}

/** Whether the last pose equals the first within 3 degrees at each joint. Such a clip repeats without a jump. */
function closes(tracks: readonly AnimationTrack[]): boolean {
  return tracks.every(({ path, values }) => {
    if (path !== 'rotation') return true;
    const end = values.length - 4;
    return (
      Math.abs(
        values[0] * values[end] + values[1] * values[end + 1] + values[2] * values[end + 2] + values[3] * values[end + 3],
      ) > Math.cos(0.026)
    );
  });
}
