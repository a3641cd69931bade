import { createHash } from 'node:crypto';

/** The user of a request, from their token. */
export type Role = 'guest' | 'member' | 'editor' | 'moderator';
export const roles: readonly Role[] = ['guest', 'member', 'editor', 'moderator'];

export interface User {
  /** `sub` of the token. */
  readonly id: string;
  readonly name: string;
  /** Room (`room/lounge`) or `*` -> roles there. Everybody with a token is at least a guest everywhere. */
  readonly roles: ReadonlyMap<string, ReadonlySet<Role>>;
  /** Expiry of the token, seconds since 1970. */
  readonly expires: number;
}

export function hasRole(user: User, role: Role, room: string): boolean {
  return user.roles.get('*')?.has(role) || user.roles.get(room)?.has(role) || false;
}

/** Returns the avatar of a user. Its id is derived from the user's, so that every process finds it. */
export function avatarOf(user: Pick<User, 'id'>): string {
  return `avatar/u-${createHash('sha256').update(user.id).digest('hex').slice(0, 20)}`;
}
