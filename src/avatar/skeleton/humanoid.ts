/** Finds the VRM 1 humanoid bones of a skeleton. */

import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';

/** The bones of the VRM 1 humanoid that Foyer moves. Fingers are named `leftIndexProximal` and so on. */
export const BONES = [
  'hips',
  'spine',
  'chest',
  'upperChest',
  'neck',
  'head',
  ...sides('Shoulder', 'UpperArm', 'LowerArm', 'Hand', 'UpperLeg', 'LowerLeg', 'Foot', 'Toes'),
  ...sides('ThumbMetacarpal', 'ThumbProximal', 'ThumbDistal'),
  ...['Index', 'Middle', 'Ring', 'Little'].flatMap(f => sides(`${f}Proximal`, `${f}Intermediate`, `${f}Distal`)),
] as const;

/** Maps a VRM 1 bone name to the index of its joint. */
export type Humanoid = ReadonlyMap<string, number>;

function sides(...bones: string[]): string[] {
  return bones.flatMap(bone => [`left${bone}`, `right${bone}`]);
}

/**
 * Other names of the bones, in lower case, without prefix, separators and side.
 * Mixamo and Croquet use `LeftUpLeg`. KayKit uses `upperleg.l`.
 * Unity and VRM 0 use `LeftUpperLeg` and `J_Bip_L_UpperLeg`. Biped and Cal3D use `Bip01 L Thigh`.
 */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  hips: ['hips', 'hip', 'pelvis'],
  spine: ['spine', 'spine0'],
  chest: ['chest', 'spine1'],
  upperChest: ['upperchest', 'spine2', 'chest1'],
  neck: ['neck', 'neck1'],
  head: ['head'],
  Shoulder: ['shoulder', 'clavicle', 'collar'],
  UpperArm: ['arm', 'upperarm'],
  LowerArm: ['forearm', 'lowerarm'],
  Hand: ['hand', 'wrist'],
  UpperLeg: ['upleg', 'upperleg', 'thigh'],
  LowerLeg: ['leg', 'lowerleg', 'calf', 'shin'],
  Foot: ['foot', 'ankle'],
  Toes: ['toebase', 'toes', 'toe', 'toe0', 'ball'],
  ThumbMetacarpal: ['handthumb1', 'thumb1', 'thumbmetacarpal', 'finger0'],
  ThumbProximal: ['handthumb2', 'thumb2', 'thumbproximal', 'finger01'],
  ThumbDistal: ['handthumb3', 'thumb3', 'thumbdistal', 'finger02'],
  ...finger('Index', 'index', 1),
  ...finger('Middle', 'middle', 2),
  ...finger('Ring', 'ring', 3),
  ...finger('Little', 'pinky', 4, 'little'),
};

function finger(bone: string, name: string, biped: number, other = name): Record<string, string[]> {
  return Object.fromEntries(
    ['Proximal', 'Intermediate', 'Distal'].map((part, i) => [
      bone + part,
      [`hand${name}${i + 1}`, `${name}${i + 1}`, `${other}${part.toLowerCase()}`, `finger${biped}${i || ''}`],
    ]),
  );
}

/** Maps each name above to its bone, without the side. */
const BONE_OF = new Map(Object.entries(ALIASES).flatMap(([bone, names]) => names.map(name => [name, bone] as const)));

/**
 * Maps bones to joints. The asset's own map takes precedence; joint names fill the gaps.
 * If two joints have the same meaning, the first one (nearer to the root) counts.
 */
export function humanoidOf({ names, humanoid }: Pick<SkeletonAsset, 'names' | 'humanoid'>): Humanoid {
  const bones = new Map<string, number>();
  for (const [bone, name] of Object.entries(humanoid)) {
    const joint = names.indexOf(name);
    if (joint >= 0) bones.set(bone, joint);
  }
  const taken = new Set(bones.values());
  names.forEach((name, joint) => {
    const bone = boneOf(name);
    if (bone === undefined || bones.has(bone) || taken.has(joint)) return;
    bones.set(bone, joint);
    taken.add(joint);
  });
  return bones;
}

/**
 * Returns the VRM 1 bone that a joint name means, or undefined.
 *
 * ```ts
 * boneOf('mixamorig:LeftUpLeg'); // 'leftUpperLeg'
 * boneOf('upperarm.r'); // 'rightUpperArm'
 * boneOf('Cape'); // undefined
 * ```
 */
export function boneOf(jointName: string): string | undefined {
  const words = jointName
    .replace(/^.*[:|]/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '' && !/^(mixamorig\d*|j|bip|bip\d+|def|org|b|c)$/.test(word));
  const left = words.some(w => w === 'left' || w === 'l');
  const right = words.some(w => w === 'right' || w === 'r');
  const bare = BONE_OF.get(words.filter(w => !/^(left|right|l|r)$/.test(w)).join(''));
  if (bare === undefined) return undefined;
  // Bones with a side start with a capital; central bones start with a small letter.
  const sided = /^[A-Z]/.test(bare);
  if (sided !== (left || right)) return undefined;
  return sided ? `${left ? 'left' : 'right'}${bare}` : bare;
}
