import type { Fog, Material, Mesh, Object3D, Scene } from 'three';
import { SurfaceMaterial, setFogForThree } from './surface-material.ts';

/**
 * Makes three's own renderer draw a scene's fog on our surfaces: LeanRenderer looks at `scene.fog` itself, three compiles from the
 * material, which has to be told. Only linear fog (three's Fog) is drawn.
 */
export class FogForThree {
  readonly #told = new WeakMap<SurfaceMaterial, unknown>();

  #fog: Fog | null = null;

  /** Before each frame; allocates nothing. @param root - what to tell: a scene, or a group in one. */
  follow(root: Object3D, fog: Scene['fog']): void {
    this.#fog = fog && 'near' in fog ? (fog as Fog) : null;
    root.traverse(this.#tellObject);
  }

  readonly #tellObject = (object: Object3D): void => {
    const { material } = object as Mesh;
    if (!material) return;
    if (!Array.isArray(material)) this.#tell(material);
    else for (let i = 0; i < material.length; i++) this.#tell(material[i]);
  };

  #tell(material: Material): void {
    // Who was never told has none: nothing to do for those that stay without.
    if (!(material instanceof SurfaceMaterial) || (this.#told.get(material) ?? null) === this.#fog) return;
    this.#told.set(material, this.#fog);
    setFogForThree(material, this.#fog);
  }
}

/** Fog of the scene that holds an object; null where it is in none, or the scene has none. */
export function fogAround(object: Object3D): Scene['fog'] {
  let top = object;
  while (top.parent) top = top.parent;
  return (top as Scene).isScene ? (top as Scene).fog : null;
}
