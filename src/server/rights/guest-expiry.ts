import type { Clock } from '../../core/clock.ts';
import type { Documents } from '../documents/documents.ts';
import type { Append } from '../documents/writes/append.ts';
import { SESSION_SECONDS } from './tokens.ts';

/** Avatars of guests end with the tokens of those who had them: nobody can come back for them. */

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
      // What cannot be removed now is removed the next time.
      this.sweep().catch(() => {});
    };
    this.#cancel = options.clock.after(EVERY_MS, again);
  }

  /** Removes the avatars of guests that nobody has changed for as long as a token lasts, and that stand in no room. */
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
