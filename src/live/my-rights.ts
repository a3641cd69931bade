import type { LiveContext } from './live-context.ts';
import type { LiveRights } from './live-options.ts';
import type { Entrance } from './server/entrance.ts';

/** What I may do in the room, by the roles of my session. */
export class MyRights {
  readonly #context: LiveContext;
  readonly #entrance: Entrance;
  #current: LiveRights = { enter: true, decorate: false, moderate: false };

  constructor(context: LiveContext, entrance: Entrance) {
    this.#context = context;
    this.#entrance = entrance;
  }

  /** A guest's rights before the first `read`. */
  get current(): LiveRights {
    return this.#current;
  }

  /** Reads the roles, and emits `me`. Never rejects: without an answer, the rights are those of a guest. */
  async read(): Promise<void> {
    const { signal, events } = this.#context;
    const roles = await this.#entrance.roles(signal).catch((): readonly string[] => []);
    if (signal.aborted) return;
    this.#current = { enter: true, decorate: roles.includes('editor'), moderate: roles.includes('moderator') };
    events.emit('me', undefined);
  }
}
