/** Reads the humanoid and the recorded clips, and builds clips from code. */

import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { NodeIO } from '@gltf-transform/core';
import { mat4, quat, type vec3 } from 'gl-matrix';
import type { AnimationAsset, AnimationTrack } from '../../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../../assets/motion/skeleton-asset.ts';
import type { Vec3 } from '../../geometry/patch.ts';

/** The 65-joint humanoid and the motion capture of @croquet/microverse-library (Apache-2.0). */
const folder = resolve(
  dirname(createRequire(import.meta.url).resolve('@croquet/microverse-library/package.json')),
  'assets/avatar-animations',
);

const sided: readonly (readonly [string, string])[] = [
  ['Shoulder', 'Shoulder'],
  ['UpperArm', 'Arm'],
  ['LowerArm', 'ForeArm'],
  ['Hand', 'Hand'],
  ['UpperLeg', 'UpLeg'],
  ['LowerLeg', 'Leg'],
  ['Foot', 'Foot'],
  ['Toes', 'ToeBase'],
];
const vrmNames: Readonly<Record<string, string>> = {
  hips: 'Hips',
  spine: 'Spine',
  chest: 'Spine1',
  upperChest: 'Spine2',
  neck: 'Neck',
  head: 'Head',
  ...Object.fromEntries(['Left', 'Right'].flatMap(side => sided.map(([vrm, name]) => [side.toLowerCase() + vrm, side + name]))),
};

export interface Humanoid {
  readonly skeleton: SkeletonAsset;
  /** Rest pose in the figure's space: 16 numbers a joint. */
  readonly world: readonly mat4[];
  readonly place: (joint: string) => Vec3;
}

export async function readHumanoid(): Promise<Humanoid> {
  const document = await new NodeIO().read(resolve(folder, 'idle.glb'));
  const names: string[] = [];
  const parents: number[] = [];
  const [t, r]: [number[], number[]] = [[], []];
  const visit = (node: ReturnType<ReturnType<typeof document.getRoot>['listNodes']>[number], parent: number): void => {
    const self = names.length;
    names.push(node.getName());
    parents.push(parent);
    t.push(...node.getTranslation());
    r.push(...node.getRotation());
    for (const child of node.listChildren()) visit(child, self);
  };
  // The first node is an empty armature, the parent of the joints.
  for (const root of document.getRoot().listScenes()[0].listChildren()) for (const child of root.listChildren()) visit(child, -1);
  const skeleton: SkeletonAsset = {
    names,
    parents: Int16Array.from(parents),
    translations: Float32Array.from(t),
    rotations: Float32Array.from(r),
    scales: new Float32Array(names.length * 3).fill(1),
    humanoid: vrmNames,
  };
  const world = worldOf(skeleton, skeleton.rotations, skeleton.translations);
  const place = (joint: string): Vec3 => {
    const m = world[names.indexOf(joint)];
    if (!m) throw new RangeError(`the skeleton has no joint ${joint}`);
    return [m[12], m[13], m[14]];
  };
  return { skeleton, world, place };
}

export function worldOf(
  { names, parents }: SkeletonAsset,
  rotations: ArrayLike<number>,
  translations: ArrayLike<number>,
): mat4[] {
  const world: mat4[] = [];
  names.forEach((_, j) => {
    const q: quat = [rotations[j * 4], rotations[j * 4 + 1], rotations[j * 4 + 2], rotations[j * 4 + 3]];
    const p: vec3 = [translations[j * 3], translations[j * 3 + 1], translations[j * 3 + 2]];
    const local = mat4.fromRotationTranslation(mat4.create(), q, p);
    world.push(parents[j] < 0 ? local : mat4.multiply(mat4.create(), world[parents[j]], local));
  });
  return world;
}

/** Reads a recorded clip. It omits what a skeleton does not need (scales, translations of all joints except the hips). */
export async function readCapture({ skeleton }: Humanoid, file: string, name: string): Promise<AnimationAsset> {
  const document = await new NodeIO().read(resolve(folder, `${file}.glb`));
  const tracks: AnimationTrack[] = [];
  for (const channel of document.getRoot().listAnimations()[0].listChannels()) {
    const target = channel.getTargetNode()?.getName() ?? '';
    const path = channel.getTargetPath();
    const sampler = channel.getSampler();
    const [times, values] = [sampler?.getInput()?.getArray(), sampler?.getOutput()?.getArray()];
    if (!times || !values || !skeleton.names.includes(target)) continue;
    if (path !== 'rotation' && !(path === 'translation' && target === 'Hips')) continue;
    const interpolation = sampler?.getInterpolation() === 'STEP' ? 'step' : 'linear';
    tracks.push({ target, path, interpolation, times: Float32Array.from(times), values: Float32Array.from(values) });
  }
  const duration = Math.max(...tracks.map(t => t.times[t.times.length - 1]));
  return { name, duration, loop: true, speed: name === 'idle' ? 0 : strideSpeed(skeleton, tracks), tracks };
}

