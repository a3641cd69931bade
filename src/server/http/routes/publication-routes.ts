import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isId, isResourceName } from '../../documents/addresses.ts';
import { Problem } from '../../documents/problem.ts';
import { publishRoom } from '../../documents/publish-room.ts';
import { json } from '../../documents/responses/compose.ts';
import { bodyOf } from '../../documents/responses/responses.ts';
import { importRoom } from '../../documents/room-import.ts';
import type { ServerContext } from '../context.ts';
import { sendBody } from './document-routes.ts';

/** The routes of `foyer publish`: files by their hash, then the documents of a room in one step. */

const ROOM_LIMIT = 32 << 20;
const RESOURCE_LIMIT = 64 << 20;

export function publicationRoutes(app: FastifyInstance, context: ServerContext): void {
  const { addresses, documents, resources } = context;

  const publication = (room: string) => {
    const url = `${addresses.publications}/${room.slice(5)}`;
    const found = documents.existing(room);
    const document = { data: { publication: found?.publication ?? '' }, relations: { room: addresses.document(room) } };
    return bodyOf({ id: url, pieces: [json(url, document)], version: found?.revision ?? 0 });
  };

  app.get('/api/publications/:room', async (request, reply) => {
    const room = await publisher(context, request);
    if (!documents.existing(room)) throw new Problem(404, 'not-found', 'this room was not published', { value: room.slice(5) });
    return sendBody(request, reply, publication(room));
  });

  app.put('/api/publications/:room', { bodyLimit: ROOM_LIMIT }, async (request, reply) => {
    const room = await publisher(context, request);
    // Links of the file are relative to it. Resources are found by their names alone.
    const imported = importRoom(room, `${addresses.publications}/room.json`, request.body);
    for (const [name, { bytes }] of imported.resources) {
      const size = await resources.size(name);
      if (size === undefined)
        throw new Problem(422, 'missing-resource', 'a resource of the room has not been sent', { value: name });
      if (bytes !== undefined && size !== bytes)
        throw new Problem(422, 'wrong-resource', `the document says ${bytes} bytes, the file has ${size}`, { value: name });
    }
    const isNew = !documents.existing(room);
    await publishRoom(imported, context.append, documents, 'publisher');
    if (isNew) reply.code(201).header('location', addresses.document(room));
    return sendBody(request, reply, publication(room));
  });

  app.register(async files => {
    // The bytes go to the disk as they arrive.
    files.removeAllContentTypeParsers();
    files.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    files.put('/resources/:name', { bodyLimit: RESOURCE_LIMIT }, async (request, reply) => {
      await checkPublisher(context, request);
      const { name } = request.params as { readonly name: string };
      if (!isResourceName(name)) throw new Problem(422, 'wrong-name', 'not a name of a resource', { value: name });
      if (resources.has(name)) return reply.code(204).send();
      await resources.put(name, (request.body ?? request.raw) as AsyncIterable<Uint8Array>, RESOURCE_LIMIT);
      return reply.code(201).header('location', addresses.resource(name)).send();
    });
  });
}

/** The room that is published. @throws Problem 401, 403, 422 */
async function publisher(context: ServerContext, request: FastifyRequest): Promise<string> {
  const { room } = request.params as { readonly room: string };
  await checkPublisher(context, request);
  if (!isId(room))
    throw new Problem(422, 'wrong-name', 'a name of lower-case letters, digits and hyphens is expected', { value: room });
  return `room/${room}`;
}

async function checkPublisher(context: ServerContext, request: FastifyRequest): Promise<void> {
  await context.rights.check(await context.sessions.user(request), 'PUT', context.addresses.nodes('room'), {
    type: 'nodes',
    kind: 'room',
  });
}
