/** Where an avatar stands: as its pose says, or its documents before its skeleton has arrived. And its way and outfit by its documents. */
import { type Box3, type Group, type Sphere, Vector3 } from 'three';
import type { Avatar } from '../../avatar/avatar.ts';
import { createWalkPath, type WalkPath } from '../../avatar/motion/walk-path.ts';
import type { AvatarInfo, OutfitPartInfo } from '../documents/room-info.ts';
import { keyOf } from '../furniture/live-products.ts';

const size = new Vector3();

/** What is placed: the group, and the bounds in the world. */
interface Standing {
  readonly group: Group;
  readonly box: Box3;
  readonly sphere: Sphere;
}

/** Places the group and the bounds of an avatar whose skeleton has not arrived. */
export function standAt({ data, height }: AvatarInfo, { group, box, sphere }: Standing): void {
  group.position.fromArray(data.position);
  group.quaternion.fromArray(data.rotation);
  group.updateMatrix();
  group.matrixWorldNeedsUpdate = true;
  box.setFromCenterAndSize(group.position, size.set(height * 0.4, height, height * 0.4));
  box.translate(size.set(0, height / 2, 0));
  box.getBoundingSphere(sphere);
}

/** Places them as the avatar is posed. Allocates nothing. */
export function standAsPosed({ matrix, bounds: b }: Avatar, { group, box, sphere }: Standing): void {
  group.matrix.fromArray(matrix);
  group.matrixWorldNeedsUpdate = true;
  box.min.set(b[0], b[1], b[2]);
  box.max.set(b[3], b[4], b[5]);
  box.applyMatrix4(group.matrix);
  box.getBoundingSphere(sphere);
}

/** Returns the loop that the documents describe. A path with a `start` is walked once, by a guide. */
export function pathOf({ data: { path, start } }: AvatarInfo): WalkPath | undefined {
  return path && path.length > 1 && start === undefined ? createWalkPath(path) : undefined;
}

/** Two documents with equal keys stand or walk in the same way. */
export function wayKey({ data: { position, rotation, path, speed, phase }, height }: AvatarInfo): string {
  return JSON.stringify([position, rotation, path, speed, phase, height]);
}

/** Outfits with equal keys are the same. The order of items does not matter. */
export function outfitKey(outfit: readonly OutfitPartInfo[]): string {
  const parts = outfit.map(({ product, joint }) => `${keyOf(product)} ${joint ?? ''}`);
  return parts.sort().join(' + ');
}
