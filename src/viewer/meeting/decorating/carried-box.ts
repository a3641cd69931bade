import { BoxGeometry, Mesh, MeshBasicMaterial } from 'three';
import type { Disposable } from '../../../core/disposal.ts';
import type { LiveFurniture } from '../../../room/furniture/live-furniture.ts';

/** Margin of the box around its content, metres. */
const MARGIN = 0.03;

/** A translucent box that marks the carried piece of furniture. */
export class CarriedBox implements Disposable {
  readonly #mesh = new Mesh(
    new BoxGeometry(1, 1, 1),
    new MeshBasicMaterial({ transparent: true, opacity: 0.24, depthWrite: false }),
  );

  /** @param color - `0xrrggbb`: the built page has no code that reads CSS's colours into three's. */
  constructor(color: number) {
    this.#mesh.name = 'carried';
    this.#mesh.material.color.set(color);
  }

  /** Undefined: nothing is carried. */
  around(thing: LiveFurniture | undefined): void {
    this.#mesh.removeFromParent();
    if (!thing) return;
    const { min, max } = thing.info.product.bounds ?? { min: [-0.5, 0, -0.5], max: [0.5, 1, 0.5] };
    const size = [0, 1, 2].map(i => max[i] - min[i] + 2 * MARGIN);
    this.#mesh.scale.set(size[0], size[1], size[2]);
    this.#mesh.position.set((min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2);
    thing.group.add(this.#mesh);
    this.#mesh.updateMatrixWorld(true);
  }

  dispose(): void {
    this.#mesh.removeFromParent();
    this.#mesh.geometry.dispose();
    this.#mesh.material.dispose();
  }
}
