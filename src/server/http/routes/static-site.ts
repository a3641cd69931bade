import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import compress from '@fastify/compress';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RESOURCE_TYPES, type ResourceExtension } from '../../../core/resource-types.ts';
import { Problem } from '../../documents/problem.ts';
import type { ServerContext } from '../context.ts';
import { tellFirstRoom } from '../first-room.ts';
import { withPreview } from '../link-preview.ts';

/** The built site, and the resources of rooms. */

const IMMUTABLE = 'public, max-age=31536000, immutable';

export async function resourceRoutes(app: FastifyInstance, context: ServerContext): Promise<void> {
  const { resources } = context;
  await app.register(fastifyStatic, {
    root: resources.folders[0] ?? process.cwd(),
    serve: false,
    cacheControl: false,
    etag: false,
    lastModified: false,
    dotfiles: 'deny',
  });
  app.get('/resources/:name', async (request, reply) => {
    const { name } = request.params as { readonly name: string };
    const folder = resources.folders.find(each => resources.path(name)?.startsWith(each));
    if (folder === undefined) throw new Problem(404, 'not-found', 'there is no such resource', { value: request.url });
    reply.header('cache-control', IMMUTABLE).header('etag', `"${name}"`).header('access-control-allow-origin', '*');
    reply.header('cross-origin-resource-policy', 'cross-origin').header('timing-allow-origin', '*');
    const type = typeOf(name.slice(name.lastIndexOf('.') + 1));
    if (type) reply.type(type);
    return reply.sendFile(name, folder, { contentType: type === undefined });
  });
}

const typeOf = (extension: string): string | undefined =>
  Object.hasOwn(RESOURCE_TYPES, extension) ? RESOURCE_TYPES[extension as ResourceExtension] : undefined;

/** @param folder - of the built site. If it does not exist, no site is served. */
export async function siteRoutes(server: FastifyInstance, context: ServerContext, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) return;
  await server.register(async app => {
    tellFirstRoom(app, context);
    // Documents are compressed once for all requests, and resources are compressed already. Requests are never compressed.
    await app.register(compress, {
      globalDecompression: false,
      threshold: 1024,
      customTypes: /^text\/|javascript|json|xml|wasm/,
      encodings: ['br', 'gzip'],
      brotliOptions: { params: { 1: 4 } },
    });
    await pages(app, context, folder);
  });
}

async function pages(app: FastifyInstance, context: ServerContext, folder: string): Promise<void> {
  const page = async (request: FastifyRequest, reply: FastifyReply) => {
    const { room } = request.query as { readonly room?: unknown };
    // Read each time: a build while the server runs gives the scripts other names.
    const html = await readFile(join(folder, 'index.html'), 'utf8');
    const text = withPreview(html, context, typeof room === 'string' ? room : undefined);
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(text);
  };
  app.get('/', page);
  app.get('/index.html', page);
  if (existsSync(join(folder, 'stats.html'))) {
    app.get('/stats', (_request, reply) => reply.header('cache-control', 'no-cache').sendFile('stats.html', folder));
  }
  await app.register(fastifyStatic, {
    root: resolve(folder),
    decorateReply: false,
    index: false,
    cacheControl: false,
    // Files of `assets` and resources are named by their content.
    setHeaders: (reply, path) => {
      reply.header('cache-control', /[\\/](assets|resources)[\\/]/.test(path) ? IMMUTABLE : 'no-cache');
      const type = typeOf(path.slice(path.lastIndexOf('.') + 1));
      if (type) reply.header('content-type', type);
    },
  });
}
