import type { Avatar } from '../../avatar/avatar.ts';
import { type ActiveMorphs, createActiveMorphs } from '../../avatar/clips/morph-weights.ts';
import { MorphedMesh } from '../../render/geometry/morphed-mesh.ts';
import type { PartData, PartMesh } from '../../render/geometry/part-mesh.ts';

/** Smaller than that on the screen, in pixels, nobody sees a face move. */
const FEWEST_PIXELS = 24;

/** One mesh with morph targets that an avatar wears: it shows the weights that the avatar's clips and `setMorph` give. */
export class LiveFace {
  readonly #mesh: PartMesh;
  readonly #avatar: Avatar;
  readonly #slots: Uint16Array;
  readonly #morphed: MorphedMesh;
  readonly #active: ActiveMorphs = createActiveMorphs();
  #version = -1;

  /** @returns undefined for a mesh without morph targets. */
  static of(mesh: PartMesh, avatar: Avatar): LiveFace | undefined {
    const { morphTargets } = mesh.userData.foyer as PartData;
    return morphTargets.length > 0 ? new LiveFace(mesh, avatar, morphTargets) : undefined;
  }

  private constructor(mesh: PartMesh, avatar: Avatar, targets: PartData['morphTargets']) {
    this.#mesh = mesh;
    this.#avatar = avatar;
    this.#slots = avatar.animator.morphs.bind(targets);
    this.#morphed = new MorphedMesh(mesh, targets);
  }

  /** `MorphedMesh.ownBytes` */
  get ownBytes(): number {
    return this.#morphed.ownBytes;
  }

  /** Every frame: does something only after a new evaluation of the avatar that changed a weight. */
  update(): void {
    // Written by LeanRenderer; 0 where nobody says how large it is.
    const { pixels } = this.#mesh.userData.foyer as PartData;
    if (this.#version === this.#avatar.version || (pixels > 0 && pixels < FEWEST_PIXELS)) return;
    this.#version = this.#avatar.version;
    this.#avatar.animator.morphs.select(this.#slots, this.#active);
    this.#morphed.show(this.#active);
  }

  dispose(): void {
    this.#morphed.dispose();
  }
}
