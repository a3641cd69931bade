import type { Avatar } from '../../avatar/avatar.ts';
import { type ActiveMorphs, createActiveMorphs } from '../../avatar/clips/morph-weights.ts';
import type { MorphedMesh } from '../../render/geometry/morphed-mesh.ts';
import type { PartData, PartMesh } from '../../render/geometry/part-mesh.ts';

/** The movement of a face is not visible on smaller figures, pixels. */
const FEWEST_PIXELS = 24;

/**
 * One worn mesh with morph targets. It shows the weights of the avatar's clips and `setMorph`. The code that moves vertices is loaded
 * with the first such mesh, because most rooms have none.
 */
export class LiveFace {
  readonly #mesh: PartMesh;
  readonly #avatar: Avatar;
  readonly #slots: Uint16Array;
  #morphed: MorphedMesh | undefined;
  #disposed = false;
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
    // Without the code, the face does not move.
    this.#load(targets).catch(() => {});
  }

  async #load(targets: PartData['morphTargets']): Promise<void> {
    const { MorphedMesh } = await import('../../render/geometry/morphed-mesh.ts');
    if (!this.#disposed) this.#morphed = new MorphedMesh(this.#mesh, targets);
  }

  /** `MorphedMesh.ownBytes` */
  get ownBytes(): number {
    return this.#morphed?.ownBytes ?? 0;
  }

  /** Call it in each frame. Works only after an evaluation of the avatar that changed a weight. */
  update(): void {
    if (!this.#morphed) return;
    // LeanRenderer writes it. 0 if the size is unknown.
    const { pixels } = this.#mesh.userData.foyer as PartData;
    if (this.#version === this.#avatar.version || (pixels > 0 && pixels < FEWEST_PIXELS)) return;
    this.#version = this.#avatar.version;
    this.#avatar.animator.morphs.select(this.#slots, this.#active);
    this.#morphed.show(this.#active);
  }

  dispose(): void {
    this.#disposed = true;
    this.#morphed?.dispose();
  }
}
