import { describe, expect, it } from 'vitest';
import type { MaterialDescription } from '../../../src/assets/meshes/mesh-asset.ts';
import { FormatError } from '../../../src/core/errors.ts';
import type { Cal3dSubmesh } from '../../../src/import/cal3d/cal3d-file.ts';
import { convertClip, convertMorphClip } from '../../../src/import/cal3d/convert/convert-clip.ts';
import { chooseMaps, convertMaterial } from '../../../src/import/cal3d/convert/convert-material.ts';
import { convertSubmesh } from '../../../src/import/cal3d/convert/convert-mesh.ts';
import { convertSkeleton } from '../../../src/import/cal3d/convert/convert-skeleton.ts';
import type { SourceAvatar } from '../../../src/import/model/source-model.ts';
import { poseSource } from './pose-source.ts';
import * as sample from './sample.ts';
import { poseAt, skin } from './skinning.ts';

const ignore = () => {};
const UNIT = 0.01;
const plain = convertMaterial('m', undefined, undefined, undefined, false, ignore).description;

function convertSample(submesh: Cal3dSubmesh = sample.mesh.submeshes[0], warn: (m: string) => void = ignore) {
  const skeleton = convertSkeleton(sample.skeleton, UNIT, warn);
  const part = convertSubmesh(
    submesh,
    skeleton,
    plain as MaterialDescription,
    UNIT,
    { url: 'sample.cmf', at: 'submesh 0' },
    warn,
  );
  const clip = convertClip(sample.animation, 'clip', sample.skeleton, skeleton, UNIT, warn);
  const avatar: SourceAvatar = {
    name: 'sample',
    skeleton: skeleton.asset,
    clips: [clip],
    outfit: [
      {
        product: {
          name: 'sample',
          parts: [part],
          skin: { joints: skeleton.asset.names, inverseBind: skeleton.inverseBind },
          textures: [],
        },
      },
    ],
  };
  return { skeleton, part, clip, avatar };
}

describe('skeleton', () => {
  it('lists parents first whatever the order of the file', () => {
    const { asset, jointOf } = convertSample().skeleton;
    expect(asset.names).toEqual(['Root', 'Spine', 'Arm']);
    expect([...asset.parents]).toEqual([-1, 0, 1]);
    expect(jointOf).toEqual([2, 0, 1]);
  });

  it('rejects a cycle of parents', () => {
    const bones = sample.skeleton.bones.map((b, i) => ({ ...b, parent: [1, 2, 0][i] }));
    expect(() => convertSkeleton({ url: 'a.csf', bones }, 1, ignore)).toThrow(/circle at bone 0.*a\.csf/);
  });

  it('gives every joint a unique name, with a warning', () => {
    const warnings: string[] = [];
    const bones = sample.skeleton.bones.map(b => ({ ...b, name: b.parent < 0 ? '' : 'Arm' }));
    expect(convertSkeleton({ url: 'a.csf', bones }, 1, w => warnings.push(w)).asset.names).toEqual(['bone 0', 'Arm', 'Arm 2']);
    expect(warnings).toHaveLength(2);
  });

  it('recognises the bones of a Biped', () => {
    const bones = ['Bip01 Pelvis', 'Bip01 L UpperArm', 'Bip01 R Finger12', 'Bip01 toString'].map((name, i) => ({
      ...sample.skeleton.bones[1],
      name,
      parent: i - 1,
    }));
    expect(convertSkeleton({ url: 'a.csf', bones }, 1, ignore).asset.humanoid).toEqual({
      hips: 'Bip01 Pelvis',
      leftUpperArm: 'Bip01 L UpperArm',
      rightIndexDistal: 'Bip01 R Finger12',
    });
  });
});

