import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import * as v from 'valibot';
import { type Role, roles, type User } from './user.ts';

/** Signs and verifies tokens (JWT): ours by a secret (HS256), those of another issuer by its published keys. */

export const SESSION_SECONDS = 30 * 24 * 3600;

export interface TokensOptions {
  /** At least 32 bytes. */
  readonly secret: Uint8Array;
  /** URL of another issuer's keys. */
  readonly jwks?: string;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  /** Returns the room (`room/lounge`) that a URL in a token names. */
  readonly roomOf: (url: string) => string | undefined;
}

const role = v.picklist(roles);
const claims = v.object({
  sub: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  name: v.optional(v.pipe(v.string(), v.maxLength(200)), ''),
  exp: v.optional(v.number(), Number.MAX_SAFE_INTEGER),
  /** In every room. */
  role: v.optional(v.union([role, v.array(role)])),
  /** Room URL or id, or `*` -> role or roles there. */
  rooms: v.optional(v.record(v.string(), v.union([role, v.array(role)]))),
});

const CACHED = 10_000;

export class Tokens {
  readonly #options: TokensOptions;
  readonly #issuer: ReturnType<typeof createRemoteJWKSet> | undefined;
  /** Cache of verified tokens: verifying costs 0.1 ms or more. */
  readonly #verified = new Map<string, User>();

  constructor(options: TokensOptions) {
    this.#options = options;
    if (options.secret.byteLength < 32)
      throw new RangeError(`a secret of at least 32 bytes is expected, got ${options.secret.byteLength}`);
    if (options.jwks !== undefined) this.#issuer = createRemoteJWKSet(new URL(options.jwks), { timeoutDuration: 3000 });
  }

  async sign(user: {
    readonly id: string;
    readonly name: string;
    readonly role: Role;
    readonly rooms?: Readonly<Record<string, Role>>;
  }): Promise<string> {
    const now = Math.floor(this.#options.now() / 1000);
    return new SignJWT({ name: user.name, role: user.role, ...(user.rooms ? { rooms: user.rooms } : {}) })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(user.id)
      .setIssuedAt(now)
      .setExpirationTime(now + SESSION_SECONDS)
      .sign(this.#options.secret);
  }

  /** Returns the user of a token; undefined if it is invalid, expired or from an unknown issuer. */
  async verify(token: string): Promise<User | undefined> {
    const now = this.#options.now();
    const known = this.#verified.get(token);
    if (known) {
      if (known.expires * 1000 > now) return known;
      this.#verified.delete(token);
      return undefined;
    }
    if (token.length > 8192) return undefined;
    const payload = await this.#payload(token, new Date(now));
    const checked = v.safeParse(claims, payload);
    if (!checked.success) return undefined;
    const user = this.#user(checked.output);
    if (this.#verified.size >= CACHED) this.#verified.clear();
    this.#verified.set(token, user);
    return user;
  }

  async #payload(token: string, currentDate: Date): Promise<JWTPayload | undefined> {
    try {
      return (await jwtVerify(token, this.#options.secret, { algorithms: ['HS256'], currentDate })).payload;
    } catch (error) {
      if (!this.#issuer || error instanceof errors.JWTExpired) return undefined;
    }
    try {
      const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'];
      return (await jwtVerify(token, this.#issuer, { algorithms, currentDate, clockTolerance: 30 })).payload;
    } catch {
      return undefined;
    }
  }

  #user({ sub, name, exp, role, rooms = {} }: v.InferOutput<typeof claims>): User {
    const byRoom = new Map<string, Set<Role>>([['*', new Set(['guest', ...[role ?? []].flat()] as Role[])]]);
    for (const [room, given] of Object.entries(rooms)) {
      const key = room === '*' ? '*' : (this.#options.roomOf(room) ?? `room/${room}`);
      byRoom.set(key, new Set([...(byRoom.get(key) ?? []), ...[given].flat()]));
    }
    return { id: sub, name, roles: byRoom, expires: exp };
  }
}
