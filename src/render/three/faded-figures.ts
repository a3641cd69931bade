import {
  ConstantAlphaFactor,
  CustomBlending,
  type Mesh,
  type Object3D,
  OneFactor,
  OneMinusConstantAlphaFactor,
  ZeroFactor,
} from 'three';
import type { Figure } from '../impostors/figure.ts';
import { SurfaceMaterial } from '../materials/surface-material.ts';

/** A mesh of a figure that fades, while a frame is drawn. */
interface Faded {
  readonly mesh: Mesh;
  readonly own: SurfaceMaterial;
}

/**
 * Fades figures for three's renderer, as LeanRenderer does: the near plane would cut the head of somebody who walks past the camera. three blends by
 * the material, which all who wear the same share. So a mesh that fades gets a stand-in while a frame is drawn.
 */
export class FadedFigures {
  readonly #hidden: Object3D[] = [];
  readonly #faded: Faded[] = [];
  /** By mesh, those of the frame before included. */
  #stands = new Map<Mesh, SurfaceMaterial>();
  #before = new Map<Mesh, SurfaceMaterial>();

  /** @param scene - its figures lie at most two levels deep. Allocates nothing where nobody fades. */
  fade(scene: Object3D): void {
    for (const room of scene.children) for (const object of room.children) this.#fade(object);
    for (const stand of this.#before.values()) stand.dispose();
    this.#before.clear();
  }

  /** Gives everybody their own materials again. */
  restore(): void {
    for (const object of this.#hidden) object.visible = true;
    this.#hidden.length = 0;
    for (const { mesh, own } of this.#faded) mesh.material = own;
    this.#faded.length = 0;
    [this.#before, this.#stands] = [this.#stands, this.#before];
  }

  dispose(): void {
    for (const stand of this.#before.values()) stand.dispose();
    this.#before.clear();
  }

  #fade(object: Object3D): void {
    const figure = object.userData.foyerFigure as Figure | undefined;
    if (!figure || figure.opacity >= 1 || !object.visible) return;
    if (figure.opacity > 0) {
      object.traverse(part => {
        const mesh = part as Mesh;
        if (mesh.isMesh && mesh.material instanceof SurfaceMaterial) this.#stand(mesh, mesh.material, figure.opacity);
      });
      return;
    }
    object.visible = false;
    this.#hidden.push(object);
  }

  #stand(mesh: Mesh, own: SurfaceMaterial, opacity: number): void {
    const stand = this.#before.get(mesh) ?? standFor(own);
    this.#before.delete(mesh);
    this.#stands.set(mesh, stand);
    stand.uniforms = own.uniforms;
    stand.setVariant(own.variant);
    stand.baseColor.set(own.baseColor);
    stand.blendAlpha = opacity;
    mesh.material = stand;
    this.#faded.push({ mesh, own });
  }
}

function standFor({ variant, baked, side, depthTest, depthWrite }: SurfaceMaterial): SurfaceMaterial {
  const stand = new SurfaceMaterial({ variant, baked });
  return Object.assign(stand, {
    ...{ side, depthTest, depthWrite, transparent: true, blending: CustomBlending },
    ...{
      blendSrc: ConstantAlphaFactor,
      blendDst: OneMinusConstantAlphaFactor,
      blendSrcAlpha: ZeroFactor,
      blendDstAlpha: OneFactor,
    },
  });
}
