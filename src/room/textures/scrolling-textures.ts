import type { Texture } from 'three';

interface Scrolling {
  readonly texture: Texture;
  readonly rate: readonly [number, number];
  readonly swing: number | undefined;
}

/**
 * Textures that move over their surfaces, as the room's documents say: a few of hundreds. `texture.offset` is where each is. `userData.scrolls`
 * tells materials that it moves.
 */
export class ScrollingTextures {
  #all: readonly Scrolling[] = [];
  #seconds = 0;

  /**
   * @param rate - lengths of the texture a second, along u and v.
   * @param swing - seconds in which it goes there and back; undefined: it goes on and on.
   */
  add(texture: Texture, rate: readonly [number, number], swing?: number): void {
    texture.userData.scrolls = true;
    this.#all = [...this.#all, { texture, rate, swing }];
    this.moveTo(this.#seconds);
  }

  /** Forgets a texture. Whatever else is given is ignored. */
  delete(value: unknown): void {
    if (this.#all.some(({ texture }) => texture === value)) this.#all = this.#all.filter(({ texture }) => texture !== value);
  }

  /** @param seconds - since the room began to live. */
  moveTo(seconds: number): void {
    this.#seconds = seconds;
    for (let i = 0; i < this.#all.length; i++) {
      const { texture, rate, swing } = this.#all[i];
      // The integral of a cosine of that period whose amplitude is the greatest speed.
      const passed = swing === undefined ? seconds : (Math.sin((2 * Math.PI * seconds) / swing) * swing) / (2 * Math.PI);
      // Two lengths: a mirrored texture is the same again after two. Large offsets would cost the GPU their last digits.
      texture.offset.set((rate[0] * passed) % 2, (rate[1] * passed) % 2);
    }
  }
}
