import { Box3, Group, Sphere, Vector3 } from 'three';
import { identityPalette } from '../render/part-mesh.ts';
import type { FurnitureInfo } from './follow-room.ts';
import type { LiveProduct, PaletteOf, ProductInstance } from './live-product.ts';
import type { LiveProducts } from './live-products.ts';
import type { Placed } from './room-priorities.ts';

/** Half a metre around its place: what a product without bounds is taken for. */
const unknownBounds = { min: [-0.5, 0, -0.5], max: [0.5, 1, 0.5] } as const;
const box = new Box3();
/** A skinned mesh that nobody wears stands as it was modelled. */
const paletteOf: PaletteOf = part => (part.skin ? identityPalette() : undefined);

/** A product that stands at one place of the room. */
export class LiveFurniture implements Placed {
  readonly info: FurnitureInfo;
  readonly group = new Group();
  readonly sphere = new Sphere();
  readonly #products: LiveProducts;
  readonly #product: LiveProduct;
  readonly #instance: ProductInstance;

  constructor(info: FurnitureInfo, products: LiveProducts) {
    this.info = info;
    this.#products = products;
    this.#product = products.acquire(info.product);
    const { position, rotation, scale, name } = info.data;
    this.group.name = name ?? info.product.name;
    this.group.position.fromArray(position);
    this.group.quaternion.fromArray(rotation);
    if (typeof scale === 'number') this.group.scale.setScalar(scale);
    else this.group.scale.fromArray(scale);
    // It stands still: its matrix is made once, not in every frame.
    this.group.matrixAutoUpdate = false;
    this.group.updateMatrix();
    this.group.updateMatrixWorld(true);
    const { min, max } = info.product.bounds ?? unknownBounds;
    box
      .set(new Vector3().fromArray(min), new Vector3().fromArray(max))
      .applyMatrix4(this.group.matrix)
      .getBoundingSphere(this.sphere);
    this.#instance = this.#product.place(this.group, paletteOf, () => {});
  }

  eachProduct(use: (product: LiveProduct) => void): void {
    use(this.#product);
  }

  plays(): boolean {
    return false;
  }

  dispose(): void {
    this.#product.remove(this.#instance);
    this.#products.release(this.#product);
    this.group.removeFromParent();
  }
}
