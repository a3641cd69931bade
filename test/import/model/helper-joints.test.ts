import { describe, expect, it } from 'vitest';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import type { AnimationAsset } from '../../../src/assets/motion/animation-asset.ts';
import { withoutHelpers } from '../../../src/import/model/helper-joints.ts';
import type { SourceAvatar } from '../../../src/import/model/source-model.ts';

const NAMES = [
  'root',
  'hips',
  'handIK.l',
  'control-foot',
  'foot',
  'poleVector',
  'kneePole',
  'handslot.r',
  'IK_carried',
  'sIKh',
  'ikLeg',
  'fishing_pole',
  'Elbow_Pole.L',
  'hand_CTRL',
];
const PARENTS = [-1, 0, 0, 0, 3, 0, 0, 1, 0, 0, 0, 0, 0, 0];

const avatar = (weighted: string): SourceAvatar => ({
  name: 'someone',
  skeleton: {
    names: NAMES,
    parents: Int16Array.from(PARENTS),
    translations: new Float32Array(NAMES.length * 3),
    rotations: Float32Array.from(NAMES.flatMap(() => [0, 0, 0, 1])),
    scales: new Float32Array(NAMES.length * 3).fill(1),
    humanoid: { hips: 'hips' },
  },
  clips: [],
  outfit: [
    {
      product: {
        name: 'body',
        textures: [],
        skin: { joints: ['hips', weighted], inverseBind: new Float32Array(32) },
        parts: [
          {
            material: plainMaterial({ name: 'skin' }),
            positions: new Float32Array(3),
            normals: new Float32Array(3),
            index: new Uint32Array(0),
            joints: Uint16Array.of(0, 1, 0, 0),
            weights: Float32Array.of(0.5, 0.5, 0, 0),
          },
        ],
      },
    },
  ],
});

const clip: AnimationAsset = {
  name: 'walk',
  duration: 1,
  loop: true,
  speed: 0,
  tracks: NAMES.map(target => ({
    target,
    path: 'rotation',
    interpolation: 'linear',
    times: Float32Array.of(0),
    values: Float32Array.of(0, 0, 0, 1),
  })),
};

describe('clips without helper joints', () => {
  it('lack the tracks of IK targets, poles and control handles that move no vertex', () => {
    const [{ tracks }] = withoutHelpers([clip], avatar('IK_carried'));
    // A control handle with a foot below it moves the foot. Hand slots and a fishing pole carry what a room hangs on them.
    expect(tracks.map(t => t.target)).toEqual(['root', 'hips', 'control-foot', 'foot', 'handslot.r', 'IK_carried', 'sIKh', 'ikLeg', 'fishing_pole']); // biome-ignore format: one line
  });
});
