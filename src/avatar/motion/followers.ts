import type { MeshPart } from '../../assets/meshes/mesh-asset.ts';
import { reachOf } from '../skeleton/joint-bounds.ts';
import { PALETTE_LENGTH, type SkinBinding, writePalette } from '../skeleton/palette.ts';
import type { Skeleton } from '../skeleton/skeleton.ts';
import { allJoints, withAncestors } from '../skeleton/used-joints.ts';

interface Skin {
  readonly binding: SkinBinding;
  readonly palette: Float32Array;
  readonly reach: number;
}

interface Attachment {
  readonly joint: number;
  readonly matrix: Float32Array;
}

/** Metres that a body part may stand out of the box around its joints beyond what it does in the bind pose. */
const SLACK = 0.05;

/** What goes where the joints of one avatar go: the palettes of the skins that it wears, the matrices of what is attached to it. */
export class Followers {
  readonly #skeleton: Skeleton;
  readonly #skins: Skin[] = [];
  readonly #attachments: Attachment[] = [];
  /** [0]: metres that what is worn may stand out of the box around the joints. */
  readonly reach = Float64Array.of(SLACK);

  constructor(skeleton: Skeleton) {
    this.#skeleton = skeleton;
  }

  /**
   * The joints that must be posed for all of it, ascending; those of the humanoid too, which looking and standing ask for. All where no
   * skin is worn.
   */
  get joints(): Uint16Array {
    const { parents, humanoid } = this.#skeleton;
    const worn = this.#skins.flatMap(({ binding }) => [...binding.joints]);
    const followed = this.#attachments.map(a => a.joint);
    return worn.length === 0 ? allJoints(parents) : withAncestors(parents, [...worn, ...followed, ...humanoid.values()]);
  }

  /** @returns the palette, and whether it is one that another skin of the same binding shares. */
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

  /** One of those that share `palette`. */
  removeSkin(palette: Float32Array): void {
    const i = this.#skins.findIndex(s => s.palette === palette);
    if (i >= 0) this.#skins.splice(i, 1);
    this.#updateReach();
  }

  /** @returns the matrix of joint number `joint`, to be written. */
  attach(joint: number): Float32Array {
    const matrix = new Float32Array(16);
    this.#attachments.push({ joint, matrix });
    return matrix;
  }

  detach(matrix: Float32Array): void {
    const i = this.#attachments.findIndex(a => a.matrix === matrix);
    if (i >= 0) this.#attachments.splice(i, 1);
  }

  /** Takes over where the joints are. Allocates nothing. @param world - 16 a joint, column-major. */
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

/** Joint number `joint` of `world`, into `out`. */
export function copyMatrix(world: Float32Array, joint: number, out: Float32Array): void {
  for (let i = 0, from = joint * 16; i < 16; i++, from++) out[i] = world[from];
}
