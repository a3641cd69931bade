import type { Data, Json } from '../../log/change.ts';
import { avatarOf, hasRole, type User } from '../../rights/user.ts';
import type { Aggregate } from '../aggregate.ts';
import { schemas } from '../kinds.ts';
import { Problem } from '../problem.ts';
import { type Decision, nothing } from './append.ts';
import type { CheckRequest, RequestBody } from './check-request.ts';

export interface VisitorActsOptions {
  readonly check: CheckRequest;
  /** Maximum number of people in a room. */
  readonly capacity: number;
  readonly now: () => number;
}

/** What visitors do in a room: they enter and speak. */
export class VisitorActs {
  readonly #options: VisitorActsOptions;

  constructor(options: VisitorActsOptions) {
    this.#options = options;
  }

  /**
   * Puts the user's own avatar into the room, on a lease, or moves it if it is in. An editor may also place other avatars, which stay.
   * @throws Problem 403, 409 where the room is full, 422
   */
  enter(room: Aggregate, user: User, body: RequestBody): Decision {
    const { check, capacity } = this.#options;
    const schema = schemas.room.groups.avatars;
    const ref = check.edgeRef('avatar', body.relations, avatarOf(user));
    const own = ref === avatarOf(user);
    if (!own && !hasRole(user, 'editor', room.id))
      throw new Problem(403, 'forbidden', 'the right "editor of the room" is missing to place an avatar that is not yours', {
        at: 'relations.ref',
        value: body.relations?.ref,
      });
    const members = room.groups.get('avatars')?.members ?? new Map();
    const inside = own ? [...members].find(([, { owner }]) => owner === user.id) : undefined;
    if (own && !inside && room.visitors >= capacity) throw new Problem(409, 'room-full', `the room is full (${capacity} people)`);
    const data = check.data(schema, inside?.[1].data ?? {}, startNow(body.data, this.#options.now));
    const path = inside ? `avatars/${inside[0]}` : `avatars/${room.next.toString(36)}`;
    return { operations: [{ put: path, data, ref, ...(own ? { owner: user.id } : {}) }], path };
  }

  /**
   * Adds a message of the user.
   * @throws Problem 403 for another speaker and for a muted one, 422
   */
  say(room: Aggregate, user: User, body: RequestBody): Decision {
    const { check, now } = this.#options;
    const own = avatarOf(user);
    const ref = check.edgeRef('avatar', body.relations, own);
    if (ref !== own)
      throw new Problem(403, 'forbidden', 'you may speak only as your own avatar', {
        at: 'relations.ref',
        value: body.relations?.ref,
      });
    if (room.muted.has(own)) throw new Problem(403, 'muted', 'a moderator has muted you in this room');
    const { at: _, ...given } = body.data ?? {};
    const data = check.data(schemas.room.groups.messages, {}, { ...given, at: new Date(now()).toISOString() });
    const path = `messages/${room.next.toString(36)}`;
    return { operations: [{ put: path, data, ref }], path };
  }
}

/**
 * Mutes somebody in a room, or ends that.
 * @throws Problem 403 where the user is no moderator, 422
 */
export function mute(room: Aggregate, user: User, { ref }: { readonly ref: string }, path: string, muted: Json): Decision {
  if (!path.startsWith('avatars/'))
    throw new Problem(422, 'unknown-member', 'no such member', { at: 'data.muted', value: muted });
  if (!hasRole(user, 'moderator', room.id)) throw new Problem(403, 'forbidden', 'the right "moderator of the room" is missing');
  if (typeof muted !== 'boolean')
    throw new Problem(422, 'wrong-content', 'true or false is expected', { at: 'data.muted', value: muted });
  return room.muted.has(ref) === muted ? nothing(path) : { operations: [{ mute: ref, on: muted }], path };
}

/** Adds the start of a walk, now, where the request names none. */
export function startNow(data: Data | undefined, now: () => number): Data | undefined {
  return data?.path && data.start === undefined ? { ...data, start: now() / 1000 } : data;
}
