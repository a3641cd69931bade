/** The user of a request, from their token. */
import { sha256 } from '../../node/sha256.ts';

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
  return `avatar/u-${sha256(user.id).slice(0, 20)}`;
}
