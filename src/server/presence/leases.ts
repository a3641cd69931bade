import type { Clock } from '../../core/clock.ts';
import type { Aggregate } from '../documents/aggregate.ts';
import type { Documents } from '../documents/documents.ts';
import type { Updates } from '../updates/updates.ts';

/** An avatar whose user has no open stream leaves after this time, ms. */
export const LEASE_MS = 15_000;
const CHECK_MS = 1000;

export interface LeasesOptions {
  readonly documents: Documents;
  readonly updates: Updates;
  readonly clock: Clock;
  /** Removes an avatar's edge. It may fail, and is retried. */
  end(room: string, path: string): Promise<void>;
}

/**
 * Keeps avatars in rooms while their users listen. Time is monotonic, so a change of the wall clock ends no lease. Every process starts
 * all leases again, so a restart within 15 s removes nobody.
 */
export class Leases {
  readonly #options: LeasesOptions;
  /** Room -> path -> when it was last renewed. */
  readonly #renewed = new Map<string, Map<string, number>>();
  readonly #ending = new Set<string>();
  readonly #stopListening: () => void;
  #cancel: () => void;

  constructor(options: LeasesOptions) {
    this.#options = options;
    const { documents, clock } = options;
    this.#stopListening = documents.events.on('applied', ({ aggregate, paths }) => this.#follow(aggregate, paths));
    const check = () => {
      this.check();
      this.#cancel = clock.after(CHECK_MS, check);
    };
    this.#cancel = clock.after(CHECK_MS, check);
  }

  /** Starts leases for the avatars that were in rooms before this process started. */
  begin(): void {
    for (const aggregate of this.#options.documents.all()) {
      if (aggregate.kind === 'room')
        this.#follow(
          aggregate,
          [...(aggregate.groups.get('avatars')?.members.keys() ?? [])].map(id => `avatars/${id}`),
        );
    }
  }

  #follow(aggregate: Aggregate, paths: Iterable<string>): void {
    if (aggregate.kind !== 'room') return;
    for (const path of paths) {
      if (!path.startsWith('avatars/')) continue;
      if (aggregate.member(path)?.owner !== undefined) this.#renew(aggregate.id, path);
      else this.#renewed.get(aggregate.id)?.delete(path);
    }
  }

  #renew(room: string, path: string): void {
    let paths = this.#renewed.get(room);
    if (!paths) this.#renewed.set(room, (paths = new Map()));
    paths.set(path, this.#options.clock.now());
  }

  /** Renews the leases of users whose streams are open, here or in another process. */
  renew(room: string, users: Iterable<string>): void {
    const paths = this.#renewed.get(room);
    const aggregate = this.#options.documents.existing(room);
    if (!paths || !aggregate) return;
    const open = new Set(users);
    for (const path of paths.keys()) {
      const owner = aggregate.member(path)?.owner;
      if (owner !== undefined && open.has(owner)) this.#renew(room, path);
    }
  }

  /** Renews before it ends leases, so that a process that was suspended removes nobody whose stream is open. */
  check(): void {
    const { updates, clock } = this.#options;
    for (const [room, paths] of this.#renewed) {
      if (paths.size === 0) this.#renewed.delete(room);
      else {
        this.renew(room, updates.users(room));
        for (const [path, renewed] of paths) if (clock.now() - renewed > LEASE_MS) this.#end(room, path);
      }
    }
  }

  #end(room: string, path: string): void {
    const key = `${room}/${path}`;
    if (this.#ending.has(key)) return;
    this.#ending.add(key);
    this.#options
      .end(room, path)
      // The log cannot be written now. The next check tries again.
      .catch(() => {})
      .finally(() => this.#ending.delete(key));
  }

  close(): void {
    this.#cancel();
    this.#stopListening();
  }
}
