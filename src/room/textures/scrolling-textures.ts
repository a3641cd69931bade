import type { Texture } from 'three';

interface Scrolling {
  readonly texture: Texture;
  readonly rate: readonly [number, number];
  readonly swing: number | undefined;
}

/**
 * Textures that move over their surfaces, as the room's documents say. `texture.offset` is their position. `userData.scrolls` marks them for
 * materials.
 */
export class ScrollingTextures {
  #all: readonly Scrolling[] = [];
  #seconds = 0;

  /**
   * @param rate - texture lengths a second, along u and v.
   * @param swing - period of moving back and forth, seconds. Undefined: it moves in one direction.
   */
  add(texture: Texture, rate: readonly [number, number], swing?: number): void {
    texture.userData.scrolls = true;
    this.#all = [...this.#all, { texture, rate, swing }];
    this.moveTo(this.#seconds);
  }

  /** Forgets a texture. Other values are ignored. */
  delete(value: unknown): void {
    if (this.#all.some(({ texture }) => texture === value)) this.#all = this.#all.filter(({ texture }) => texture !== value);
  }

  /** @param seconds - since the room opened. */
  moveTo(seconds: number): void {
    this.#seconds = seconds;
    for (let i = 0; i < this.#all.length; i++) {
      const { texture, rate, swing } = this.#all[i];
      // The integral of a cosine of that period whose amplitude is the maximum speed.
      const passed = swing === undefined ? seconds : (Math.sin((2 * Math.PI * seconds) / swing) * swing) / (2 * Math.PI);
      // Modulo two, because a mirrored texture repeats after two lengths. Large offsets would lose precision on the GPU.
      texture.offset.set((rate[0] * passed) % 2, (rate[1] * passed) % 2);
    }
  }
}
