/** Puppets of given sizes in bytes, for the benches: skeleton, clips and garments. */

import type { AnimationAsset, AnimationTrack } from '../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';
import type { Random } from '../../core/random.ts';
import type { SourceProduct, SourceTexture } from '../../import/model/source-model.ts';
import type { Vec3 } from '../geometry/patch.ts';
import { surfaceNamed } from './lump.ts';

/** A chain of joints between two places, in metres of the avatar's space. */
interface Chain {
  readonly name: string;
  readonly joints: number;
  readonly from: Vec3;
  readonly to: Vec3;
  /** Radius of the tube around the chain, metres. */
  readonly radius: number;
}

/** 64 joints in five chains. A primitive may use 68. */
const chains: readonly Chain[] = [
  { name: 'spine', joints: 12, from: [0, 0.95, 0], to: [0, 1.72, 0], radius: 0.15 },
  { name: 'leftArm', joints: 12, from: [0.2, 1.45, 0], to: [0.5, 0.85, 0.05], radius: 0.05 },
  { name: 'rightArm', joints: 12, from: [-0.2, 1.45, 0], to: [-0.5, 0.85, 0.05], radius: 0.05 },
  { name: 'leftLeg', joints: 14, from: [0.1, 0.92, 0], to: [0.13, 0.05, 0], radius: 0.08 },
  { name: 'rightLeg', joints: 14, from: [-0.1, 0.92, 0], to: [-0.13, 0.05, 0], radius: 0.08 },
];

/** Garments, with the chains that each covers. */
export const garments: Readonly<Record<'torso' | 'arms' | 'legs', readonly string[]>> = {
  torso: ['spine'],
  arms: ['leftArm', 'rightArm'],
  legs: ['leftLeg', 'rightLeg'],
};

/** Bytes of a vertex and of a key in the file; measured, as in `lump`. */
const BYTES_A_VERTEX = 30;
const BYTES_A_KEY = 8;
/** Seconds between keys. */
const KEY_GAP = 0.1;

const place = ({ from, to, joints }: Chain, joint: number): number[] =>
  [0, 1, 2].map(axis => from[axis] + ((to[axis] - from[axis]) * joint) / (joints - 1));

/** Builds the skeleton. Every other chain is attached to the first joint of the spine. */
export function puppetSkeleton(): SkeletonAsset {
  const names: string[] = [];
  const parents: number[] = [];
  const translations: number[] = [];
  for (const chain of chains)
    for (let joint = 0; joint < chain.joints; joint++) {
      const parent = joint > 0 ? place(chain, joint - 1) : names.length > 0 ? place(chains[0], 0) : [0, 0, 0];
      parents.push(joint > 0 ? names.length - 1 : names.length > 0 ? 0 : -1);
      names.push(`${chain.name}${joint}`);
      translations.push(...place(chain, joint).map((x, axis) => x - parent[axis]));
    }
  return {
    names,
    parents: Int16Array.from(parents),
    translations: Float32Array.from(translations),
    rotations: Float32Array.from({ length: names.length * 4 }, (_, i) => (i % 4 === 3 ? 1 : 0)),
    scales: new Float32Array(names.length * 3).fill(1),
    humanoid: { hips: 'spine0', head: 'spine11' },
  };
}

/** Builds a clip in which every joint sways at random, in a closed loop. The number of keys gives about `bytes` bytes. */
export function puppetClip(name: string, bytes: number, random: Random): AnimationAsset {
  const { names } = puppetSkeleton();
  const keys = Math.max(3, Math.round(bytes / names.length / BYTES_A_KEY));
  const times = Float32Array.from({ length: keys }, (_, key) => key * KEY_GAP);
  const tracks = names.map((target): AnimationTrack => {
    const values = new Float32Array(keys * 4);
    for (let key = 0; key < keys; key++) {
      const [x, y, z] = [0, 1, 2].map(() => (random() - 0.5) * 0.06);
      values.set([x, y, z, Math.sqrt(1 - x * x - y * y - z * z)], key * 4);
    }
    values.copyWithin(values.length - 4, 0, 4);
    return { target, path: 'rotation', interpolation: 'linear', times, values };
  });
  return { name, duration: times[keys - 1], loop: true, speed: 0, tracks };
}

/** Builds a garment: a tube around each of its chains, with every ring bound to the two nearest joints. */
export function puppetGarment(
  kind: keyof typeof garments,
  name: string,
  texture: SourceTexture,
  bytes: number,
  random: Random,
): SourceProduct {
  const { names } = puppetSkeleton();
  const out = {
    positions: [] as number[],
    normals: [] as number[],
    uvs: [] as number[],
    joints: [] as number[],
    weights: [] as number[],
    index: [] as number[],
  };
  const worn = chains.filter(chain => garments[kind].includes(chain.name));
  const around = Math.max(6, Math.round(Math.sqrt(bytes / BYTES_A_VERTEX / worn.length / 2)));
  const rings = 2 * around;
  const thick = 1 + random() * 0.3;
  for (const chain of worn) {
    const first = names.indexOf(`${chain.name}0`);
    const base = out.positions.length / 3;
    for (let ring = 0; ring <= rings; ring++) {
      const along = (ring / rings) * (chain.joints - 1);
      const joint = Math.min(chain.joints - 2, Math.floor(along));
      const share = Math.min(1, Math.max(0, along - joint + (random() - 0.5) * 0.05));
      const center = place(chain, along);
      const radius = chain.radius * thick * Math.sqrt(Math.sin(Math.PI * (0.06 + 0.88 * (ring / rings))));
      for (let i = 0; i <= around; i++) {
        const angle = (2 * Math.PI * i) / around;
        const rough = radius * (1 + (random() - 0.5) * 0.03);
        out.positions.push(center[0] + Math.sin(angle) * rough, center[1], center[2] + Math.cos(angle) * rough);
        out.normals.push(Math.sin(angle), 0, Math.cos(angle));
        out.uvs.push(i / around + random() * 0.001, ring / rings + random() * 0.001);
        out.joints.push(first + joint, first + joint + 1, 0, 0);
        out.weights.push(1 - share, share, 0, 0);
        if (ring === rings || i === around) continue;
        const a = base + ring * (around + 1) + i;
        const b = a + around + 1;
        // All chains except the spine lead down.
        out.index.push(...(kind === 'torso' ? [a, a + 1, b, a + 1, b + 1, b] : [a, b, a + 1, a + 1, b, b + 1]));
      }
    }
  }
  return {
    name,
    parts: [
      {
        material: surfaceNamed(texture.slot),
        positions: Float32Array.from(out.positions),
        normals: Float32Array.from(out.normals),
        uvs: Float32Array.from(out.uvs),
        joints: Uint16Array.from(out.joints),
        weights: Float32Array.from(out.weights),
        index: Uint32Array.from(out.index),
      },
    ],
    skin: { joints: names, inverseBind: inverseBind() },
    textures: [texture],
  };
}

/** Returns inverse bind matrices. Joints have no rotation in the bind pose, so the matrices only translate. */
function inverseBind(): Float32Array {
  const matrices: number[] = [];
  for (const chain of chains)
    for (let joint = 0; joint < chain.joints; joint++) {
      const [x, y, z] = place(chain, joint);
      matrices.push(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, -x, -y, -z, 1);
    }
  return Float32Array.from(matrices);
}
