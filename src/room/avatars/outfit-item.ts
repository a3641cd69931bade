import type { PartMesh } from '../../render/geometry/part-mesh.ts';
import type { OutfitPartInfo } from '../documents/room-info.ts';
import type { LiveProduct, ProductInstance } from '../furniture/live-product.ts';
import type { JointGroup } from './joint-group.ts';
import type { LiveFace } from './live-face.ts';

/** One part of an outfit; its product is acquired. */
export interface OutfitItem {
  readonly part: OutfitPartInfo;
  readonly product: LiveProduct;
  /** Undefined while it is not put on. */
  instance: ProductInstance | undefined;
  /** One for each skinned mesh of it. */
  palettes: Float32Array[];
  /** One for each mesh that has morph targets. */
  readonly faces: Map<PartMesh, LiveFace>;
  hanger: JointGroup | undefined;
}

export function isSame(a: OutfitItem, b: OutfitItem): boolean {
  return a.product === b.product && a.part.joint === b.part.joint;
}

/** `next` has on what `worn` had. */
export function handOver(worn: OutfitItem, next: OutfitItem): void {
  next.instance = worn.instance;
  next.palettes = worn.palettes;
  for (const [mesh, face] of worn.faces) next.faces.set(mesh, face);
  worn.faces.clear();
  next.hanger = worn.hanger;
  worn.instance = worn.hanger = undefined;
  worn.palettes = [];
}

/** Hides what lies under something else that is to be seen: whole products by category, materials by name. */
export function cover(outfit: readonly OutfitItem[]): void {
  for (const { product, instance } of outfit) {
    for (const mesh of instance?.meshes ?? []) {
      const { category } = product.info;
      mesh.visible = !outfit.some(
        over =>
          over.product !== product &&
          over.instance !== undefined &&
          over.instance.meshes.length > 0 &&
          over.product.info.covers.some(name => name === category || name === mesh.material.name),
      );
    }
  }
}
