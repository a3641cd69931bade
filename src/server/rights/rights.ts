import type { Address } from '../documents/addresses.ts';
import type { Documents } from '../documents/documents.ts';
import { Problem } from '../documents/problem.ts';
import { avatarOf, hasRole, type Role, type User } from './user.ts';

export type Verb = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * An embedder's own rule. `true` allows, `false` denies, `undefined` applies the table in docs/live-rooms.md.
 * @param url - of the document, absolute.
 */
export type Authorize = (user: User | undefined, verb: Verb, url: string) => boolean | undefined | Promise<boolean | undefined>;

/** Decides who may do what: the embedder's hook, then the table "Rights" of docs/live-rooms.md. */
export class Rights {
  readonly #documents: Documents;
  readonly #authorize: Authorize | undefined;

  constructor(documents: Documents, authorize?: Authorize) {
    this.#documents = documents;
    this.#authorize = authorize;
  }

  /**
   * @returns who allowed it: the embedder's hook or the table.
   * @throws Problem 401 without a token, 403 if a right is missing.
   */
  async check(user: User | undefined, verb: Verb, url: string, address: Address | undefined): Promise<'hook' | 'table'> {
    const answer = await this.#authorize?.(user, verb, url);
    if (answer === true) return 'hook';
    if (answer === false) {
      if (!user) throw noSession();
      throw new Problem(403, 'forbidden', `you may not ${verb} this document`, { value: url });
    }
    if (verb === 'GET') return 'table';
    if (!user) throw noSession();
    const missing = address && this.#missing(user, verb, address);
    if (missing !== undefined) throw new Problem(403, 'forbidden', `the right "${missing}" is missing for ${verb} of ${url}`);
    return 'table';
  }

  /** Returns the right that the user lacks; undefined if the request is allowed. */
  #missing(user: User, verb: Verb, address: Address): string | undefined {
    if (address.type === 'entry') return 'none: nobody may';
    if (address.type === 'nodes') return needs(user, ['editor'], '*', `editor of all ${address.kind}s`);
    const { kind, aggregate, path } = address;
    const [group] = path.split('/');
    if (kind === 'room') return this.#missingInRoom(user, verb, aggregate, path, group);
    if (kind === 'avatar' && avatarOf(user) === aggregate && (group === 'outfit' || (path === '' && verb === 'POST')))
      return undefined;
    return needs(user, ['editor'], '*', kind === 'avatar' ? 'owner of the avatar' : `editor of all ${kind}s`);
  }

  #missingInRoom(user: User, verb: Verb, room: string, path: string, group: string): string | undefined {
    const editor = () => needs(user, ['editor'], room, 'editor of the room');
    if (group === '' || group === 'furniture') return editor();
    const moderator = () => needs(user, ['moderator'], room, 'moderator of the room');
    if (path === 'avatars' || path === 'messages') return undefined;
    if (group === 'messages') return moderator();
    const found = this.#documents.find(room);
    const owner = found?.member(path)?.owner;
    // Leaving twice is harmless. A removed edge belongs to nobody.
    if (owner === user.id || (verb === 'DELETE' && found?.wasRemoved(path))) return undefined;
    if (owner === undefined) return verb === 'DELETE' && moderator() === undefined ? undefined : editor();
    // A moderator mutes (POST) and removes (DELETE).
    return moderator();
  }
}

function needs(user: User, anyOf: readonly Role[], room: string, right: string): string | undefined {
  return anyOf.some(role => hasRole(user, role, room)) ? undefined : right;
}

function noSession(): Problem {
  return new Problem(401, 'no-session', 'a session is needed: POST {"data": {"name": …}} to the "session" of the entry point');
}
