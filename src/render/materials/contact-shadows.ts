import { BufferAttribute, BufferGeometry, DataTexture, DynamicDrawUsage, LinearFilter, Mesh } from 'three';
import type { Disposable } from '../../core/disposal.ts';
import { drawnByThreeToo, SurfaceMaterial } from './surface-material.ts';
import { ALPHA, MAP } from './surface-variant.ts';

/**
 * Height of shadows above the floor, metres: above thin rugs and the rim of a dance floor. From eye height the gap is invisible.
 */
const LIFT = 0.03;
const SIZE = 32;

/**
 * Soft dark blobs on the floor, one for each figure, so that feet appear to touch the ground. All shadows are one mesh and one
 * draw call.
 *
 * ```ts
 * const shadows = new ContactShadows(avatars.length);
 * scene.add(shadows.mesh);
 * shadows.place(0, x, y, z, 0.35);
 * shadows.update();
 * ```
 */
export class ContactShadows implements Disposable {
  readonly mesh: Mesh<BufferGeometry, SurfaceMaterial>;
  #changed = true;
  readonly #positions: Float32Array;
  readonly #attribute: BufferAttribute;
  readonly #texture: DataTexture;

  /**
   * Creates hidden shadows.
   *
   * @param capacity - maximum number of shadows, 1..16383.
   * @param strength - opacity in the middle, 0..1.
   */
  constructor(capacity: number, strength = 0.7) {
    if (!(capacity >= 1 && capacity <= 16383)) throw new RangeError(`1 to 16383 contact shadows, got ${capacity}`);
    this.#positions = new Float32Array(capacity * 12);
    this.#attribute = new BufferAttribute(this.#positions, 3);
    this.#attribute.setUsage(DynamicDrawUsage);
    const uv = new Uint8Array(capacity * 8);
    const index = new Uint16Array(capacity * 6);
    for (let i = 0; i < capacity; i++) {
      uv.set([0, 0, 0, 255, 255, 255, 255, 0], i * 8);
      index.set(
        [0, 1, 2, 0, 2, 3].map(corner => corner + i * 4),
        i * 6,
      );
    }
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', this.#attribute);
    geometry.setAttribute('uv', new BufferAttribute(uv, 2, true));
    geometry.setIndex(new BufferAttribute(index, 1));
    const material = new SurfaceMaterial({ variant: ALPHA | MAP, color: [0, 0, 0, strength] });
    this.#texture = blob();
    material.map = this.#texture;
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
    // All shadows are one mesh, sorted among glass and leaves. They are drawn first: they lie on the floor, behind transparent
    // surfaces.
    this.mesh.renderOrder = -1;
    this.mesh.name = 'contact shadows';
    drawnByThreeToo(this.mesh);
  }

  /** Moves shadow `i` to a point on the floor, in the mesh's space. Metres; radius 0 hides it. */
  place(i: number, x: number, y: number, z: number, radius: number): void {
    const p = this.#positions;
    let at = i * 12;
    // The first corner and the second one's side tell all. A shadow that stays is not uploaded again.
    const left = Math.fround(x - radius);
    if (
      p[at] === left &&
      p[at + 1] === Math.fround(y + LIFT) &&
      p[at + 2] === Math.fround(z - radius) &&
      p[at + 6] === Math.fround(x + radius)
    )
      return;
    this.#changed = true;
    for (let corner = 0; corner < 4; corner++) {
      p[at++] = x + (corner < 2 ? -radius : radius);
      p[at++] = y + LIFT;
      p[at++] = z + (corner === 0 || corner === 3 ? -radius : radius);
    }
  }

  /** Uploads the shadows. Call it after the last `place` of a frame. */
  update(): void {
    if (this.#changed) this.#attribute.needsUpdate = true;
    this.#changed = false;
  }

  dispose(): void {
    this.mesh.removeFromParent();
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
    this.#texture.dispose();
  }
}

/** Draws a white blob whose opacity falls smoothly from the middle to 0 at the rim. */
function blob(): DataTexture {
  const data = new Uint8Array(SIZE * SIZE * 4).fill(255);
  for (let i = 0; i < SIZE * SIZE; i++) {
    const x = ((i % SIZE) + 0.5) / (SIZE / 2) - 1;
    const y = (Math.floor(i / SIZE) + 0.5) / (SIZE / 2) - 1;
    const inside = Math.max(0, 1 - Math.hypot(x, y));
    data[i * 4 + 3] = 255 * inside * inside * (3 - 2 * inside);
  }
  const texture = new DataTexture(data, SIZE, SIZE);
  texture.magFilter = LinearFilter;
  texture.minFilter = LinearFilter;
  texture.needsUpdate = true;
  return texture;
}
