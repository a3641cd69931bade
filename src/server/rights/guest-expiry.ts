import type { Clock } from '../../core/clock.ts';
import type { Documents } from '../documents/documents.ts';
import type { Append } from '../documents/writes/append.ts';
import { SESSION_SECONDS } from './tokens.ts';

/** Removes avatars of guests whose tokens have expired: nobody can use them any more. */

const EVERY_MS = 3_600_000;

export interface GuestExpiryOptions {
  readonly documents: Documents;
  readonly append: Append;
  readonly clock: Clock;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
}

export class GuestExpiry {
  readonly #options: GuestExpiryOptions;
  #cancel: () => void;

  constructor(options: GuestExpiryOptions) {
    this.#options = options;
    const again = () => {
      this.#cancel = options.clock.after(EVERY_MS, again);
      // If the log cannot be written, the next run removes them.
      this.sweep().catch(() => {});
    };
    this.#cancel = options.clock.after(EVERY_MS, again);
  }

  /** Removes guests' avatars that are in no room and were not changed for the lifetime of a token. */
  async sweep(): Promise<void> {
    const { documents, append, now } = this.#options;
    const before = now() - SESSION_SECONDS * 1000;
    const isOver = (id: string) => {
      const avatar = documents.existing(id);
      return avatar?.owner?.startsWith('guest-') && avatar.touched < before && documents.references.rooms(id).size === 0;
    };
    for (const id of [...documents.nodes('avatar')].filter(isOver))
      await append.change(id, undefined, () => ({ operations: isOver(id) ? [{ delete: true }] : [], path: '' }));
  }

  close(): void {
    this.#cancel();
  }
}