describe('mesh', () => {
  it.each([undefined, 0, 1])('matches reference skinning in doubles (key %s)', key => {
    const { avatar, clip } = convertSample();
    const pose = poseAt(sample.skeleton, key === undefined ? undefined : sample.animation, key ?? 0);
    const expected = skin(sample.skeleton, sample.mesh, pose)[0].positions;
    const got = poseSource(avatar, key === undefined ? undefined : clip, [0, 0.5][key ?? 0])[0].positions;
    // Vertex 2 has five weights: the least, a sixteenth each, make way; vertex 3 has none. Both are tested on their own.
    for (const i of [0, 3]) {
      expect(got[i]).toBeCloseTo(expected[i] * UNIT, 5);
      expect(got[i + 1]).toBeCloseTo(expected[i + 2] * UNIT, 5);
      expect(got[i + 2]).toBeCloseTo(-expected[i + 1] * UNIT, 5);
    }
  });

  it('keeps the four largest weights, merges a repeated bone, sum 1', () => {
    const { part } = convertSample();
    // 1/8 + 1/16 on the arm, 1/4 + 1/16 on the root, 1/2 on the spine.
    expect([...part.weights!.subarray(8, 12)].map(w => +w.toFixed(4))).toEqual([0.5, 0.3125, 0.1875, 0]);
    expect([...part.joints!.subarray(8, 11)]).toEqual([1, 0, 2]);
    const bones = [0, 1, 2, 3, 4, 5].map(i => ({ ...sample.skeleton.bones[1], name: `b${i}`, parent: i - 1 }));
    const skeleton = convertSkeleton({ url: 'a', bones }, 1, ignore);
    const many = {
      ...sample.mesh.submeshes[0],
      influenceStart: Uint32Array.of(0, 6, 6, 6, 6),
      influenceBones: [0, 1, 2, 3, 4, 5],
      influenceWeights: [0.1, 0.2, 0.1, 0.3, 0.2, 0.1],
    };
    const warnings: string[] = [];
    const pruned = convertSubmesh(many, skeleton, plain, 1, { url: 'a', at: 's' }, w => warnings.push(w));
    expect([...pruned.joints!.subarray(0, 4)]).toEqual([3, 1, 4, 0]);
    expect([...pruned.weights!.subarray(0, 4)].reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    expect(warnings).toEqual([
      expect.stringMatching(/the smallest weights of 1 vertex are dropped: at most 4/),
      expect.stringMatching(/the root moves 3 vertices without weights/),
    ]);
  });

  it('flips faces that are wound against their normals, and normalizes normals', () => {
    const { part } = convertSample();
    // In the file 0, 1, 2 winds against -y; seen from the front it is counter-clockwise.
    expect([...part.index]).toEqual([0, 1, 2, 1, 3, 2]);
    const turned = convertSample({ ...sample.mesh.submeshes[0], index: Uint32Array.of(0, 2, 1, 1, 2, 3) }).part;
    expect([...turned.index]).toEqual([...part.index]);
    for (let v = 0; v < 4; v++) expect(Math.hypot(...part.normals.subarray(3 * v, 3 * v + 3))).toBeCloseTo(1, 6);
  });

  it('converts colours to linear and morph targets to deltas', () => {
    const { part } = convertSample();
    expect([...part.colors!.subarray(4, 8)].map(c => +c.toFixed(3))).toEqual([0.214, 0.051, 0, 1]);
    const [smile] = part.morphTargets!;
    expect([...smile.positions.subarray(3, 6)].map(c => +c.toFixed(5))).toEqual([0.01, 0, 0]);
    expect([...smile.positions.subarray(9, 12)].map(c => +c.toFixed(5))).toEqual([0, 0.02, 0]);
    expect([...smile.positions.subarray(0, 3)]).toEqual([0, 0, 0]);
  });

  it('rejects a missing bone and names the vertex', () => {
    expect(() => convertSample({ ...sample.mesh.submeshes[0], influenceBones: [1, 1, 9, 0, 1, 2, 0, 1] })).toThrow(
      /none of the 3.*submesh 0, vertex 1, got 9/,
    );
  });
});

describe('clip', () => {
  it('ends at its duration: with the first pose if it loops, else with the last', () => {
    const { clip } = convertSample();
    const root = clip.tracks.find(t => t.target === 'Root' && t.path === 'rotation')!;
    expect([...root.times]).toEqual([0, 0.5, 1]);
    expect(clip.loop).toBe(true); // two keys: the way back is as far as the one step
    const dot = [...root.values.subarray(0, 4)].reduce((sum, v, k) => sum + v * root.values[8 + k], 0);
    expect(Math.abs(dot)).toBeCloseTo(1, 6);
  });

  it('omits translations that equal the skeleton’s', () => {
    const { clip } = convertSample();
    expect(clip.tracks.filter(t => t.path === 'translation').map(t => t.target)).toEqual(['Root']);
  });

  it('sorts keys, drops duplicates and keys after the end', () => {
    const { skeleton } = convertSample();
    const warnings: string[] = [];
    const track = {
      ...sample.animation.tracks[0],
      times: [0.5, 0, 0.5, 2],
      translations: Array(12).fill(NaN),
      rotations: Array(4).fill([0, 0, 0, 1]).flat(),
    };
    const clip = convertClip({ url: 'a', duration: 1, tracks: [track] }, 'c', sample.skeleton, skeleton, UNIT, w =>
      warnings.push(w),
    );
    expect([...clip.tracks[0].times]).toEqual([0, 0.5, 1]);
    expect(clip.tracks).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });

  it.each([
    ['a bone that is not there', { bone: 3 }],
    ['a key before 0', { times: [-1, 0.5] }],
    ['a rotation of length 0', { rotations: [0, 0, 0, 0, 0, 0, 0, 1] }],
  ])('refuses %s', (_, change) => {
    const { skeleton } = convertSample();
    const animation = { ...sample.animation, tracks: [{ ...sample.animation.tracks[0], ...change }] };
    expect(() => convertClip(animation, 'c', sample.skeleton, skeleton, UNIT, ignore)).toThrow(FormatError);
  });

  it('animates morph targets', () => {
    const clip = convertMorphClip(sample.morphAnimation, 'smile');
    expect(clip.tracks[0]).toMatchObject({ target: 'smile', path: 'weight' });
    expect([...clip.tracks[0].values]).toEqual([0, 1, 1]);
    expect([...clip.tracks[0].times]).toEqual([0, 0.5, 1]);
  });
});

describe('material', () => {
  const picture = (alpha: number) => ({ width: 2, height: 1, rgba: Uint8Array.of(10, 20, 30, alpha, 40, 50, 60, 255) });

  it('uses its diffuse colour without a texture, white with one', () => {
    expect(convertMaterial('m', sample.material, undefined, undefined, false, ignore).description.baseColor[0]).toBeCloseTo(
      0.8714,
      3,
    );
    expect(convertMaterial('m', sample.material, picture(255), undefined, false, ignore).description.baseColor).toEqual([
      1, 1, 1, 1,
    ]);
  });

  it('uses the brightness of an opacity map of the same size as alpha', () => {
    const mask = { width: 2, height: 1, rgba: Uint8Array.of(0, 0, 0, 255, 255, 255, 255, 255) };
    const { description, texture } = convertMaterial('m', sample.material, picture(255), mask, false, ignore);
    expect([texture!.rgba[3], texture!.rgba[7], description.alphaMode, description.doubleSided]).toEqual([0, 255, 'mask', true]);
    const warnings: string[] = [];
    const big = { width: 1, height: 1, rgba: new Uint8Array(4) };
    expect(convertMaterial('m', sample.material, picture(255), big, false, w => warnings.push(w)).description.alphaMode).toBe(
      'opaque',
    );
    expect(warnings).toHaveLength(1);
  });

  it('distinguishes maps by type and by name', () => {
    const warn: string[] = [];
    const maps = [
      { file: 'bump.png', type: 'Bump' },
      { file: 'skin.png', type: 'Diffuse Color' },
      { file: 'cut.png', type: 'Opacity' },
    ];
    expect(chooseMaps({ ...sample.material, maps }, w => warn.push(w))).toEqual({ color: 'skin.png', opacity: 'cut.png' });
    expect(warn).toEqual([expect.stringContaining('bump.png')]);
  });
});
