/** Measures walking speed and removes root motion from clips. */
import type { AnimationAsset } from '../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';
import { PoseSampler } from './pose-sampler.ts';

/** Number of sampled poses; a step takes about a second. */
const SAMPLES = 48;
/** Share of a clip in which a foot certainly stands. It is 0.6 in a walk and 0.25 to 0.35 in a run. */
const STANCE = 0.25;
/** m/s. A slower figure shifts its weight and does not walk. */
const SLOWEST = 0.25;
/** m/s. No figure walks faster. */
const FASTEST = 50;

/**
 * Returns the clip with its `speed`, if it loops and walks. At that speed along a path, no foot slides.
 *
 * A clip with root motion (its hips end elsewhere than they began) moves at the speed of its hips:
 * speed = |hips(end) - hips(0)|/duration, on the floor plane.
 *
 * Any other clip walks in place. A standing foot then moves backwards at the speed of the figure:
 * speed of a foot = median of -(foot(t + dt) - foot(t))/dt . forward over the quarter of the clip in which the foot is lowest.
 * `forward` is at right angles to the line between the hip joints. The clip's speed is the mean of both feet.
 *
 * The speed is 0 where a foot is slower than 0.25 m/s (it shifts its weight, or moves sideways or backwards). It is also 0 where
 * one foot is twice as fast as the other, or where no feet are known (VRM bone names).
 */
export function withStride(clip: AnimationAsset, skeleton: SkeletonAsset): AnimationAsset {
  if (!clip.loop) return clip;
  return { ...clip, speed: rootSpeed(clip, skeleton) || footSpeed(clip, skeleton) };
}

/** Speed of the hips in m/s; 0 where they return. */
function rootSpeed(clip: AnimationAsset, skeleton: SkeletonAsset): number {
  const [x, z] = drift(clip, skeleton);
  const speed = Math.hypot(x, z) / clip.duration;
  return speed < SLOWEST || speed > FASTEST ? 0 : speed;
}

/** Metres that the hips move (x, z) during the clip. */
function drift(clip: AnimationAsset, skeleton: SkeletonAsset): [number, number] {
  const hips = skeleton.names.indexOf(skeleton.humanoid.hips ?? '');
  if (hips < 0) return [0, 0];
  const sampler = new PoseSampler(clip, skeleton, [hips]);
  const start = sampler.sample(0).slice(hips * 16 + 12, hips * 16 + 15);
  const end = sampler.sample(clip.duration).slice(hips * 16 + 12, hips * 16 + 15);
  return [end[0] - start[0], end[2] - start[2]];
}

/** Speed in m/s at which the feet of an in-place walk would move the figure forward; see `withStride`. */
export function footSpeed(clip: AnimationAsset, skeleton: SkeletonAsset): number {
  const joint = (bone: string) => skeleton.names.indexOf(skeleton.humanoid[bone] ?? '');
  const feet = ['left', 'right'].map(side => [`${side}Toes`, `${side}Foot`].map(joint).find(j => j >= 0) ?? -1);
  if (feet.some(j => j < 0)) return 0;
  const sampler = new PoseSampler(clip, skeleton, feet);
  const place = (world: Float64Array, j: number) => [...world.subarray(j * 16 + 12, j * 16 + 15)];
  const rest = restOf(skeleton);
  const forward = facing(
    ...(['leftUpperLeg', 'rightUpperLeg'].map(joint).map((j, i) => place(rest, j < 0 ? feet[i] : j)) as [number[], number[]]),
  );
  const dt = clip.duration / SAMPLES;
  const poses = Array.from({ length: SAMPLES + 1 }, (_, i) => {
    const world = sampler.sample(i * dt);
    return feet.map(j => place(world, j));
  });
  const speeds = feet.map((_, foot) =>
    stanceSpeed(
      poses.map(p => p[foot]),
      forward,
      dt,
    ),
  );
  // A clip that swings both feet in the air, or drags one, does not walk.
  const [slow, fast] = [Math.min(...speeds), Math.max(...speeds)];
  return slow < SLOWEST || fast > FASTEST || fast > 2 * slow ? 0 : (slow + fast) / 2;
}

/** Rest poses by skeleton, which the clips of a figure share. */
const rests = new WeakMap<SkeletonAsset, Float64Array>();

