import { Box3, Group, Quaternion, Sphere, Vector3 } from 'three';
import { identityPalette } from '../../render/geometry/part-mesh.ts';
import type { FurnitureInfo } from '../documents/room-info.ts';
import type { Placed } from '../resources/room-priorities.ts';
import type { LiveProduct, PaletteOf, ProductInstance } from './live-product.ts';
import type { LiveProducts } from './live-products.ts';

/** Half a metre around its place: what a product without bounds is taken for. */
const unknownBounds = { min: [-0.5, 0, -0.5], max: [0.5, 1, 0.5] } as const;
const turn = new Quaternion();
const up = new Vector3(0, 1, 0);
/** A skinned mesh that no avatar wears stands in its bind pose. */
const paletteOf: PaletteOf = part => (part.skin ? identityPalette() : undefined);

/** A product at one place of the room. */
export class LiveFurniture implements Placed {
  readonly group = new Group();
  readonly sphere = new Sphere();
  readonly #box = new Box3();
  readonly #products: LiveProducts;
  #info: FurnitureInfo;
  #product: LiveProduct;
  #instance: ProductInstance;
  /** The next product here, until it can be drawn. */
  #next: LiveProduct | undefined;

  constructor(info: FurnitureInfo, products: LiveProducts) {
    this.#info = info;
    this.#products = products;
    this.#product = products.acquire(info.product, this);
    // It stands still, so its matrix is computed when it is placed, not in each frame.
    this.group.matrixAutoUpdate = false;
    this.#put();
    this.#instance = this.#product.place(this.group, paletteOf, () => {});
  }

  get unbounded(): boolean {
    return !this.#info.product.bounds;
  }

  /** A turning product may reach beyond it. */
  get box(): Box3 | undefined {
    return this.#info.data.spin ? undefined : this.#box;
  }

  /** Its documents, even if they name a product that is still loading. */
  get info(): FurnitureInfo {
    return this.#info;
  }

  /** Applies changed documents: a new place at once, a new product as soon as it can be drawn. */
  change(info: FurnitureInfo): void {
    this.#info = info;
    this.#put();
    // Acquired before the former one is released, so that nothing that both need is loaded twice.
    const product = this.#products.acquire(info.product, this);
    this.#dropNext();
    if (product === this.#product) this.#products.release(product, this);
    else this.#next = product;
    this.refresh();
  }

  /** Turns it as of `seconds` after the room opened. */
  spinTo(seconds: number): void {
    const { rotation, spin = 0 } = this.#info.data;
    this.group.quaternion.fromArray(rotation).multiply(turn.setFromAxisAngle(up, (seconds * spin * Math.PI) / 180));
    this.group.updateMatrix();
    this.group.updateMatrixWorld(true);
  }

  /** Replaces the product once the next one can be drawn. If that fails, the old one stays. */
  refresh(): void {
    const next = this.#next;
    if (!next?.drawable) return;
    if (next.failure && !this.#product.failure) {
      this.#dropNext();
      return;
    }
    this.#next = undefined;
    next.catchUp();
    const instance = next.place(this.group, paletteOf, () => {});
    this.#leave();
    this.#product = next;
    this.#instance = instance;
  }

  eachProduct(use: (product: LiveProduct) => void): void {
    use(this.#product);
    if (this.#next) use(this.#next);
  }

  plays(): boolean {
    return false;
  }

  dispose(): void {
    this.#leave();
    this.#dropNext();
    this.group.removeFromParent();
  }

  #leave(): void {
    this.#product.remove(this.#instance);
    this.#products.release(this.#product, this);
  }

  #dropNext(): void {
    if (this.#next) this.#products.release(this.#next, this);
    this.#next = undefined;
  }

  #put(): void {
    const { data, product } = this.#info;
    const { position, rotation, scale, name } = data;
    this.group.name = name ?? product.name;
    this.group.position.fromArray(position);
    this.group.quaternion.fromArray(rotation);
    if (typeof scale === 'number') this.group.scale.setScalar(scale);
    else this.group.scale.fromArray(scale);
    this.group.updateMatrix();
    this.group.updateMatrixWorld(true);
    const { min, max } = product.bounds ?? unknownBounds;
    this.#box
      .set(new Vector3().fromArray(min), new Vector3().fromArray(max))
      .applyMatrix4(this.group.matrix)
      .getBoundingSphere(this.sphere);
    // For rays: a product that turns, or has no bounds, may be elsewhere.
    this.group.userData.foyerBounds = data.spin ? undefined : product.bounds && this.sphere;
  }
}
