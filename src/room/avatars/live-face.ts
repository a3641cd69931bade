import type { Avatar } from '../../avatar/avatar.ts';
import { type ActiveMorphs, createActiveMorphs } from '../../avatar/clips/morph-weights.ts';
import type { MorphedMesh } from '../../render/geometry/morphed-mesh.ts';
import type { PartData, PartMesh } from '../../render/geometry/part-mesh.ts';

/** The movement of a face is not visible on smaller figures, pixels. */
const FEWEST_PIXELS = 24;
/** Frames until the code is requested again after it failed to load. The number doubles with each failure. */
const FIRST_RETRY = 300;

type Code = Pick<typeof import('../../render/geometry/morphed-mesh.ts'), 'MorphedMesh'>;
const loadCode = (): Promise<Code> => import('../../render/geometry/morphed-mesh.ts');

/**
 * One worn mesh with morph targets. It shows the weights of the avatar's clips and `setMorph`. The code that moves vertices is loaded
 * with the first such mesh, because most rooms have none.
 */
export class LiveFace {
  readonly #mesh: PartMesh;
  readonly #avatar: Avatar;
  readonly #slots: Uint16Array;
  readonly #load: () => void;
  #morphed: MorphedMesh | undefined;
  #disposed = false;
  readonly #active: ActiveMorphs = createActiveMorphs();
  #version = -1;
  /** Frames until the code is requested again; 0 while it is not to be. */
  #retryIn = 0;
  #nextRetry = FIRST_RETRY;

  /** @returns undefined for a mesh without morph targets. */
  static of(mesh: PartMesh, avatar: Avatar, load = loadCode): LiveFace | undefined {
    const { morphTargets } = mesh.userData.foyer as PartData;
    return morphTargets.length > 0 ? new LiveFace(mesh, avatar, morphTargets, load) : undefined;
  }

  private constructor(mesh: PartMesh, avatar: Avatar, targets: PartData['morphTargets'], load: typeof loadCode) {
    this.#mesh = mesh;
    this.#avatar = avatar;
    this.#slots = avatar.animator.morphs.bind(targets);
    this.#load = () =>
      void load()
        .then(({ MorphedMesh }) => {
          if (!this.#disposed) this.#morphed = new MorphedMesh(this.#mesh, targets);
        })
        .catch(() => {
          // Until then, the face does not move.
          this.#retryIn = this.#nextRetry;
          this.#nextRetry *= 2;
        });
    this.#load();
  }

  /** `MorphedMesh.ownBytes` */
  get ownBytes(): number {
    return this.#morphed?.ownBytes ?? 0;
  }

  /** Call it in each frame. Works only after an evaluation of the avatar that changed a weight. */
  update(): void {
    if (!this.#morphed) {
      if (this.#retryIn > 0 && --this.#retryIn === 0) this.#load();
      return;
    }
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
