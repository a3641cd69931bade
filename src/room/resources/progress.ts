import { isSettled } from './resource-state.ts';
import type { RoomResource } from './room-resource.ts';

export interface RoomProgress {
  /** Bytes that have come, of resources on their way, on the GPU or given up. */
  readonly bytesDone: number;
  /** Bytes of all resources that the documents have told of so far. */
  readonly bytesKnown: number;
  /** bytesDone / bytesKnown, 0..1; 0 until all documents are known; never falls. */
  readonly fraction: number;
}

/** Counts bytes done of bytes known. The share that it tells never runs back, though bytes may become known late. */
export class ProgressLedger {
  readonly #resources = new Map<string, { readonly bytes: number; came: number; done: boolean }>();
  #fraction = 0;

  /** @param complete - whether all documents have been followed; before that, the share would be of an unknown whole. */
  count(resources: Iterable<RoomResource>, complete: boolean): RoomProgress {
    const present = new Set<string>();
    for (const { info, state, received, heldBack } of resources) {
      // Nobody waits for what memory has no room for.
      if (heldBack) continue;
      const key = `${info.kind} ${info.hash}`;
      present.add(key);
      let entry = this.#resources.get(key);
      if (!entry) this.#resources.set(key, (entry = { bytes: info.bytes, came: 0, done: false }));
      entry.done ||= isSettled(state);
      // Bytes that must come again are not taken back from the bar.
      entry.came = Math.max(entry.came, entry.done ? info.bytes : Math.min(received, info.bytes));
    }
    let bytesDone = 0;
    let bytesKnown = 0;
    for (const [key, { bytes, came, done }] of this.#resources) {
      // Let go of before it came (a low texture whose high one is in the cache): nobody waits for it any more. Once all has come, what
      // is gone is forgotten: in a live room others come for days.
      if (!present.has(key) && (!done || this.#fraction === 1)) this.#resources.delete(key);
      else {
        bytesKnown += bytes;
        bytesDone += came;
      }
    }
    if (complete) this.#fraction = Math.max(this.#fraction, bytesKnown > 0 ? bytesDone / bytesKnown : 1);
    return { bytesDone, bytesKnown, fraction: this.#fraction };
  }
}
