/** Counts received bytes: first of what a visitor needs to enter the room, then of the rest. */
import { HIGH } from '../../net/queue/priority.ts';
import { isSettled } from './resource-state.ts';
import type { RoomResource } from './room-resource.ts';

export interface RoomProgress {
  /** What the bytes are for: `interactive` before the visitor can enter, then `complete`. */
  readonly toward: 'interactive' | 'complete';
  /** Received bytes of resources that are loading, on the GPU or failed. */
  readonly bytesDone: number;
  /** Bytes of all resources that documents have named so far, as far as `toward` needs them. */
  readonly bytesKnown: number;
  /** bytesDone / bytesKnown, 0..1; 0 until all documents are known. Falls once: when `toward` changes, it starts again. */
  readonly fraction: number;
}

interface Tally {
  done: number;
  known: number;
}

/** One file. Two resources may need it: a texture that repeats, and one that ends at its edges. */
interface Entry {
  readonly bytes: number;
  readonly needed: Set<RoomResource>;
  tally: Tally;
  arrived: number;
  done: boolean;
}

/** Adds up bytes as resources report changes. The share never falls on the way to one state, although more bytes may become known. */
export class ProgressLedger {
  readonly #isSeen: (resource: RoomResource) => boolean;
  readonly #entries = new Map<string, Entry>();
  /** Resources that wait for their turn or for their bytes. */
  readonly #moving = new Map<RoomResource, Entry>();
  readonly #entering: Tally = { done: 0, known: 0 };
  readonly #sharpening: Tally = { done: 0, known: 0 };
  #entered = false;
  #fraction = 0;
  /** Whether `look` was called since the files were last told apart. */
  #looked = false;

  /** @param isSeen - whether the camera sees what needs the resource. Where that is not known, everything counts as seen. */
  constructor(isSeen: (resource: RoomResource) => boolean) {
    this.#isSeen = isSeen;
  }

  /** Bytes that have arrived, whatever for. */
  get received(): number {
    return this.#entering.done + this.#sharpening.done;
  }

  /** Counts the current state of `resource`. Call it after each change. `users` 0 means that it was removed. */
  note(resource: RoomResource): void {
    const { info, state, users, heldBack, received } = resource;
    const isNeeded = users > 0 && !heldBack;
    this.#moving.delete(resource);
    const key = `${info.kind} ${info.hash}`;
    let entry = this.#entries.get(key);
    if (isNeeded) {
      const tally = this.#isForDoor(resource) ? this.#entering : this.#sharpening;
      if (!entry) {
        this.#entries.set(key, (entry = { bytes: info.bytes, needed: new Set(), tally, arrived: 0, done: false }));
        tally.known += entry.bytes;
      }
      // A file that both states need counts for the first.
      if (tally === this.#entering) move(entry, tally);
      entry.needed.add(resource);
      entry.done ||= isSettled(state);
      arrive(entry, received);
      if (state === 'waiting') this.#moving.set(resource, entry);
    } else if (entry?.needed.delete(resource)) this.#forget(key, entry);
  }

  /** Reads how much of each download has arrived. Call it also when the camera may see other resources. */
  look(): void {
    this.#looked = true;
    for (const [{ received }, entry] of this.#moving) arrive(entry, received);
  }

  /** The visitor can enter. From now on, everything that has not arrived counts, and the share starts again. */
  enter(): void {
    this.#entered = true;
    this.#fraction = 0;
    for (const entry of this.#entries.values()) move(entry, entry.done ? this.#entering : this.#sharpening);
  }

  /** @param complete - whether all documents have been followed. Before that, the total is unknown. */
  progress(complete: boolean): RoomProgress {
    if (complete && this.#looked && !this.#entered) this.#tellApart();
    const { done, known } = this.#entered ? this.#sharpening : this.#entering;
    const wasFull = this.#fraction === 1;
    // Where the camera sees nothing, the door waits for whatever comes first.
    const isEmpty = known === 0 && (this.#entered || this.#sharpening.known === 0);
    if (complete) this.#fraction = Math.max(this.#fraction, isEmpty ? 1 : known && done / known);
    if (this.#fraction === 1 && !wasFull) for (const [key, entry] of this.#entries) this.#forget(key, entry);
    return {
      toward: this.#entered ? 'complete' : 'interactive',
      bytesDone: done,
      bytesKnown: known,
      fraction: this.#fraction,
    };
  }

  /** Counts files for what they are needed now. Those that have arrived stay where they are. */
  #tellApart(): void {
    this.#looked = false;
    for (const entry of this.#entries.values()) {
      if (entry.done) continue;
      let tally = this.#sharpening;
      for (const resource of entry.needed) if (this.#isForDoor(resource)) tally = this.#entering;
      move(entry, tally);
    }
  }

  /** Whether the visitor waits for it. A high texture without a low one is requested with the urgent resources. */
  #isForDoor(resource: RoomResource): boolean {
    const { info, state, priority } = resource;
    const sharpens = info.kind === 'texture' && info.tier === 'high' && (state === 'known' || priority.class >= HIGH);
    return !this.#entered && !sharpens && this.#isSeen(resource);
  }

  /**
   * Forgets a file that nothing needs. If it had not arrived (a low texture whose high one is in the cache), at once; otherwise when
   * everything has arrived, because a live room loads files for days.
   */
  #forget(key: string, entry: Entry): void {
    if (entry.needed.size > 0 || (entry.done && this.#fraction < 1)) return;
    this.#entries.delete(key);
    entry.tally.known -= entry.bytes;
    entry.tally.done -= entry.arrived;
  }
}

function move(entry: Entry, tally: Tally): void {
  entry.tally.known -= entry.bytes;
  entry.tally.done -= entry.arrived;
  entry.tally = tally;
  tally.known += entry.bytes;
  tally.done += entry.arrived;
}

function arrive(entry: Entry, received: number): void {
  // Bytes that must be loaded again are not subtracted from the bar.
  const arrived = entry.done ? entry.bytes : Math.min(received, entry.bytes);
  if (arrived <= entry.arrived) return;
  entry.tally.done += arrived - entry.arrived;
  entry.arrived = arrived;
}