/** Returns the mean speed of the lower foot against the hips over the clip, m/s. The ground must pass below it at this speed. */
function strideSpeed(skeleton: SkeletonAsset, tracks: readonly AnimationTrack[]): number {
  const keys = Math.max(...tracks.map(t => t.times.length));
  const times = tracks.find(t => t.times.length === keys)?.times ?? new Float32Array([0, 1]);
  const feet = ['LeftToeBase', 'RightToeBase'].map(n => skeleton.names.indexOf(n));
  let [sum, count] = [0, 0];
  let before: mat4[] | undefined;
  for (let key = 0; key < keys; key++) {
    const rotations = skeleton.rotations.slice();
    for (const track of tracks) {
      if (track.path !== 'rotation') continue;
      const at = Math.min(key, track.times.length - 1) * 4;
      rotations.set(track.values.slice(at, at + 4), skeleton.names.indexOf(track.target) * 4);
    }
    const world = worldOf(skeleton, rotations, skeleton.translations);
    if (before) {
      const foot = world[feet[0]][13] < world[feet[1]][13] ? feet[0] : feet[1];
      sum += (before[foot][14] - world[foot][14]) / (times[key] - times[key - 1]);
      count++;
    }
    before = world;
  }
  return Math.round((sum / count) * 100) / 100;
}

/** Rotations [x, y, z] by joint, in radians about the figure's own axes (x left, y up, z forward). */
export type PoseTurns = Readonly<Record<string, readonly [number, number, number]>>;
export interface FigurePose {
  readonly turns: PoseTurns;
  /** Position of the hips, metres. */
  readonly hips: Vec3;
}

/** Builds a clip from code: `pose(t)` at 15 keys a second. Joints rotate from the T-pose about the figure's axes. */
export function choreograph(humanoid: Humanoid, name: string, duration: number, pose: (t: number) => FigurePose): AnimationAsset {
  const { skeleton, world } = humanoid;
  const keys = Math.max(2, Math.round(duration * 15) + 1);
  const times = Float32Array.from({ length: keys }, (_, i) => (duration * i) / (keys - 1));
  const poses = Array.from(times, (t, i) => pose(i === keys - 1 ? 0 : t));
  const hips = Float32Array.from(poses.flatMap(p => [...p.hips]));
  const tracks: AnimationTrack[] = [{ target: 'Hips', path: 'translation', interpolation: 'linear', times, values: hips }];
  skeleton.names.forEach((joint, j) => {
    const parent = skeleton.parents[j] < 0 ? quat.create() : mat4.getRotation(quat.create(), world[skeleton.parents[j]]);
    // The rest pose in which the figure was built, in the parent's space.
    const rest = quat.fromValues(
      skeleton.rotations[j * 4],
      skeleton.rotations[j * 4 + 1],
      skeleton.rotations[j * 4 + 2],
      skeleton.rotations[j * 4 + 3],
    );
    const moves = poses.some(p => p.turns[joint]);
    const values = (moves ? poses : poses.slice(0, 1)).flatMap(({ turns }) => {
      const [x, y, z] = turns[joint] ?? [0, 0, 0];
      const turn = quat.create();
      quat.rotateY(turn, turn, y);
      quat.rotateX(turn, turn, x);
      quat.rotateZ(turn, turn, z);
      const local = quat.multiply(quat.create(), quat.invert(quat.create(), parent), turn);
      quat.multiply(local, local, parent);
      quat.multiply(local, local, rest);
      return [...quat.normalize(local, local)];
    });
    tracks.push({
      target: joint,
      path: 'rotation',
      interpolation: 'linear',
      times: moves ? times : times.slice(0, 1),
      values: Float32Array.from(values),
    });
  });
  return { name, duration, loop: true, speed: 0, tracks };
}
