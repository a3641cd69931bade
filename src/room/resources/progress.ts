import { isSettled } from './resource-state.ts';
import type { RoomResource } from './room-resource.ts';

export interface RoomProgress {
  /** Bytes that have arrived, of resources on their way, on the GPU or given up. */
  readonly bytesDone: number;
  /** Bytes of all resources that documents have named so far. */
  readonly bytesKnown: number;
  /** bytesDone / bytesKnown, 0..1; 0 until all documents are known; never falls. */
  readonly fraction: number;
}

/** One file. Two resources may need it: a texture that repeats, and one that ends at its edges. */
interface Entry {
  readonly bytes: number;
  readonly needed: Set<RoomResource>;
  arrived: number;
  done: boolean;
}

/** Counts bytes done of bytes known, as resources report changes. The share never falls, though bytes may become known late. */
export class ProgressLedger {
  readonly #entries = new Map<string, Entry>();
  /** What waits, for its turn or for its bytes. */
  readonly #moving = new Map<RoomResource, Entry>();
  #bytesDone = 0;
  #bytesKnown = 0;
  #fraction = 0;

  /** Counts what `resource` is now. To be called after each of its changes; `users` 0 says that it is gone. */
  note(resource: RoomResource): void {
    const { info, state, users, heldBack, received } = resource;
    const isNeeded = users > 0 && !heldBack;
    this.#moving.delete(resource);
    const key = `${info.kind} ${info.hash}`;
    let entry = this.#entries.get(key);
    if (isNeeded) {
      if (!entry) {
        this.#entries.set(key, (entry = { bytes: info.bytes, needed: new Set(), arrived: 0, done: false }));
        this.#bytesKnown += entry.bytes;
      }
      entry.needed.add(resource);
      entry.done ||= isSettled(state);
      this.#arrive(entry, received);
      if (state === 'waiting') this.#moving.set(resource, entry);
    } else if (entry?.needed.delete(resource)) this.#forget(key, entry);
  }

  /** Looks how much of each download has arrived. */
  look(): void {
    for (const [{ received }, entry] of this.#moving) this.#arrive(entry, received);
  }

  /** @param complete - whether all documents have been followed: before that, the share would be of an unknown whole. */
  progress(complete: boolean): RoomProgress {
    const [bytesDone, bytesKnown] = [this.#bytesDone, this.#bytesKnown];
    const wasFull = this.#fraction === 1;
    if (complete) this.#fraction = Math.max(this.#fraction, bytesKnown > 0 ? bytesDone / bytesKnown : 1);
    if (this.#fraction === 1 && !wasFull) for (const [key, entry] of this.#entries) this.#forget(key, entry);
    return { bytesDone, bytesKnown, fraction: this.#fraction };
  }

  #arrive(entry: Entry, received: number): void {
    // Bytes that must come again are not taken back from the bar.
    const arrived = entry.done ? entry.bytes : Math.min(received, entry.bytes);
    if (arrived <= entry.arrived) return;
    this.#bytesDone += arrived - entry.arrived;
    entry.arrived = arrived;
  }

  /**
   * Forgets a file that nothing needs: at once where it had not arrived (a low texture whose high one is in the cache); where it
   * had, once all has arrived: in a live room others come for days.
   */
  #forget(key: string, { bytes, arrived, done, needed }: Entry): void {
    if (needed.size > 0 || (done && this.#fraction < 1)) return;
    this.#entries.delete(key);
    this.#bytesKnown -= bytes;
    this.#bytesDone -= arrived;
  }
}
