import { Box3, Group, Sphere, Vector3 } from 'three';
import type { AvatarInfo, ProductInfo } from './follow-room.ts';
import type { LiveProduct, ProductInstance } from './live-product.ts';
import type { Placed } from './room-priorities.ts';

const size = new Vector3();

/** Somebody in the room: a skeleton, what is worn on it, and how it moves. */
export class LiveAvatar implements Placed {
  readonly info: AvatarInfo;
  readonly group = new Group();
  readonly sphere = new Sphere();
  /** In the world, upright: for picking. */
  readonly box = new Box3();
  readonly #skeleton: LiveProduct;
  readonly #outfit: readonly { readonly product: LiveProduct; readonly instance: ProductInstance }[];

  constructor(info: AvatarInfo, productOf: (info: ProductInfo) => LiveProduct) {
    this.info = info;
    this.group.name = info.name;
    this.group.position.fromArray(info.data.position);
    this.group.quaternion.fromArray(info.data.rotation);
    this.#skeleton = productOf(info.skeleton);
    this.#outfit = info.outfit.map(part => {
      const product = productOf(part.product);
      return { product, instance: product.place(this.group, () => undefined) };
    });
    this.#stand();
  }

  eachProduct(use: (product: LiveProduct) => void): void {
    use(this.#skeleton);
    for (const { product } of this.#outfit) use(product);
  }

  plays(clip: string): boolean {
    return clip === this.info.data.animation;
  }

  resourcesChanged(): void {}

  update(_seconds: number): void {}

  /** Writes where to look at it: its face. */
  face(target: Vector3): void {
    target.copy(this.group.position);
    target.y += this.info.height * 0.88;
  }

  dispose(): void {
    for (const { product, instance } of this.#outfit) product.remove(instance);
    this.group.removeFromParent();
  }

  #stand(): void {
    const { height } = this.info;
    this.box.setFromCenterAndSize(this.group.position, size.set(height * 0.4, height, height * 0.4));
    this.box.translate(size.set(0, height / 2, 0));
    this.box.getBoundingSphere(this.sphere);
  }
}
