import type { Group } from 'three';
import type { MeshPart } from '../../assets/meshes/mesh-asset.ts';
import type { Avatar } from '../../avatar/avatar.ts';
import type { SkinBinding } from '../../avatar/skeleton/palette.ts';
import { FormatError } from '../../core/errors.ts';
import { identityPalette, type PartMesh } from '../../render/geometry/part-mesh.ts';
import type { OutfitPartInfo } from '../documents/room-info.ts';
import type { LiveProduct, ProductInstance } from '../furniture/live-product.ts';
import type { Placed } from '../resources/room-priorities.ts';
import { JointGroup } from './joint-group.ts';
import type { LiveFace } from './live-face.ts';

/** The avatar that wears an outfit: refreshed when a product of it changes. */
export interface Wearer extends Placed {
  /** The parent of all parts. */
  readonly group: Group;
  /** Undefined without a skeleton: parts stand in their bind pose. */
  readonly avatar: Avatar | undefined;
  /** @throws FormatError if the part fits another skeleton. */
  bind(part: MeshPart, url: string): SkinBinding | undefined;
  readonly onError: (url: string, error: unknown) => void;
}

/** One item of an outfit. Its product is acquired. */
export interface OutfitItem {
  readonly part: OutfitPartInfo;
  readonly product: LiveProduct;
  /** Undefined until it is put on. */
  instance: ProductInstance | undefined;
  /** One for each skinned mesh of it. */
  palettes: Float32Array[];
  /** One for each mesh that has morph targets. */
  readonly faces: Map<PartMesh, LiveFace>;
  hanger: JointGroup | undefined;
}

/**
 * Puts an item on the wearer.
 * @param onError - called with what does not fit.
 */
export function putOn(worn: OutfitItem, wearer: Wearer, onError: ProductInstance['onError']): void {
  const { group, avatar } = wearer;
  const { joint } = worn.part;
  worn.hanger = joint === undefined || !avatar ? undefined : JointGroup.on(avatar, group, joint);
  if (joint !== undefined && avatar && !worn.hanger) {
    const { url } = worn.product.info;
    onError(url, new FormatError('worn on a joint that the skeleton lacks', { url, at: 'joint', value: joint }));
  }
  // Not `worn.palettes` below: `handOver` moves the array, and a mesh that arrives later belongs to its new item.
  const { palettes } = worn;
  const paletteOf = (part: MeshPart, url: string): Float32Array | undefined => {
    if (!part.skin) return undefined;
    const binding = wearer.bind(part, url);
    if (!avatar || !binding) return identityPalette();
    const palette = avatar.addSkin(binding, part.bounds);
    palettes.push(palette);
    return palette;
  };
  worn.instance = worn.product.place(worn.hanger?.group ?? group, paletteOf, onError);
}

/** Takes an item off, and returns the palettes and joints that its parts follow. */
export function takeOff(worn: OutfitItem, { avatar }: Pick<Wearer, 'avatar'>): void {
  if (worn.instance) worn.product.remove(worn.instance);
  worn.instance = undefined;
  for (const palette of worn.palettes) avatar?.removeSkin(palette);
  worn.palettes.length = 0;
  for (const face of worn.faces.values()) face.dispose();
  worn.faces.clear();
  worn.hanger?.dispose();
  worn.hanger = undefined;
}

export function isSame(a: OutfitItem, b: OutfitItem): boolean {
  return a.product === b.product && a.part.joint === b.part.joint;
}

/** Moves the instance, palettes, faces and joint of `worn` to `next`. */
export function handOver(worn: OutfitItem, next: OutfitItem): void {
  next.instance = worn.instance;
  next.palettes = worn.palettes;
  for (const [mesh, face] of worn.faces) next.faces.set(mesh, face);
  worn.faces.clear();
  next.hanger = worn.hanger;
  worn.instance = worn.hanger = undefined;
  worn.palettes = [];
}

/** Hides what visible items cover: whole products by category, materials by name. */
export function cover(outfit: readonly OutfitItem[]): void {
  for (const { product, instance } of outfit) {
    const { category } = product.info;
    for (const mesh of instance?.meshes ?? [])
      mesh.visible =
        !(category !== undefined && isCovered(outfit, product, category)) && !isCovered(outfit, product, mesh.material.name);
  }
}

/** Whether a visible product other than `product` covers a category or material of that name. */
function isCovered(outfit: readonly OutfitItem[], product: LiveProduct, name: string): boolean {
  for (let i = 0; i < outfit.length; i++) {
    const { product: over, instance } = outfit[i];
    if (over !== product && instance && instance.meshes.length > 0 && over.info.covers.includes(name)) return true;
  }
  return false;
}
