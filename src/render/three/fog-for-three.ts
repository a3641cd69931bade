import type { Fog, Material, Mesh, Object3D, Scene } from 'three';
import { SurfaceMaterial, setFogForThree } from '../materials/surface-material.ts';

/**
 * Makes three's own renderer draw a scene's fog on our surfaces. LeanRenderer reads `scene.fog` itself; three compiles fog from
 * the material. Only linear fog (three's Fog) is drawn.
 */
export class FogForThree {
  /** The fog version that each material was last set to; 0: none. */
  readonly #told = new WeakMap<SurfaceMaterial, number>();
  #fog: Fog | null = null;
  /** Last near, far and colour, because callers may change a fog in place. */
  readonly #last = new Float64Array(5);
  #changes = 0;
  #version = 0;

  /**
   * Updates materials before each frame. Allocates nothing.
   *
   * @param root - the scene or group to update.
   */
  follow(root: Object3D, fog: Scene['fog']): void {
    this.#fog = fog && 'near' in fog ? (fog as Fog) : null;
    if (this.#fog && this.#isNew(this.#fog)) this.#changes++;
    this.#version = this.#fog ? this.#changes : 0;
    root.traverse(this.#tellObject);
  }

  #isNew({ near, far, color: { r, g, b } }: Fog): boolean {
    const last = this.#last;
    if (this.#changes > 0 && last[0] === near && last[1] === far && last[2] === r && last[3] === g && last[4] === b) return false;
    last[0] = near;
    last[1] = far;
    last[2] = r;
    last[3] = g;
    last[4] = b;
    return true;
  }

  readonly #tellObject = (object: Object3D): void => {
    const { material } = object as Mesh;
    if (!material) return;
    if (!Array.isArray(material)) this.#tell(material);
    else for (let i = 0; i < material.length; i++) this.#tell(material[i]);
  };

  #tell(material: Material): void {
    // A material that was never set has no fog: skip those that stay without.
    if (!(material instanceof SurfaceMaterial) || (this.#told.get(material) ?? 0) === this.#version) return;
    this.#told.set(material, this.#version);
    setFogForThree(material, this.#fog);
  }
}

/** Returns the fog of the scene that contains an object; null if there is none. */
export function fogAround(object: Object3D): Scene['fog'] {
  let top = object;
  while (top.parent) top = top.parent;
  return (top as Scene).isScene ? (top as Scene).fog : null;
}
