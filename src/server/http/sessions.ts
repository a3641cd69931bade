import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../documents/problem.ts';
import { SESSION_SECONDS, type Tokens } from '../rights/tokens.ts';
import type { User } from '../rights/user.ts';

/** Finds the user of a request, by a token in `Authorization: Bearer` or in our cookie. */

const COOKIE = 'foyer_session';

export interface SessionsOptions {
  readonly tokens: Tokens;
  /** Origin of our own pages. */
  readonly ownOrigin: () => string;
  /** Other origins whose pages may use the API with cookies. */
  readonly allowedOrigins: ReadonlySet<string>;
}

export class Sessions {
  readonly #options: SessionsOptions;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /**
   * @returns undefined without a session. A wrong cookie counts as none.
   * @throws Problem 401 for a wrong bearer token, 403 for a write with our cookie from a page of another origin.
   */
  async user(request: FastifyRequest): Promise<User | undefined> {
    const { tokens } = this.#options;
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const [, token = ''] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
      const user = await tokens.verify(token);
      if (user) return user;
      throw new Problem(401, 'wrong-token', 'the token is wrong or has expired');
    }
    const cookie = cookieOf(request.headers.cookie);
    const user = cookie === undefined ? undefined : await tokens.verify(cookie);
    if (user && !['GET', 'HEAD', 'OPTIONS'].includes(request.method)) this.#checkOrigin(request);
    return user;
  }

  /** Browsers send our cookie with requests of other pages too, and name the page's origin. */
  #checkOrigin(request: FastifyRequest): void {
    const { origin, host } = request.headers;
    if (origin === undefined) return;
    const { allowedOrigins, ownOrigin } = this.#options;
    const same = URL.canParse(origin) && new URL(origin).host === host;
    if (same || origin === ownOrigin() || allowedOrigins.has(origin)) return;
    throw new Problem(403, 'wrong-origin', 'pages of this origin may not write', { at: 'Origin', value: origin });
  }

  start(reply: FastifyReply, token: string): void {
    reply.header('set-cookie', this.#cookie(token, SESSION_SECONDS));
  }

  end(reply: FastifyReply): void {
    reply.header('set-cookie', this.#cookie('', 0));
  }

  #cookie(value: string, seconds: number): string {
    const secure = this.#options.ownOrigin().startsWith('https:') ? '; Secure' : '';
    return `${COOKIE}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
  }
}

function cookieOf(header: string | undefined): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=');
    if (part.slice(0, at).trim() === COOKIE) return part.slice(at + 1).trim();
  }
  return undefined;
}
