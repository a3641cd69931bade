import type { GLTF } from '@gltf-transform/core';

const CENTRE: Readonly<Record<string, readonly string[]>> = {
  hips: ['hips', 'pelvis'],
  spine: ['spine'],
  chest: ['chest', 'spine1'],
  upperChest: ['upperchest', 'spine2'],
  neck: ['neck'],
  head: ['head'],
};
const SIDES: Readonly<Record<string, readonly string[]>> = {
  Shoulder: ['shoulder', 'clavicle'],
  UpperArm: ['upperarm', 'arm'],
  LowerArm: ['lowerarm', 'forearm'],
  Hand: ['hand'],
  UpperLeg: ['upperleg', 'upleg', 'thigh'],
  LowerLeg: ['lowerleg', 'leg', 'calf', 'shin'],
  Foot: ['foot'],
  Toes: ['toes', 'toebase', 'toe'],
};

/** VRM 1 bone names by joint names, as Mixamo (`mixamorig:LeftArm`), KayKit (`upperarm.l`) and Blender (`hand_L`) write them. */
export function humanoidByNames(names: readonly string[]): Record<string, string> {
  const byPlain = new Map<string, string>();
  for (const name of [...names].reverse()) byPlain.set(plain(name), name);
  const out: Record<string, string> = {};
  const take = (bone: string, candidates: readonly string[]): void => {
    const found = candidates.find(c => byPlain.has(c));
    if (found) out[bone] = byPlain.get(found) ?? '';
  };
  for (const [bone, words] of Object.entries(CENTRE)) take(bone, words);
  for (const side of ['left', 'right'])
    for (const [bone, words] of Object.entries(SIDES))
      take(
        side + bone,
        words.map(w => `${side} ${w}`),
      ); // prettier-ignore
  return out.hips && out.head ? out : {};
}

/** `mixamorig:LeftUpLeg` and `upleg.l` are both `left upleg`. */
function plain(name: string): string {
  const bare = name.replace(/^.*[:|]/, '');
  const side = /^(left|right)(.+)$/i.exec(bare) ?? undefined;
  if (side) return `${side[1].toLowerCase()} ${side[2].replace(/[^a-z0-9]/gi, '').toLowerCase()}`;
  const tail = /^(.+)[._ -](l|r|left|right)$/i.exec(bare);
  if (tail) return `${tail[2][0].toLowerCase() === 'l' ? 'left' : 'right'} ${tail[1].replace(/[^a-z0-9]/gi, '').toLowerCase()}`;
  return bare.replace(/[^a-z0-9]/gi, '').toLowerCase();
}

/** The humanoid of a VRM: bone name -> node number, as VRM 1 names bones. `facesBack`: VRM 0 looks along -z. */
export function vrmHumanoid(json: GLTF.IGLTF): { bones: Map<string, number>; facesBack: boolean } | undefined {
  const extensions = (json.extensions ?? {}) as Record<string, { humanoid?: { humanBones?: unknown } } | undefined>;
  const bones = new Map<string, number>();
  const add = (bone: unknown, node: unknown): void => {
    if (typeof bone === 'string' && typeof node === 'number') bones.set(bone, node);
  };
  const one = extensions.VRMC_vrm?.humanoid?.humanBones;
  if (typeof one === 'object' && one !== null) {
    for (const [bone, value] of Object.entries(one as Record<string, { node?: unknown } | null>)) add(bone, value?.node);
    return { bones, facesBack: false };
  }
  const zero = extensions.VRM?.humanoid?.humanBones;
  if (!Array.isArray(zero)) return extensions.VRM ? { bones, facesBack: true } : undefined;
  for (const entry of zero as ({ bone?: unknown; node?: unknown } | null)[]) add(renamed(entry?.bone), entry?.node);
  return { bones, facesBack: true };
}

/** VRM 1 counts the thumb's bones from the metacarpal, VRM 0 from the proximal one. */
function renamed(bone: unknown): unknown {
  const thumb = /^(left|right)Thumb(Proximal|Intermediate)$/.exec(String(bone));
  return thumb ? `${thumb[1]}Thumb${thumb[2] === 'Proximal' ? 'Metacarpal' : 'Proximal'}` : bone;
}
