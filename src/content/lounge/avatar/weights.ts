/** Computes the joint weights of guests. */

import type { Vec3 } from '../../geometry/patch.ts';
import type { Humanoid } from './captured-humanoid.ts';

interface Bone {
  readonly joint: number;
  readonly a: Vec3;
  readonly b: Vec3;
  readonly flesh: number;
}

/**
 * Thickness of flesh around bones, metres. The side of a chest is nearer to the arm's bone than to the spine, but does not belong
 * to the arm.
 */
const flesh: readonly (readonly [RegExp, number])[] = [
  [/^(Hips|Spine)$/, 0.12],
  [/^Spine\d$/, 0.11],
  [/^Head$/, 0.09],
  [/^Neck$/, 0.05],
  [/Shoulder$/, 0.06],
  [/ForeArm$/, 0.03],
  [/Arm$/, 0.045],
  [/UpLeg$/, 0.08],
  [/Leg$/, 0.065],
  [/Foot$|Toe/, 0.04],
];
const FINGER = 0.02;
/** Distance below its joint at which a thigh begins to move alone, metres. The fold of hip and lap lies between. */
const HIP_FOLD = 0.075;

/** Computes joint weights that fall off smoothly with the distance from the flesh around bones. */
export class Weighting {
  readonly #bones: readonly Bone[];

  constructor({ skeleton, place }: Humanoid) {
    // A joint moves the segment to its child. The end joints of fingers and toes move nothing.
    const end = (name: string): string | undefined => {
      if (name === 'Hips') return 'Spine';
      if (name === 'Spine2') return 'Neck';
      if (/Hand$/.test(name)) return `${name}Middle1`;
      const children = skeleton.names.filter((_, j) => skeleton.parents[j] === skeleton.names.indexOf(name));
      return children[0];
    };
    this.#bones = skeleton.names.flatMap((name, joint) => {
      const child = end(name);
      if (child === undefined) return [];
      const [x, y, z] = place(name);
      const a: Vec3 = [x, /UpLeg$/.test(name) ? y - HIP_FOLD : y, z];
      return [{ joint, a, b: place(child), flesh: flesh.find(([kind]) => kind.test(name))?.[1] ?? FINGER }];
    });
  }

  /**
   * Returns the four strongest joints at a place and their weights (sum 1).
   *
   * @param reach - distance beyond the nearest bone at which another still has influence, metres: 0.02 for fingers, 0.07 for
   * bodies, 0.16 for skirts.
   * @param share - factor of a joint's influence here, 0..1. If it changes smoothly, the surface has no steps.
   */
  at(
    p: Vec3,
    reach: number,
    share: (joint: string) => number,
    names: readonly string[],
  ): { joints: number[]; weights: number[] } {
    const near = this.#bones
      .map(bone => ({ joint: bone.joint, share: share(names[bone.joint]), distance: distanceTo(p, bone) - bone.flesh }))
      .filter(bone => bone.share > 0);
    const least = Math.min(...near.map(({ distance }) => distance));
    const strong = near
      .map(bone => ({ joint: bone.joint, weight: bone.share * Math.max(0, 1 - (bone.distance - least) / reach) ** 2 }))
      .sort((m, n) => n.weight - m.weight)
      .slice(0, 4);
    const sum = strong.reduce((total, { weight }) => total + weight, 0) || 1;
    const joints = [0, 0, 0, 0];
    const weights = [0, 0, 0, 0];
    strong.forEach(({ joint, weight }, i) => {
      if (weight > 0) joints[i] = joint;
      weights[i] = weight / sum;
    });
    return { joints, weights };
  }
}

function distanceTo(p: Vec3, { a, b }: Bone): number {
  const [bx, by, bz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const [px, py, pz] = [p[0] - a[0], p[1] - a[1], p[2] - a[2]];
  const t = Math.max(0, Math.min(1, (px * bx + py * by + pz * bz) / (bx * bx + by * by + bz * bz || 1)));
  return Math.hypot(px - bx * t, py - by * t, pz - bz * t);
}
