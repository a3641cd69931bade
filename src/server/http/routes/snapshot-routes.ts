import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isId } from '../../documents/addresses.ts';
import { kinds } from '../../documents/kinds.ts';
import { Problem } from '../../documents/problem.ts';
import type { Compose } from '../../documents/responses/compose.ts';
import { parseSize, parseType } from '../../snapshots/picture-request.ts';
import { sceneOf } from '../../snapshots/scene.ts';
import type { Snapshots } from '../../snapshots/snapshots.ts';
import type { ServerContext } from '../context.ts';
import { isNotModified } from '../preconditions.ts';
import { sendBody } from './document-routes.ts';

/** Pictures of rooms, avatars and products. */
export function snapshotRoutes(app: FastifyInstance, context: ServerContext, compose: Compose, snapshots: Snapshots): void {
  const { addresses } = context;

  // The room that the viewer opens for the picture.
  app.get('/api/snapshots/:kind/:id/scene', async (request, reply) => {
    await check(context, request);
    return sendBody(request, reply, sceneOf(context, compose, aggregateOf(request)));
  });

  app.get('/api/snapshots/:kind/:id', async (request, reply) => {
    await check(context, request);
    const id = aggregateOf(request);
    const { size: inQuery } = request.query as { readonly size?: string };
    const header = request.headers['foyer-size'];
    // Makers of link previews send none of our headers, so the query may name the size too.
    const size = parseSize(typeof header === 'string' ? header : inQuery);
    const type = parseType(request.headers.accept);
    const scene = sceneOf(context, compose, id);
    const key = snapshots.key(scene, size, type);
    reply.header('vary', 'Foyer-Size, Accept').header('etag', `"${key}"`).header('cache-control', 'private, no-cache');
    if (isNotModified(request, `"${key}"`)) return reply.code(304).send();
    const page = `${addresses.base}/?${new URLSearchParams({ room: `${addresses.snapshot(id)}/scene`, quality: 'high', live: 'off' })}`;
    const picture = await snapshots.picture(key, type, { page, type, ...size, origins: [new URL(addresses.base).origin] });
    return reply.type(type).header('cross-origin-resource-policy', 'cross-origin').send(picture);
  });
}

async function check(context: ServerContext, request: FastifyRequest): Promise<void> {
  const user = await context.sessions.user(request);
  await context.rights.check(user, 'GET', context.addresses.document(aggregateOf(request)), undefined);
}

/** @throws Problem 404 */
function aggregateOf(request: FastifyRequest): string {
  const { kind, id } = request.params as { readonly kind: string; readonly id: string };
  if (kinds.some(each => each === kind) && isId(id)) return `${kind}/${id}`;
  throw new Problem(404, 'not-found', 'there is nothing here', { value: request.url });
}
