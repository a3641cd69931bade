import { mat4, quat, vec3 } from 'gl-matrix';
import { describe, expect, it } from 'vitest';
import type { AnimationAsset } from '../../../src/assets/motion/animation-asset.ts';
import { decodeAnimation } from '../../../src/assets/motion/decode-animation.ts';
import { decodeSkeleton } from '../../../src/assets/motion/decode-skeleton.ts';
import type { SkeletonAsset } from '../../../src/assets/motion/skeleton-asset.ts';
import { compileClip } from '../../../src/avatar/clips/clip.ts';
import { retarget } from '../../../src/avatar/clips/retarget.ts';
import { createCursor, sampleClip } from '../../../src/avatar/clips/sample-clip.ts';
import { humanoidOf } from '../../../src/avatar/skeleton/humanoid.ts';
import { canRetarget } from '../../../src/avatar/skeleton/match-bones.ts';
import { Pose } from '../../../src/avatar/skeleton/pose.ts';
import { Skeleton } from '../../../src/avatar/skeleton/skeleton.ts';
import { allJoints } from '../../../src/avatar/skeleton/used-joints.ts';
import { worldMatrices } from '../../../src/avatar/skeleton/world-matrices.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { animationNames, CROQUET, KAYKIT, readFigure, withAnimationFirst } from '../figures.ts';
import { chain } from '../make-figure.ts';
import { makeHumanoid, mixamoName, vrmName } from '../make-humanoid.ts';

const file = readFigure(CROQUET[1].path);
const croquet = decodeSkeleton(file, 'walking.glb');
const walking = { ...decodeAnimation(file, 'walking.glb'), speed: 1.5 };

function worldAt(animation: AnimationAsset | undefined, asset: SkeletonAsset, seconds: number): Float32Array {
  const skeleton = new Skeleton(asset);
  const pose = new Pose(skeleton.jointCount).copy(skeleton.rest);
  if (animation) {
    const clip = compileClip(animation, skeleton);
    sampleClip(clip, seconds, createCursor(clip), pose);
  }
  const world = new Float32Array(skeleton.jointCount * 16);
  worldMatrices(skeleton.parents, pose, world, allJoints(skeleton.parents));
  return world;
}

const positionOf = (world: Float32Array, joint: number) => [...world.subarray(joint * 16 + 12, joint * 16 + 15)];
const rotationOf = (world: Float32Array, joint: number) =>
  mat4.getRotation(quat.create(), world.subarray(joint * 16, joint * 16 + 16));

/** Returns the same figure, `size` times as large, with other joint names and random joint axes. */
function disguised(asset: SkeletonAsset, size: number, rename: (name: string) => string): SkeletonAsset {
  const random = seededRandom(9);
  const rest = worldAt(undefined, asset, 0);
  const worlds = asset.names.map((_, joint) => {
    const turn = quat.normalize(quat.create(), [random() - 0.5, random() - 0.5, random() - 0.5, random() - 0.5]);
    const position = vec3.scale(vec3.create(), positionOf(rest, joint) as vec3, size);
    return mat4.fromRotationTranslation(mat4.create(), quat.multiply(turn, turn, rotationOf(rest, joint)), position);
  });
  const translations = new Float32Array(asset.translations.length);
  const rotations = new Float32Array(asset.rotations.length);
  asset.parents.forEach((parent, joint) => {
    const local =
      parent < 0 ? worlds[joint] : mat4.multiply(mat4.create(), mat4.invert(mat4.create(), worlds[parent])!, worlds[joint]);
    translations.set(mat4.getTranslation(vec3.create(), local), joint * 3);
    rotations.set(mat4.getRotation(quat.create(), local), joint * 4);
  });
  return {
    ...asset,
    names: asset.names.map(rename),
    translations,
    rotations,
    scales: new Float32Array(asset.scales.length).fill(1),
    humanoid: {},
  };
}

