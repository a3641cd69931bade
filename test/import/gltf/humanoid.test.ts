import { describe, expect, it } from 'vitest';
import { humanoidByNames } from '../../../src/import/gltf/figures/humanoid-by-names.ts';

const BONES = [
  'hips spine chest neck head',
  'leftShoulder leftUpperArm leftLowerArm leftHand leftUpperLeg leftLowerLeg leftFoot leftToes',
  'rightShoulder rightUpperArm rightLowerArm rightHand rightUpperLeg rightLowerLeg rightFoot rightToes',
].flatMap(line => line.split(' '));

/** Names of the same twenty-one bones, in the same order, as tools write them. */
const RIGS: Record<string, string> = {
  Mixamo: `Hips Spine Spine1 Neck Head
    LeftShoulder LeftArm LeftForeArm LeftHand LeftUpLeg LeftLeg LeftFoot LeftToeBase
    RightShoulder RightArm RightForeArm RightHand RightUpLeg RightLeg RightFoot RightToeBase`.replace(
    /\b(?=[A-Z])/g,
    'mixamorig:',
  ),
  'Ready Player Me': `Hips Spine Spine1 Neck Head
    LeftShoulder LeftArm LeftForeArm LeftHand LeftUpLeg LeftLeg LeftFoot LeftToeBase
    RightShoulder RightArm RightForeArm RightHand RightUpLeg RightLeg RightFoot RightToeBase`,
  Unreal: `pelvis spine_01 spine_02 neck_01 head
    clavicle_l upperarm_l lowerarm_l hand_l thigh_l calf_l foot_l ball_l
    clavicle_r upperarm_r lowerarm_r hand_r thigh_r calf_r foot_r ball_r`,
  Rigify: `DEF-hips DEF-spine DEF-chest DEF-neck DEF-head
    DEF-shoulder.L DEF-upper_arm.L DEF-forearm.L DEF-hand.L DEF-thigh.L DEF-shin.L DEF-foot.L DEF-toe.L
    DEF-shoulder.R DEF-upper_arm.R DEF-forearm.R DEF-hand.R DEF-thigh.R DEF-shin.R DEF-foot.R DEF-toe.R`,
  Biped: `Bip001_Pelvis Bip001_Spine Bip001_Spine1 Bip001_Neck Bip001_Head
    Bip001_L_Clavicle Bip001_L_UpperArm Bip001_L_Forearm Bip001_L_Hand Bip001_L_Thigh Bip001_L_Calf Bip001_L_Foot Bip001_L_Toe0
    Bip001_R_Clavicle Bip001_R_UpperArm Bip001_R_Forearm Bip001_R_Hand Bip001_R_Thigh Bip001_R_Calf Bip001_R_Foot Bip001_R_Toe0`,
  'Blender, by hand': `hips spine chest neck head
    shoulder.L upper_arm.L lower_arm.L hand.L upper_leg.L lower_leg.L foot.L toes.L
    shoulder.R upper_arm.R lower_arm.R hand.R upper_leg.R lower_leg.R foot.R toes.R`,
  VRoid: `J_Bip_C_Hips J_Bip_C_Spine J_Bip_C_Chest J_Bip_C_Neck J_Bip_C_Head
    J_Bip_L_Shoulder J_Bip_L_UpperArm J_Bip_L_LowerArm J_Bip_L_Hand J_Bip_L_UpperLeg J_Bip_L_LowerLeg J_Bip_L_Foot J_Bip_L_ToeBase
    J_Bip_R_Shoulder J_Bip_R_UpperArm J_Bip_R_LowerArm J_Bip_R_Hand J_Bip_R_UpperLeg J_Bip_R_LowerLeg J_Bip_R_Foot J_Bip_R_ToeBase`,
};

describe('bones by the names of joints', () => {
  it.each(Object.keys(RIGS))('%s', rig => {
    const names = RIGS[rig].trim().split(/\s+/);
    expect(names).toHaveLength(BONES.length);
    expect(humanoidByNames(names)).toEqual(Object.fromEntries(BONES.map((bone, i) => [bone, names[i]])));
  });

  it('include the spine bones of Rigify', () => {
    const names = Array.from({ length: 7 }, (_, i) => (i === 0 ? 'DEF-spine' : `DEF-spine.00${i}`));
    expect(humanoidByNames(names)).toEqual({
      hips: 'DEF-spine',
      spine: 'DEF-spine.001',
      chest: 'DEF-spine.002',
      upperChest: 'DEF-spine.003',
      neck: 'DEF-spine.004',
      head: 'DEF-spine.006',
    });
  });

  it('include numbered spines', () => {
    expect(humanoidByNames(['Hips', 'Spine1', 'Spine2', 'Spine3', 'Head'])).toMatchObject({
      spine: 'Spine1',
      chest: 'Spine2',
      upperChest: 'Spine3',
    });
  });

  it('exclude helpers of a rig', () => {
    const names = [...RIGS.Rigify.trim().split(/\s+/), 'MCH-hips', 'ORG-head', 'IK-foot.L', 'hips', 'root'];
    expect(humanoidByNames(names).hips).toBe('DEF-hips');
    expect(humanoidByNames(names).leftFoot).toBe('DEF-foot.L');
  });

  it('do not exist in other models', () => {
    expect(humanoidByNames(['wheel.L', 'wheel.R', 'body', 'head'])).toEqual({});
    expect(humanoidByNames([])).toEqual({});
  });
});
