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
    const { category } = product.info;
    for (const mesh of instance?.meshes ?? [])
      mesh.visible =
        !(category !== undefined && isCovered(outfit, product, category)) && !isCovered(outfit, product, mesh.material.name);
  }
}

/** Whether something that is to be seen, other than `product`, covers what is called that. */
function isCovered(outfit: readonly OutfitItem[], product: LiveProduct, name: string): boolean {
  for (let i = 0; i < outfit.length; i++) {
    const { product: over, instance } = outfit[i];
    if (over !== product && instance && instance.meshes.length > 0 && over.info.covers.includes(name)) return true;
  }
  return false;
}
