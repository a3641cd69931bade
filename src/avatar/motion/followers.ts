import type { MeshPart } from '../../assets/meshes/mesh-asset.ts';
import { reachOf } from '../skeleton/joint-bounds.ts';
import { PALETTE_LENGTH, type SkinBinding, writePalette } from '../skeleton/palette.ts';
import type { Skeleton } from '../skeleton/skeleton.ts';
import { markWithAncestors } from '../skeleton/used-joints.ts';

interface Skin {
  readonly binding: SkinBinding;
  readonly palette: Float32Array;
  readonly reach: number;
}

interface Attachment {
  readonly joint: number;
  readonly matrix: Float32Array;
}

/** Allowance in metres by which a body part may extend beyond its joints' box, on top of its extent in the bind pose. */
const SLACK = 0.05;

/** Data that follows one avatar's joints: the palettes of its skins and the matrices of its attachments. */
export class Followers {
  readonly #skeleton: Skeleton;
  readonly #skins: Skin[] = [];
  readonly #attachments: Attachment[] = [];
  /** [0]: metres by which skins may extend beyond the box around the joints. */
  readonly reach = Float64Array.of(SLACK);

  constructor(skeleton: Skeleton) {
    this.#skeleton = skeleton;
  }

  /**
   * Makes a mask with 1 at each joint that needs a pose: those of skins and attachments, and the humanoid's, for looking and standing,
   * with their ancestors. Without a skin, all joints.
   */
  get mask(): Uint8Array {
    const { parents, humanoid, jointCount } = this.#skeleton;
    const mask = new Uint8Array(jointCount);
    const mark = (joint: number) => markWithAncestors(mask, parents, joint);
    // `forEach`: an iterator makes an object at each step until its code is compiled.
    for (const { binding } of this.#skins) binding.joints.forEach(mark);
    if (mask.indexOf(1) < 0) return mask.fill(1);
    for (const { joint } of this.#attachments) mark(joint);
    humanoid.forEach(mark);
    return mask;
  }

  /**
   * Adds a skin.
   *
   * @returns the palette, and whether another skin of the same binding shares it.
   */
  addSkin(
    binding: SkinBinding,
    bounds: MeshPart['bounds'] | undefined,
  ): { readonly palette: Float32Array; readonly shared: boolean } {
    const same = this.#skins.find(s => s.binding === binding);
    const palette = same?.palette ?? new Float32Array(PALETTE_LENGTH);
    this.#skins.push({ binding, palette, reach: bounds ? reachOf(bounds, this.#skeleton) : 0 });
    this.#updateReach();
    return { palette, shared: same !== undefined };
  }

  /** Removes one of the skins that share `palette`. */
  removeSkin(palette: Float32Array): void {
    const i = this.#skins.findIndex(s => s.palette === palette);
    if (i >= 0) this.#skins.splice(i, 1);
    this.#updateReach();
  }

  /**
   * Attaches to joint number `joint`.
   *
   * @returns the matrix that `follow` updates.
   */
  attach(joint: number): Float32Array {
    const matrix = new Float32Array(16);
    this.#attachments.push({ joint, matrix });
    return matrix;
  }

  detach(matrix: Float32Array): void {
    const i = this.#attachments.findIndex(a => a.matrix === matrix);
    if (i >= 0) this.#attachments.splice(i, 1);
  }

  /**
   * Updates all palettes and matrices. Allocates nothing.
   *
   * @param world - 16 numbers a joint, column-major.
   */
  follow(world: Float32Array): void {
    for (let i = 0; i < this.#skins.length; i++) {
      const { binding, palette } = this.#skins[i];
      if (i === 0 || this.#skins[i - 1].palette !== palette) writePalette(world, binding, palette);
    }
    for (let i = 0; i < this.#attachments.length; i++) copyMatrix(world, this.#attachments[i].joint, this.#attachments[i].matrix);
  }

  #updateReach(): void {
    this.reach[0] = this.#skins.reduce((most, s) => Math.max(most, s.reach), 0) + SLACK;
  }
}

/** Copies joint number `joint` of `world` to `out`. */
export function copyMatrix(world: Float32Array, joint: number, out: Float32Array): void {
  for (let i = 0, from = joint * 16; i < 16; i++, from++) out[i] = world[from];
}
