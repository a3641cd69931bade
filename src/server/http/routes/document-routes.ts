import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Address, parsePath } from '../../documents/addresses.ts';
import { Problem } from '../../documents/problem.ts';
import type { Body } from '../../documents/responses/responses.ts';
import { hasRole, type User } from '../../rights/user.ts';
import type { ServerContext } from '../context.ts';
import { idempotencyKey, ifMatch, isNotModified } from '../preconditions.ts';
import { entryPoint } from './entry-point.ts';

/** GET, POST and DELETE of documents. */

/** Below this length, gzip saves less than its header. */
const GZIP_FROM = 1024;

type DocumentAddress = Exclude<Address, { type: 'entry' }>;

export function documentRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get('/api', async (request, reply) => {
    const user = await context.sessions.user(request);
    await context.rights.check(user, 'GET', context.addresses.entry, { type: 'entry' });
    const me = user && (await ownAvatar(context, user));
    const publisher = user !== undefined && hasRole(user, 'editor', '*');
    reply.header('vary', 'Cookie, Authorization, Accept-Encoding');
    return sendBody(request, reply, entryPoint(context.addresses, { version: context.version, me, publisher }));
  });

  for (const nodes of ['rooms', 'avatars', 'products']) {
    for (const below of ['', '/:id', '/:id/:group', '/:id/:group/:member']) {
      const url = `/api/${nodes}${below}`;
      app.get(url, (request, reply) => get(context, request, reply));
      app.post(url, (request, reply) => post(context, request, reply));
      app.delete(url, (request, reply) => remove(context, request, reply));
    }
  }
}

/** Creates the avatar of a user with a token of another issuer, when it is first requested. */
async function ownAvatar(context: ServerContext, user: User): Promise<string | undefined> {
  try {
    return await context.guests.avatar(user, undefined);
  } catch {
    // Reads go on while the log cannot be written. `me` is absent until it can.
    return undefined;
  }
}

async function get(context: ServerContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const address = addressOf(request);
  await context.rights.check(await context.sessions.user(request), 'GET', absolute(context, request), address);
  return sendBody(request, reply, context.responses.get(address, searchOf(request)));
}

async function post(context: ServerContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { address, user, allowedBy } = await writer(context, request, 'POST');
  const written = await context.writes.post(
    { user, address, allowedBy, matches: ifMatch(request), key: idempotencyKey(request) },
    request.body,
  );
  const { aggregate, path } = written.address;
  if (written.created) reply.code(201).header('location', context.addresses.document(aggregate, path));
  return sendBody(request, reply, context.responses.written(written.address));
}

async function remove(context: ServerContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { address, user, allowedBy } = await writer(context, request, 'DELETE');
  await context.writes.remove({ user, address, allowedBy, matches: ifMatch(request), key: undefined });
  return reply.code(204).send();
}

async function writer(
  context: ServerContext,
  request: FastifyRequest,
  verb: 'POST' | 'DELETE',
): Promise<{ readonly address: DocumentAddress; readonly user: User; readonly allowedBy: 'hook' | 'table' }> {
  const address = addressOf(request);
  const user = await context.sessions.user(request);
  const allowedBy = await context.rights.check(user, verb, absolute(context, request), address);
  // The hook of an embedder may allow writes without a token. They belong to no user.
  return { address, allowedBy, user: user ?? { id: 'anonymous', name: '', roles: new Map(), expires: 0 } };
}

/** @throws Problem 404 */
function addressOf(request: FastifyRequest): DocumentAddress {
  const address = parsePath(request.url.split('?', 1)[0]);
  if (!address || address.type === 'entry')
    throw new Problem(404, 'not-found', 'there is no such document', { value: request.url });
  return address;
}

function absolute({ addresses }: ServerContext, request: FastifyRequest): string {
  return addresses.base + request.url;
}

function searchOf(request: FastifyRequest): string {
  const at = request.url.indexOf('?');
  return at < 0 ? '' : request.url.slice(at + 1);
}

/** Sends the body, or 304 if the client has it. */
export async function sendBody(request: FastifyRequest, reply: FastifyReply, body: Body): Promise<FastifyReply> {
  reply.header('etag', body.etag).header('cache-control', 'private, no-cache');
  if (!reply.hasHeader('vary')) reply.header('vary', 'Accept-Encoding');
  if ((request.method === 'GET' || request.method === 'HEAD') && isNotModified(request, body.etag)) return reply.code(304).send();
  reply.type('application/json; charset=utf-8');
  if (body.bytes.byteLength < GZIP_FROM || !acceptsGzip(request)) return reply.send(body.bytes);
  return reply.header('content-encoding', 'gzip').send(await body.gzip());
}

function acceptsGzip(request: FastifyRequest): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(String(request.headers['accept-encoding'] ?? ''));
}
