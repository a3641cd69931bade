import { mat4, quat, vec3 } from 'gl-matrix';
import type { SkeletonAsset } from '../../src/assets/motion/skeleton-asset.ts';
import { seededRandom } from '../../src/core/random.ts';

export interface Proportions {
  /** Metres. */
  readonly hips: number;
  readonly thigh: number;
  readonly shin: number;
  readonly spine: number;
  readonly upperArm: number;
  readonly forearm: number;
  readonly foot: number;
  /** Angle of the arms below the horizontal at rest, degrees: 0 is a T-pose, 45 an A-pose. */
  readonly armsDown: number;
  /** Angle between each leg and the vertical at rest, degrees. */
  readonly legsApart: number;
}

type Bone = readonly [bone: string, parent: string | undefined, position: readonly [number, number, number]];

/** Lists the bones of a person that looks to +z, in metres. */
function bones(p: Proportions): Bone[] {
  const list: Bone[] = [['root', undefined, [0, 0, 0]]];
  const add = (bone: string, parent: string, from: readonly number[], x: number, y: number, z = 0): [number, number, number] => {
    const position = [from[0] + x, from[1] + y, from[2] + z] as [number, number, number];
    list.push([bone, parent, position]);
    return position;
  };
  const hips = add('hips', 'root', [0, 0, 0], 0, p.hips);
  const spine = add('spine', 'hips', hips, 0, p.spine / 4, -0.01);
  const chest = add('chest', 'spine', spine, 0, p.spine / 4, 0.02);
  const upper = add('upperChest', 'chest', chest, 0, p.spine / 4);
  const neck = add('neck', 'upperChest', upper, 0, p.spine / 4);
  add('head', 'neck', neck, 0, 0.1, 0.02);
  const down = (p.armsDown * Math.PI) / 180;
  const apart = (p.legsApart * Math.PI) / 180;
  for (const [side, s] of [
    ['left', 1],
    ['right', -1],
  ] as const) {
    const shoulder = add(`${side}Shoulder`, 'upperChest', upper, s * 0.04, p.spine / 5);
    const arm = add(`${side}UpperArm`, `${side}Shoulder`, shoulder, s * 0.1, 0);
    const out = (length: number) => [s * length * Math.cos(down), -length * Math.sin(down)] as const;
    const elbow = add(`${side}LowerArm`, `${side}UpperArm`, arm, ...out(p.upperArm));
    const hand = add(`${side}Hand`, `${side}LowerArm`, elbow, ...out(p.forearm), 0.02);
    add(`${side}IndexProximal`, `${side}Hand`, hand, ...out(0.08));
    const leg = add(`${side}UpperLeg`, 'hips', hips, s * 0.09, -0.05);
    const knee = add(`${side}LowerLeg`, `${side}UpperLeg`, leg, s * p.thigh * Math.sin(apart), -p.thigh * Math.cos(apart), 0.01);
    const ankle = add(`${side}Foot`, `${side}LowerLeg`, knee, s * p.shin * Math.sin(apart), -p.shin * Math.cos(apart), -0.02);
    add(`${side}Toes`, `${side}Foot`, ankle, 0, -ankle[1] + 0.01, p.foot);
  }
  return list;
}

/**
 * Makes a humanoid.
 *
 * @param names - bone -> name of the joint. A bone without a name is missing; its children are attached to its parent.
 * @param axes - random seed of the joints' axes; 0: along the figure's axes.
 * @param scale - of the root, like Mixamo's armature of 0.01. The joints below are larger by the same factor.
 */
export function makeHumanoid(
  names: (bone: string) => string | undefined,
  proportions: Proportions,
  { axes = 0, scale = 1 } = {},
): SkeletonAsset {
  const random = seededRandom(axes);
  const made: { bone: string; name: string; parent: number; world: mat4 }[] = [];
  const skipped = new Map<string, string | undefined>();
  for (const [bone, above, position] of bones(proportions)) {
    const name = names(bone);
    if (name === undefined) {
      skipped.set(bone, above);
      continue;
    }
    let parent = above;
    while (parent !== undefined && skipped.has(parent)) parent = skipped.get(parent);
    const turn = axes ? quat.fromValues(random() - 0.5, random() - 0.5, random() - 0.5, random() - 0.5) : quat.create();
    quat.normalize(turn, turn);
    const world = mat4.fromRotationTranslationScale(mat4.create(), bone === 'root' ? quat.create() : turn, position as vec3, [
      scale,
      scale,
      scale,
    ]);
    made.push({ bone, name, parent: made.findIndex(m => m.bone === parent), world });
  }
  const count = made.length;
  const asset = {
    names: made.map(m => m.name),
    parents: Int16Array.from(made, m => m.parent),
    translations: new Float32Array(count * 3),
    rotations: new Float32Array(count * 4),
    scales: new Float32Array(count * 3).fill(1),
    humanoid: {},
  };
  made.forEach(({ parent, world }, i) => {
    const inverse = parent < 0 ? mat4.create() : (mat4.invert(mat4.create(), made[parent].world) ?? mat4.create());
    const local = mat4.multiply(mat4.create(), inverse, world);
    asset.translations.set(mat4.getTranslation(vec3.create(), local), i * 3);
    asset.scales.set(mat4.getScaling(vec3.create(), local), i * 3);
    asset.rotations.set(mat4.getRotation(quat.create(), local), i * 4);
  });
  return asset;
}

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);

/** `mixamorig:LeftUpLeg` */
export function mixamoName(bone: string): string | undefined {
  if (bone === 'root') return 'Armature';
  const middle: Record<string, string> = {
    hips: 'Hips',
    spine: 'Spine',
    chest: 'Spine1',
    upperChest: 'Spine2',
    neck: 'Neck',
    head: 'Head',
  };
  const side = /^(left|right)(.*)$/.exec(bone);
  const limb: Record<string, string> = {
    UpperArm: 'Arm',
    LowerArm: 'ForeArm',
    UpperLeg: 'UpLeg',
    LowerLeg: 'Leg',
    Toes: 'ToeBase',
    IndexProximal: 'HandIndex1',
  };
  return `mixamorig:${side ? capital(side[1]) + (limb[side[2]] ?? side[2]) : middle[bone]}`;
}

/** `J_Bip_L_UpperLeg`, as in VRoid */
export function vrmName(bone: string): string | undefined {
  if (bone === 'root') return 'Root';
  const side = /^(left|right)(.*)$/.exec(bone);
  return side ? `J_Bip_${side[1] === 'left' ? 'L' : 'R'}_${side[2]}` : `J_Bip_C_${capital(bone)}`;
}
