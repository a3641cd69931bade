/**
 * Tracks which picture is in which tile of an atlas. It evicts the tile that was shown longest ago, never one of this frame. Keys
 * are whole numbers below 2 ** 30.
 */
export class TileCache {
  readonly #tiles = new Map<number, number>();
  readonly #keys: Int32Array;
  readonly #shown: Float64Array;
  readonly #made: Float64Array;
  /** Frames until a picture expires. Light, textures and the surface below change slowly, but they change. */
  readonly #lifetime: number;

  constructor(capacity: number, lifetime: number) {
    this.#keys = new Int32Array(capacity).fill(-1);
    this.#shown = new Float64Array(capacity).fill(-1);
    this.#made = new Float64Array(capacity).fill(-1);
    this.#lifetime = lifetime;
  }

  /** Number of pictures. */
  get size(): number {
    return this.#tiles.size;
  }

  /** Returns the tile that shows `key` and marks it as used in `frame`. Returns -1 if there is none or it has expired. */
  find(key: number, frame: number): number {
    const tile = this.#tiles.get(key);
    if (tile === undefined || frame - this.#made[tile] > this.#lifetime) return -1;
    this.#shown[tile] = frame;
    return tile;
  }

  /** Takes a tile for a new picture of `key`. Returns -1 if this frame uses all tiles. */
  take(key: number, frame: number): number {
    let tile = this.#tiles.get(key) ?? -1;
    if (tile < 0) {
      let oldest = frame;
      for (let i = 0; i < this.#keys.length; i++) {
        if (this.#shown[i] >= oldest) continue;
        oldest = this.#shown[i];
        tile = i;
        if (oldest < 0) break;
      }
      if (tile < 0) return -1;
      if (this.#keys[tile] >= 0) this.#tiles.delete(this.#keys[tile]);
      this.#keys[tile] = key;
      this.#tiles.set(key, tile);
    }
    this.#shown[tile] = this.#made[tile] = frame;
    return tile;
  }

  clear(): void {
    this.#tiles.clear();
    this.#keys.fill(-1);
    this.#shown.fill(-1);
    this.#made.fill(-1);
  }
}
