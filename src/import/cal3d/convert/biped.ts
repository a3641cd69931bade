// Bone names of 3ds Max's Character Studio, which nearly all Cal3D models use: "Bip01 L UpperArm", "Cally L UpperArm".
const CENTRE: Readonly<Record<string, string>> = {
  Pelvis: 'hips',
  Spine: 'spine',
  Spine1: 'chest',
  Spine2: 'upperChest',
  Neck: 'neck',
  Head: 'head',
};
const SIDES: Readonly<Record<string, string>> = {
  Clavicle: 'Shoulder',
  UpperArm: 'UpperArm',
  Forearm: 'LowerArm',
  Hand: 'Hand',
  Thigh: 'UpperLeg',
  Calf: 'LowerLeg',
  Foot: 'Foot',
  Toe0: 'Toes',
};
const FINGERS = ['Thumb', 'Index', 'Middle', 'Ring', 'Little'];
const THUMB = ['Metacarpal', 'Proximal', 'Distal'];
const FINGER = ['Proximal', 'Intermediate', 'Distal'];

/** Returns VRM 1's name of a Biped bone: `vrmBone('Bip01 L Finger01') // 'leftThumbProximal'`; undefined for any other bone. */
export function vrmBone(name: string): string | undefined {
  const parts = /^\S+[ _](?:([LR])[ _])?(\w+)$/.exec(name);
  if (!parts) return undefined;
  const [, side, bone] = parts;
  if (!side) return Object.hasOwn(CENTRE, bone) ? CENTRE[bone] : undefined;
  const prefix = side === 'L' ? 'left' : 'right';
  if (Object.hasOwn(SIDES, bone)) return prefix + SIDES[bone];
  const finger = /^Finger([0-4])([12]?)$/.exec(bone);
  if (!finger) return undefined;
  const digit = Number(finger[1]);
  return prefix + FINGERS[digit] + (digit === 0 ? THUMB : FINGER)[Number(finger[2] || 0)];
}
