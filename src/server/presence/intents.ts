import type { Clock } from '../../core/clock.ts';
import type { Addresses } from '../documents/addresses.ts';
import type { Aggregate } from '../documents/aggregate.ts';
import type { Documents } from '../documents/documents.ts';
import type { Data } from '../log/change.ts';
import { frame } from '../updates/frames.ts';
import type { Updates } from '../updates/updates.ts';

/** Least time between two reports of one avatar's presence, ms: 5 a second. */
const INTERVAL_MS = 200;
/**
 * Time between two reports in a room, ms. Everybody who begins to walk within it shares one write to each recipient. The first after a
 * silence is sent at once. The cost grows with the square of the people in a room, so fuller rooms share more: 2 ms for each recipient.
 */
const LEAST_GATHER_MS = 40;
const GATHER_MS_EACH = 2;

interface Intent {
  readonly data: Data;
  /** Time of its latest report, ms on the clock. */
  told: number;
  dirty: boolean;
}

interface RoomIntents {
  readonly byPath: Map<string, Intent>;
  /** Time of the latest report in the room, ms on the clock. */
  told: number;
  /** Time of the next report, and the function that cancels it. */
  due: number;
  cancel: (() => void) | undefined;
}

export interface IntentsOptions {
  readonly documents: Documents;
  readonly updates: Updates;
  readonly addresses: Addresses;
  readonly clock: Clock;
}

/**
 * What people are doing now: where they walk, which clip they play, where they look. Only the latest intent of an avatar counts. It is not
 * in the log, and ends when the avatar leaves.
 */
export class Intents {
  readonly #documents: Documents;
  readonly #updates: Updates;
  readonly #addresses: Addresses;
  readonly #clock: Clock;
  readonly #rooms = new Map<string, RoomIntents>();
  readonly #stopListening: () => void;

  constructor({ documents, updates, addresses, clock }: IntentsOptions) {
    this.#documents = documents;
    this.#updates = updates;
    this.#addresses = addresses;
    this.#clock = clock;
    this.#stopListening = documents.events.on('applied', ({ aggregate, paths }) => this.#forget(aggregate, paths));
  }

  get(room: string, path: string): Data | undefined {
    return this.#rooms.get(room)?.byPath.get(path)?.data;
  }

  set(room: string, path: string, data: Data): void {
    let intents = this.#rooms.get(room);
    if (!intents)
      this.#rooms.set(room, (intents = { byPath: new Map(), told: Number.NEGATIVE_INFINITY, due: 0, cancel: undefined }));
    const told = intents.byPath.get(path)?.told ?? Number.NEGATIVE_INFINITY;
    intents.byPath.set(path, { data, told, dirty: true });
    this.#schedule(room, intents);
  }

  /** Yields the intents of all rooms by path, for another process that has just started. */
  *entries(): Generator<{ readonly room: string; readonly path: string; readonly data: Data }> {
    for (const [room, { byPath }] of this.#rooms) for (const [path, { data }] of byPath) yield { room, path, data };
  }

  /** Returns events that report to a new reader what everybody is doing. */
  present(room: string): readonly Buffer[] {
    const frames: Buffer[] = [];
    for (const [path, { data }] of this.#rooms.get(room)?.byPath ?? []) {
      const made = this.#frame(room, path, data);
      if (made) frames.push(made);
    }
    return frames;
  }

  #frame(room: string, path: string, data: Data): Buffer | undefined {
    const member = this.#documents.existing(room)?.member(path);
    return member && frame('presence', { avatar: this.#addresses.ofRef(member.ref), ...data });
  }

  #schedule(room: string, intents: RoomIntents): void {
    let due = Number.POSITIVE_INFINITY;
    for (const { dirty, told } of intents.byPath.values()) if (dirty) due = Math.min(due, told + INTERVAL_MS);
    const gather = Math.min(INTERVAL_MS, Math.max(LEAST_GATHER_MS, GATHER_MS_EACH * this.#updates.recipients(room)));
    due = Math.max(due, intents.told + gather);
    if (due === Number.POSITIVE_INFINITY || (intents.cancel && intents.due <= due)) return;
    intents.cancel?.();
    intents.due = due;
    intents.cancel = this.#clock.after(Math.max(0, due - this.#clock.now()), () => {
      intents.cancel = undefined;
      this.#tell(room, intents);
      this.#schedule(room, intents);
    });
  }

  #tell(room: string, intents: RoomIntents): void {
    const now = this.#clock.now();
    intents.told = now;
    const frames: Buffer[] = [];
    for (const [path, intent] of intents.byPath) {
      if (!intent.dirty || now - intent.told < INTERVAL_MS) continue;
      intent.dirty = false;
      intent.told = now;
      const made = this.#frame(room, path, intent.data);
      if (made) frames.push(made);
    }
    if (frames.length > 0) this.#updates.send(room, Buffer.concat(frames), frames.length);
  }

  /** Forgets the intent of an edge that was removed or written again: the edge itself says what its avatar does. */
  #forget(aggregate: Aggregate, paths: ReadonlySet<string>): void {
    const intents = this.#rooms.get(aggregate.id);
    if (!intents) return;
    for (const path of paths) intents.byPath.delete(path);
    if (intents.byPath.size > 0) return;
    intents.cancel?.();
    this.#rooms.delete(aggregate.id);
  }

  close(): void {
    this.#stopListening();
    for (const { cancel } of this.#rooms.values()) cancel?.();
    this.#rooms.clear();
  }
}