/** Returns the matrices of a skeleton at rest. */
function restOf(skeleton: SkeletonAsset): Float64Array {
  let rest = rests.get(skeleton);
  if (!rest) {
    rest = new PoseSampler({ name: 'rest', duration: 1, loop: false, speed: 0, tracks: [] }, skeleton).sample(0);
    rests.set(skeleton, rest);
  }
  return rest;
}

/** m/s backwards: the median over the quarter of the clip in which the foot is lowest. */
function stanceSpeed(places: readonly (readonly number[])[], forward: readonly number[], dt: number): number {
  const steps = places.slice(1).map((after, i) => {
    const before = places[i];
    const back = ((before[0] - after[0]) * forward[0] + (before[2] - after[2]) * forward[1]) / dt;
    return { height: before[1] + after[1], back };
  });
  steps.sort((a, b) => a.height - b.height);
  const low = steps.slice(0, SAMPLES * STANCE).map(s => s.back);
  low.sort((a, b) => a - b);
  return low[Math.floor(low.length / 2)];
}

/** Returns x and z of the direction that a figure with these hip joints faces; +z where both are in one place. */
function facing(left: readonly number[], right: readonly number[]): [number, number] {
  const [x, z] = [right[0] - left[0], right[2] - left[2]];
  const length = Math.hypot(x, z);
  return length > 1e-6 ? [z / length, -x / length] : [0, 1];
}

/**
 * Returns the clip without its root motion, for a figure that moves along a path. It subtracts an even motion from the
 * translation of the hips, or of the joint above them that carries it.
 */
export function inPlace(clip: AnimationAsset, skeleton: SkeletonAsset): AnimationAsset {
  const [x, z] = drift(clip, skeleton);
  if (Math.hypot(x, z) / clip.duration < SLOWEST) return clip;
  const carrier = carrierOf(clip, skeleton);
  if (!carrier) return clip;
  const { joint, track } = carrier;
  // The joint's parents rotate and scale the translation by their rest pose.
  const rest = new PoseSampler({ ...clip, tracks: clip.tracks.filter(t => t !== track) }, skeleton);
  const parent = skeleton.parents[joint];
  const world = parent < 0 ? undefined : rest.sample(0).slice(parent * 16, parent * 16 + 16);
  const [dx, dy, dz] = world ? throughInverse(world, [x, 0, z]) : [x, 0, z];
  const values = Float32Array.from(
    track.values,
    (value, i) => value - (track.times[Math.floor(i / 3)] / clip.duration) * [dx, dy, dz][i % 3],
  );
  return { ...clip, tracks: clip.tracks.map(t => (t === track ? { ...track, values } : t)) };
}

/** Returns the highest joint, possibly the hips, whose translation moves as far as the hips do. */
function carrierOf(clip: AnimationAsset, skeleton: SkeletonAsset) {
  const chain: number[] = [];
  for (let j = skeleton.names.indexOf(skeleton.humanoid.hips ?? ''); j >= 0; j = skeleton.parents[j]) chain.unshift(j);
  for (const joint of chain) {
    const track = clip.tracks.find(t => t.path === 'translation' && t.target === skeleton.names[joint]);
    if (!track) continue;
    const end = track.values.length - 3;
    if (Math.hypot(...[0, 1, 2].map(k => track.values[end + k] - track.values[k])) > 1e-4) return { joint, track };
  }
  return undefined;
}

/** Multiplies a direction by the inverse of a matrix's upper 3 x 3 (column-major 4 x 4). */
function throughInverse(m: Float64Array, [x, y, z]: readonly number[]): [number, number, number] {
  const [a, b, c, d, e, f, g, h, i] = [m[0], m[4], m[8], m[1], m[5], m[9], m[2], m[6], m[10]];
  const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (Math.abs(det) < 1e-12) return [0, 0, 0];
  return [
    ((e * i - f * h) * x + (c * h - b * i) * y + (b * f - c * e) * z) / det,
    ((f * g - d * i) * x + (a * i - c * g) * y + (c * d - a * f) * z) / det,
    ((d * h - e * g) * x + (b * g - a * h) * y + (a * e - b * d) * z) / det,
  ];
}
