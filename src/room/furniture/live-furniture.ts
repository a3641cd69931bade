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
/** A skinned mesh that nobody wears stands as it was modelled. */
const paletteOf: PaletteOf = part => (part.skin ? identityPalette() : undefined);

/** A product that stands at one place of the room. */
export class LiveFurniture implements Placed {
  readonly group = new Group();
  readonly sphere = new Sphere();
  readonly #box = new Box3();
  readonly #products: LiveProducts;
  #info: FurnitureInfo;
  #product: LiveProduct;
  #instance: ProductInstance;
  /** What is to stand here as soon as it can be drawn. */
  #next: LiveProduct | undefined;

  constructor(info: FurnitureInfo, products: LiveProducts) {
    this.#info = info;
    this.#products = products;
    this.#product = products.acquire(info.product, this);
    // It stands still: its matrix is made when it is put somewhere, not in every frame.
    this.group.matrixAutoUpdate = false;
    this.#put();
    this.#instance = this.#product.place(this.group, paletteOf, () => {});
  }

  get unbounded(): boolean {
    return !this.#info.product.bounds;
  }

  /** What turns may reach beyond it. */
  get box(): Box3 | undefined {
    return this.#info.data.spin ? undefined : this.#box;
  }

  /** What its documents say; of a product that is still on its way, too. */
  get info(): FurnitureInfo {
    return this.#info;
  }

  /** Its documents changed: it stands elsewhere, at once, or something else stands here, as soon as that can be drawn. */
  change(info: FurnitureInfo): void {
    this.#info = info;
    this.#put();
    // Acquired before what was on its way is given up: what both need is not fetched twice.
    const product = this.#products.acquire(info.product, this);
    this.#dropNext();
    if (product === this.#product) this.#products.release(product, this);
    else this.#next = product;
    this.refresh();
  }

  /** Turns to where its spin has brought it `seconds` after the room began to live. */
  spinTo(seconds: number): void {
    const { rotation, spin = 0 } = this.#info.data;
    this.group.quaternion.fromArray(rotation).multiply(turn.setFromAxisAngle(up, (seconds * spin * Math.PI) / 180));
    this.group.updateMatrix();
    this.group.updateMatrixWorld(true);
  }

  /** Puts up what is to stand here, once it can be drawn. Where it cannot be had, what stands here stays. */
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
    // For rays: what turns, or whose bounds nobody tells, may be elsewhere.
    this.group.userData.foyerBounds = data.spin ? undefined : product.bounds && this.sphere;
  }
}
