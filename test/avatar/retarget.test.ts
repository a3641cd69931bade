import { mat4, quat, vec3 } from 'gl-matrix';
import { describe, expect, it } from 'vitest';
import type { AnimationAsset } from '../../src/assets/animation-asset.ts';
import { decodeAnimation } from '../../src/assets/decode-animation.ts';
import { decodeSkeleton } from '../../src/assets/decode-skeleton.ts';
import type { SkeletonAsset } from '../../src/assets/skeleton-asset.ts';
import { compileClip } from '../../src/avatar/clip.ts';
import { humanoidOf } from '../../src/avatar/humanoid.ts';
import { Pose } from '../../src/avatar/pose.ts';
import { canRetarget, retarget } from '../../src/avatar/retarget.ts';
import { createCursor, sampleClip } from '../../src/avatar/sample-clip.ts';
import { Skeleton } from '../../src/avatar/skeleton.ts';
import { worldMatrices } from '../../src/avatar/world-matrices.ts';
import { seededRandom } from '../../src/core/random.ts';
import { CROQUET, KAYKIT, readFigure } from './figures.ts';
import { chain } from './make-figure.ts';

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
  worldMatrices(skeleton.parents, pose, world);
  return world;
}

const positionOf = (world: Float32Array, joint: number) => [...world.subarray(joint * 16 + 12, joint * 16 + 15)];
const rotationOf = (world: Float32Array, joint: number) =>
  mat4.getRotation(quat.create(), world.subarray(joint * 16, joint * 16 + 16));

/** The same figure, `size` times as large, with joints of other names whose own axes point anywhere. */
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
  it('to the same skeleton changes nothing', () => {
    const same = retarget(walking, croquet, croquet);
    for (const t of [0, 0.3, 0.8]) {
      const before = worldAt(walking, croquet, t);
      const after = worldAt(same, croquet, t);
      for (const joint of humanoidOf(croquet).values())
        expect(vec3.distance(positionOf(before, joint) as vec3, positionOf(after, joint) as vec3)).toBeLessThan(0.002);
    }
  });

  it('to a figure twice as large, with other names and other axes: the same motion, twice as large', () => {
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

  it('leaves out what the target lacks and does not touch the original', () => {
    const target = { ...chain('pelvis', 'Bip01 Spine', 'Bip01 Head'), humanoid: { hips: 'pelvis' } };
    const before = JSON.stringify(walking.tracks[5].values);
    const result = retarget(walking, croquet, target);
    expect(new Set(result.tracks.map(t => t.target))).toEqual(new Set(['pelvis', 'Bip01 Spine', 'Bip01 Head']));
    expect(JSON.stringify(walking.tracks[5].values)).toBe(before);
    expect(canRetarget(croquet, target)).toBe(true);
    expect(canRetarget(croquet, chain('lamp', 'shade'))).toBe(false);
    expect(retarget(walking, croquet, chain('lamp', 'shade')).tracks).toEqual([]);
  });

  it.skipIf(KAYKIT.length === 0)('walks a KayKit character on captured motion (../shared/assets)', () => {
    const knight = decodeSkeleton(readFigure(KAYKIT[0].path), 'Knight.glb');
    expect(canRetarget(croquet, knight)).toBe(true);
    const result = retarget(walking, croquet, knight);
    const from = humanoidOf(croquet);
    const to = humanoidOf(knight);
    const rest = { from: worldAt(undefined, croquet, 0), to: worldAt(undefined, knight, 0) };
    const feet = ['leftFoot', 'rightFoot'].map(b => to.get(b)!);
    const floor = positionOf(rest.to, feet[0])[1];
    const forward: number[] = [];
    for (let t = 0; t < walking.duration; t += 0.05) {
      const source = worldAt(walking, croquet, t);
      const target = worldAt(result, knight, t);
      // The legs hang on the hips without a joint between in both: they turn exactly alike, in the space of the figure.
      for (const bone of ['hips', 'leftUpperLeg', 'leftLowerLeg', 'rightLowerLeg']) {
        const turn = (now: Float32Array, still: Float32Array, joint: number) =>
          quat.multiply(quat.create(), rotationOf(now, joint), quat.invert(quat.create(), rotationOf(still, joint)));
        const a = turn(source, rest.from, from.get(bone)!);
        const b = turn(target, rest.to, to.get(bone)!);
        expect(Math.abs(quat.dot(a, b)), `${bone} at ${t}`).toBeGreaterThan(0.9999); // 1.6 degrees
      }
      const lowest = Math.min(...feet.map(f => positionOf(target, f)[1]));
      expect(Math.abs(lowest - floor)).toBeLessThan(0.15);
      forward.push(positionOf(target, feet[0])[2] - positionOf(target, feet[1])[2]);
    }
    // The feet pass each other.
    expect(Math.max(...forward)).toBeGreaterThan(0.1);
    expect(Math.min(...forward)).toBeLessThan(-0.1);
  });
});
