import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { Problem } from '../../documents/problem.ts';
import { json } from '../../documents/responses/compose.ts';
import { type Body, bodyOf } from '../../documents/responses/responses.ts';
import { checkBody } from '../../documents/writes/check-request.ts';
import { avatarOf, type User } from '../../rights/user.ts';
import type { ServerContext } from '../context.ts';
import { sendBody } from './document-routes.ts';

/** The routes of the session, which says who the caller is. */

const name = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'a name of 1 to 40 characters is expected'),
  v.maxLength(40, 'a name of 1 to 40 characters is expected'),
);

export function sessionRoutes(app: FastifyInstance, context: ServerContext, limit: object): void {
  const { sessions, guests, tokens, addresses } = context;

  app.get('/api/session', async (request, reply) => {
    const user = await sessions.user(request);
    if (!user) throw new Problem(401, 'no-session', 'there is no session');
    return sendBody(request, reply.header('vary', 'Cookie, Authorization, Accept-Encoding'), sessionBody(user));
  });

  app.post('/api/session', { config: { rateLimit: limit } }, async (request, reply) => {
    const given = nameIn(request);
    const known = await sessions.user(request);
    if (known) {
      // A caller with a session keeps the avatar, under the new name.
      await guests.avatar(known, given ?? undefined);
      return sendBody(request, reply, sessionBody({ ...known, name: given ?? known.name }));
    }
    const user: User = {
      id: guests.newId(),
      name: given ?? 'Guest',
      roles: new Map([['*', new Set(['guest', guests.role] as const)]]),
      expires: 0,
    };
    await guests.avatar(user, user.name);
    const token = await tokens.sign({ id: user.id, name: user.name, role: guests.role });
    sessions.start(reply, token);
    // Tabs share the cookie. A tab that sent none gets the token of its new guest, so that it is a person of its own.
    return sendBody(request, reply.code(201).header('location', addresses.session), sessionBody(user, token));
  });

  app.delete('/api/session', async (request, reply) => {
    await sessions.user(request);
    sessions.end(reply);
    return reply.code(204).send();
  });

  /** @param token - of a guest that was just created. */
  function sessionBody(user: User, token?: string): Body {
    const avatar = context.documents.existing(avatarOf(user));
    const name = String(avatar?.data.name ?? user.name);
    const data = { name, roles: [...(user.roles.get('*') ?? [])], ...(token === undefined ? {} : { token }) };
    const me = avatar ? { me: addresses.document(avatar.id) } : {};
    return bodyOf({
      id: addresses.session,
      pieces: [json(addresses.session, { data, relations: me })],
      version: avatar?.version ?? 0,
    });
  }
}

function nameIn(request: FastifyRequest): string | undefined {
  const { data, relations, edges } = checkBody(request.body);
  if (relations ?? edges)
    throw new Problem(422, 'unknown-member', 'a session has data only', { at: relations ? 'relations' : 'edges' });
  for (const [member, value] of Object.entries(data ?? {}))
    if (member !== 'name') throw new Problem(422, 'unknown-member', 'no such member', { at: `data.${member}`, value });
  if (data?.name === undefined) return undefined;
  const checked = v.safeParse(name, data.name);
  if (checked.success) return checked.output;
  throw new Problem(422, 'wrong-content', checked.issues[0].message, { at: 'data.name', value: data.name });
}