describe('retargeting', () => {
  it('changes nothing on the same skeleton', () => {
    const same = retarget(walking, croquet, croquet);
    for (const t of [0, 0.3, 0.8]) {
      const before = worldAt(walking, croquet, t);
      const after = worldAt(same, croquet, t);
      for (const joint of humanoidOf(croquet).values())
        expect(vec3.distance(positionOf(before, joint) as vec3, positionOf(after, joint) as vec3)).toBeLessThan(0.002);
    }
  });

  it('doubles the motion on a figure of twice the size with other names and axes', () => {
    const target = disguised(croquet, 2, name => `mixamorig:${name}`);
    const result = retarget(walking, croquet, target);
    expect(result.speed).toBeCloseTo(3);
    for (const t of [0, 0.3, 0.8]) {
      const before = worldAt(walking, croquet, t);
      const after = worldAt(result, target, t);
      for (const joint of humanoidOf(croquet).values()) {
        const wanted = vec3.scale(vec3.create(), positionOf(before, joint) as vec3, 2);
        expect(vec3.distance(wanted, positionOf(after, joint) as vec3)).toBeLessThan(0.006);
      }
    }
  });

  it('omits joints that the target lacks and does not change the original', () => {
    const target = { ...chain('pelvis', 'Bip01 Spine', 'Bip01 Head'), humanoid: { hips: 'pelvis' } };
    const before = JSON.stringify(walking.tracks[5].values);
    const result = retarget(walking, croquet, target);
    expect(new Set(result.tracks.map(t => t.target))).toEqual(new Set(['pelvis', 'Bip01 Spine', 'Bip01 Head']));
    expect(JSON.stringify(walking.tracks[5].values)).toBe(before);
    expect(canRetarget(croquet, target)).toBe(true);
    expect(canRetarget(croquet, chain('lamp', 'shade'))).toBe(false);
    expect(retarget(walking, croquet, chain('lamp', 'shade')).tracks).toEqual([]);
  });

  const LIMBS = ['left', 'right'].flatMap(side => [
    [`${side}UpperArm`, `${side}LowerArm`],
    [`${side}LowerArm`, `${side}Hand`],
    [`${side}UpperLeg`, `${side}LowerLeg`],
    [`${side}LowerLeg`, `${side}Foot`],
  ]);
  const SOLES = ['leftFoot', 'rightFoot', 'leftToes', 'rightToes'];

  /** Checks at 20 moments that limbs point like the source's and soles have the same height over the floor. */
  function expectAlike(clip: AnimationAsset, source: SkeletonAsset, target: SkeletonAsset, name: string): void {
    expect(canRetarget(source, target)).toBe(true);
    const result = retarget(clip, source, target);
    const [from, to] = [humanoidOf(source), humanoidOf(target)];
    const [restFrom, restTo] = [worldAt(undefined, source, 0), worldAt(undefined, target, 0)];
    const at = (world: Float32Array, joint: number) => positionOf(world, joint) as vec3;
    const leg = (world: Float32Array, bones: typeof from) => {
      const [hip, knee, foot] = ['leftUpperLeg', 'leftLowerLeg', 'leftFoot'].map(b => at(world, bones.get(b)!));
      return vec3.distance(hip, knee) + vec3.distance(knee, foot);
    };
    const size = leg(restTo, to) / leg(restFrom, from);
    const soles = SOLES.filter(b => from.has(b) && to.has(b));
    const lowest = (now: Float32Array, rest: Float32Array, bones: typeof from) =>
      Math.min(...soles.map(b => at(now, bones.get(b)!)[1] - at(rest, bones.get(b)!)[1]));
    for (let i = 0; i < 20; i++) {
      const seconds = (clip.duration * (i + 0.37)) / 20;
      const before = worldAt({ ...clip, loop: false }, source, seconds);
      const after = worldAt({ ...result, loop: false }, target, seconds);
      for (const [bone, tip] of LIMBS) {
        const way = (world: Float32Array, bones: typeof from) =>
          vec3.subtract(vec3.create(), at(world, bones.get(tip)!), at(world, bones.get(bone)!));
        const degrees = (vec3.angle(way(before, from), way(after, to)) * 180) / Math.PI;
        expect(degrees, `${name}: ${bone} at ${seconds}`).toBeLessThan(2);
      }
      const over = lowest(after, restTo, to);
      expect(over, `${name}: soles at ${seconds}`).toBeGreaterThan(Math.min(0, lowest(before, restFrom, from) * size) - 0.02);
      expect(Math.abs(over - lowest(before, restFrom, from) * size), `${name}: soles at ${seconds}`).toBeLessThan(0.02);
    }
    expect(result.speed).toBeCloseTo(clip.speed * size, 4);
  }

  const tall = { hips: 1.02, thigh: 0.46, shin: 0.44, spine: 0.5, upperArm: 0.3, forearm: 0.27, foot: 0.14 };
  const short = { hips: 0.5, thigh: 0.2, shin: 0.2, spine: 0.5, upperArm: 0.14, forearm: 0.2, foot: 0.1 };
  const figures: [string, SkeletonAsset][] = [
    ['Mixamo, T', makeHumanoid(mixamoName, { ...tall, armsDown: 0, legsApart: 0 }, { scale: 0.01 })],
    ['Mixamo, A, axes anywhere', makeHumanoid(mixamoName, { ...tall, armsDown: 50, legsApart: 6 }, { axes: 3, scale: 0.01 })],
    ['VRM, T, axes anywhere', makeHumanoid(vrmName, { ...short, armsDown: 0, legsApart: 2 }, { axes: 5 })],
    ['VRM, A', makeHumanoid(vrmName, { ...short, armsDown: 45, legsApart: 8 })],
    [
      'VRM without chest and shoulders',
      makeHumanoid(bone => (/[cC]hest|Shoulder/.test(bone) ? undefined : vrmName(bone)), { ...tall, armsDown: 30, legsApart: 4 }),
    ],
  ];

  it.each(figures)('transfers captured walking to a figure of other proportions and another rest pose: %s', (name, target) => {
    expectAlike(walking, croquet, target, name);
  });

  it('transfers clips between a figure without a chest and a complete one, both ways', () => {
    const [, whole] = figures[1];
    const [, lean] = figures[4];
    expectAlike(retarget(walking, croquet, lean), lean, whole, 'lean to whole');
    expectAlike(retarget(walking, croquet, whole), whole, lean, 'whole to lean');
  });

  it.skipIf(KAYKIT.length === 0)('makes a KayKit character walk on captured motion (../shared/assets)', () => {
    const knight = decodeSkeleton(readFigure(KAYKIT[0].path), 'Knight.glb');
    expectAlike(walking, croquet, knight, 'Knight');
    const world = (seconds: number) => worldAt(retarget(walking, croquet, knight), knight, seconds);
    const feet = ['leftFoot', 'rightFoot'].map(b => humanoidOf(knight).get(b)!);
    const apart = [0, 0.2, 0.4, 0.6, 0.8, 1].map(part => {
      const [left, right] = feet.map(foot => positionOf(world(part * walking.duration), foot)[2]);
      return left - right;
    });
    // The feet pass each other.
    expect(Math.max(...apart)).toBeGreaterThan(0.1);
    expect(Math.min(...apart)).toBeLessThan(-0.1);
  });

  it.skipIf(KAYKIT.length === 0)('transfers clips of KayKit to all these figures (../shared/assets)', () => {
    const file = readFigure(KAYKIT[0].path);
    const knight = decodeSkeleton(file, 'Knight.glb');
    for (const name of ['Walking_A', 'Sit_Chair_Idle', 'Jump_Full_Short', 'Lie_Idle']) {
      const one = withAnimationFirst(file, animationNames(file).indexOf(name));
      const clip = decodeAnimation(one!.bytes, name);
      for (const [figure, target] of figures) expectAlike(clip, knight, target, `${figure}, ${name}`);
    }
  });
});
