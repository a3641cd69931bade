/** Recognises the bones of a humanoid. */
import type { GLTF } from '@gltf-transform/core';

/** Joint names for each bone. The first existing candidate wins, and no joint is used twice. */
const CENTRE: Readonly<Record<string, readonly string[]>> = {
  hips: ['hips', 'pelvis'],
  spine: ['spine', 'spine01', 'spine1'],
  chest: ['chest', 'spine1', 'spine02', 'spine2'],
  upperChest: ['upperchest', 'spine2', 'spine03', 'spine3'],
  neck: ['neck', 'neck01', 'neck1'],
  head: ['head'],
};
/** Rigify's deforming bones form one chain of spine bones from the hips to the head. */
const RIGIFY: Readonly<Record<string, readonly string[]>> = {
  hips: ['spine'],
  spine: ['spine001'],
  chest: ['spine002'],
  upperChest: ['spine003'],
  neck: ['spine004'],
  head: ['spine006'],
};
const SIDES: Readonly<Record<string, readonly string[]>> = {
  Shoulder: ['shoulder', 'clavicle'],
  UpperArm: ['upperarm', 'arm'],
  LowerArm: ['lowerarm', 'forearm'],
  Hand: ['hand'],
  UpperLeg: ['upperleg', 'upleg', 'thigh'],
  LowerLeg: ['lowerleg', 'leg', 'calf', 'shin'],
  Foot: ['foot'],
  Toes: ['toes', 'toebase', 'toe', 'toe0', 'ball'],
};

/**
 * Maps VRM 1 bone names to joint names of known rigs: Mixamo (`mixamorig:LeftArm`), KayKit (`upperarm.l`), Blender and Rigify
 * (`hand_L`, `DEF-hand.L`), Unreal (`clavicle_l`), 3ds Max (`Bip001_L_Thigh`) and VRoid (`J_Bip_C_Hips`). The result is empty
 * without hips and head.
 */
export function humanoidByNames(names: readonly string[]): Record<string, string> {
  const byPlain = new Map<string, string>();
  // Helpers and deforming bones of a rig may share a plain name. Deforming bones win, then the first in order.
  const deforms = (name: string) => name.startsWith('DEF-');
  const best = [...names.filter(deforms), ...names.filter(n => !deforms(n))];
  for (const name of best.reverse()) byPlain.set(plain(name), name);
  const out: Record<string, string> = {};
  const used = new Set<string>();
  const take = (bone: string, candidates: readonly string[]): void => {
    const found = candidates.find(c => byPlain.has(c) && !used.has(c));
    if (found === undefined) return;
    used.add(found);
    out[bone] = byPlain.get(found) ?? '';
  };
  const isRigify = byPlain.has('spine006') && !byPlain.has('hips');
  for (const [bone, words] of Object.entries(isRigify ? RIGIFY : CENTRE)) take(bone, words);
  for (const side of ['left', 'right'])
    for (const [bone, words] of Object.entries(SIDES))
      take(
        side + bone,
        words.map(w => `${side} ${w}`),
      ); // prettier-ignore
  return out.hips && out.head ? out : {};
}

/** Simplifies a joint name: `mixamorig:LeftUpLeg`, `upleg.l` and `Bip01_L_UpLeg` all become `left upleg`. */
function plain(name: string): string {
  const bare = name.replace(/^.*[:|]/, '').replace(/^(DEF|J_Bip|Bip\d*)[-_ ](C_)?/i, '');
  const word = (text: string) => text.replace(/[^a-z0-9]/gi, '').toLowerCase();
  const head = /^(?:(left|right)|(l|r)[._ -])(.+)$/i.exec(bare);
  if (head) return `${sideOf(head[1] ?? head[2])} ${word(head[3])}`;
  const tail = /^(.+)[._ -](l|r|left|right)$/i.exec(bare);
  return tail ? `${sideOf(tail[2])} ${word(tail[1])}` : word(bare);
}

const sideOf = (letter: string): string => (letter[0].toLowerCase() === 'l' ? 'left' : 'right');

/**
 * Reads the humanoid of a VRM: VRM 1's bone name -> node number. `facesBack` is true for VRM 0, which faces -z. Undefined where the
 * file names no node of its own as a bone: converters write VRM 0 around cars and houses, which face +z. UniVRM lists missing bones
 * with node -1.
 */
export function vrmHumanoid(json: GLTF.IGLTF): { bones: Map<string, number>; facesBack: boolean } | undefined {
  const extensions = (json.extensions ?? {}) as Record<string, { humanoid?: { humanBones?: unknown } } | undefined>;
  const bones = new Map<string, number>();
  const add = (bone: unknown, node: unknown): void => {
    if (typeof bone === 'string' && typeof node === 'number' && json.nodes?.[node]) bones.set(bone, node);
  };
  const one = extensions.VRMC_vrm?.humanoid?.humanBones;
  if (typeof one === 'object' && one !== null) {
    for (const [bone, value] of Object.entries(one as Record<string, { node?: unknown } | null>)) add(bone, value?.node);
    if (bones.size > 0) return { bones, facesBack: false };
  }
  const zero = extensions.VRM?.humanoid?.humanBones;
  if (!Array.isArray(zero)) return undefined;
  for (const entry of zero as ({ bone?: unknown; node?: unknown } | null)[]) add(renamed(entry?.bone), entry?.node);
  return bones.size > 0 ? { bones, facesBack: true } : undefined;
}

/** Renames thumb bones. VRM 1 starts at the metacarpal, VRM 0 at the proximal bone. */
function renamed(bone: unknown): unknown {
  const thumb = /^(left|right)Thumb(Proximal|Intermediate)$/.exec(String(bone));
  return thumb ? `${thumb[1]}Thumb${thumb[2] === 'Proximal' ? 'Metacarpal' : 'Proximal'}` : bone;
}
