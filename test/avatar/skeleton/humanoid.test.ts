import { describe, expect, it } from 'vitest';
import { decodeSkeleton } from '../../../src/assets/motion/decode-skeleton.ts';
import { boneOf, humanoidOf } from '../../../src/avatar/skeleton/humanoid.ts';
import { CROQUET, KAYKIT, readFigure } from '../figures.ts';

describe('humanoidOf', () => {
  it.each([
    ['Hips', 'hips'],
    ['LeftUpLeg', 'leftUpperLeg'],
    ['RightForeArm', 'rightLowerArm'],
    ['mixamorig:LeftHandPinky2', 'leftLittleIntermediate'],
    ['mixamorig9:Spine1', 'chest'],
    ['upperarm.l', 'leftUpperArm'],
    ['lowerleg.r', 'rightLowerLeg'],
    ['J_Bip_L_UpperArm', 'leftUpperArm'],
    ['Bip01 L Thigh', 'leftUpperLeg'],
    ['Bip01 Pelvis', 'hips'],
    ['LeftUpperLeg', 'leftUpperLeg'],
    ['Cape', undefined],
    ['LeftHips', undefined],
    ['Arm', undefined],
    ['', undefined],
  ])('%s is %s', (name, bone) => {
    expect(boneOf(name)).toBe(bone);
  });

  it('prefers the map that the asset declares', () => {
    const bones = humanoidOf({ names: ['Head', 'Skull', 'Hips'], humanoid: { head: 'Skull', neck: 'nowhere' } });
    expect(bones.get('head')).toBe(1);
    expect(bones.get('hips')).toBe(2);
    expect(bones.has('neck')).toBe(false);
  });

  it('finds every bone of the Croquet humanoid', () => {
    const { names, humanoid } = decodeSkeleton(readFigure(CROQUET[0].path), 'idle.glb');
    const bones = humanoidOf({ names, humanoid });
    expect(bones.size).toBe(22 + 30);
    expect(names[bones.get('leftLowerLeg')!]).toBe('LeftLeg');
  });

  it.skipIf(KAYKIT.length === 0)('finds the limbs of KayKit (../shared/assets)', () => {
    const { names } = decodeSkeleton(readFigure(KAYKIT[0].path), 'Knight.glb');
    const bones = humanoidOf({ names, humanoid: {} });
    for (const bone of [
      'hips',
      'spine',
      'chest',
      'head',
      'leftUpperArm',
      'rightLowerArm',
      'leftHand',
      'rightUpperLeg',
      'leftFoot',
      'leftToes',
    ])
      expect(bones.has(bone), bone).toBe(true);
  });
});
