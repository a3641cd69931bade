import type { Mesh, Object3D, Scene } from 'three';
import { SurfaceMaterial, setFogForThree } from './surface-material.ts';

/**
 * Makes three's own renderer draw a scene's fog on our surfaces: LeanRenderer looks at `scene.fog` itself, three compiles from the
 * material, which has to be told. Only linear fog (three's Fog) is drawn.
 */
export class FogForThree {
  readonly #told = new WeakMap<SurfaceMaterial, unknown>();

  /** Before each frame. @param root - what to tell: a scene, or a group in one. */
  follow(root: Object3D, fog: Scene['fog']): void {
    const linear = fog && 'near' in fog ? fog : null;
    root.traverse((object: Object3D) => {
      const { material } = object as Mesh;
      if (!material) return;
      for (const one of Array.isArray(material) ? material : [material]) {
        // Who was never told has none: nothing to do for those that stay without.
        if (!(one instanceof SurfaceMaterial) || (this.#told.get(one) ?? null) === linear) continue;
        this.#told.set(one, linear);
        setFogForThree(one, linear);
      }
    });
  }
}

/** Fog of the scene that holds an object; null where it is in none, or the scene has none. */
export function fogAround(object: Object3D): Scene['fog'] {
  let top = object;
  while (top.parent) top = top.parent;
  return (top as Scene).isScene ? (top as Scene).fog : null;
}
