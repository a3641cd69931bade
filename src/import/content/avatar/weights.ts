import type { Vec3 } from '../geometry/patch.ts';
import type { Humanoid } from './humanoid.ts';

interface Bone {
  readonly joint: number;
  readonly a: Vec3;
  readonly b: Vec3;
}

/** Joint weights that fall off smoothly with the distance from bones. */
export class Weighting {
  readonly #bones: readonly Bone[];

  constructor({ skeleton, place }: Humanoid) {
    // A joint moves the stretch to its child; ends of fingers and toes move nothing of their own.
    const end = (name: string): string | undefined => {
      if (name === 'Hips') return 'Spine';
      if (name === 'Spine2') return 'Neck';
      if (/Hand$/.test(name)) return `${name}Middle1`;
      const children = skeleton.names.filter((_, j) => skeleton.parents[j] === skeleton.names.indexOf(name));
      return children[0];
    };
    this.#bones = skeleton.names.flatMap((name, joint) => {
      const child = end(name);
      return child === undefined ? [] : [{ joint, a: place(name), b: place(child) }];
    });
  }

  /**
   * The four strongest joints at a place and their weights (sum 1). `reach` is how far, in metres, beyond the nearest bone
   * another still pulls: 0.02 for fingers, 0.07 for bodies, 0.25 for skirts. `only` leaves other joints out.
   */
  at(
    p: Vec3,
    reach: number,
    only: (joint: string) => boolean,
    names: readonly string[],
  ): { joints: number[]; weights: number[] } {
    const near = this.#bones
      .filter(bone => only(names[bone.joint]))
      .map(bone => ({ joint: bone.joint, distance: distanceTo(p, bone) }));
    near.sort((m, n) => m.distance - n.distance);
    const least = near[0]?.distance ?? 0;
    const strong = near
      .slice(0, 4)
      .map(({ joint, distance }) => ({ joint, weight: Math.max(0, 1 - (distance - least) / reach) ** 2 }));
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
