/** Serves a room that is being worked on, and reloads its open pages. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

export interface Preview {
  /** Of the page that shows the room. */
  readonly url: string;
  reload(): void;
  close(): Promise<void>;
}

/** A page listens until it is closed. A browser connects again by itself when the command was restarted. */
const SCRIPT = `new EventSource('/changes').onmessage = () => location.reload();`;

/**
 * Starts a server on 127.0.0.1, at a free port.
 *
 * @param room - path of the room's document.
 * @param site - the built site, whose viewer draws.
 */
export async function servePreview(room: string, site: string): Promise<Preview> {
  const [{ default: fastify }, { default: files }] = await Promise.all([import('fastify'), import('@fastify/static')]);
  const app = fastify({ forceCloseConnections: true });
  const pages = new Set<NodeJS.WritableStream>();
  app.get('/', async (_, reply) => {
    const html = await readFile(join(site, 'index.html'), 'utf8');
    return reply.type('text/html').send(html.replace('</head>', '<script src="/reload.js"></script></head>'));
  });
  app.get('/reload.js', (_, reply) => reply.type('text/javascript').send(SCRIPT));
  app.get('/changes', (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    reply.raw.write(':\n\n');
    pages.add(reply.raw);
    request.raw.on('close', () => pages.delete(reply.raw));
  });
  // A changed room has the same name, so no answer may be kept.
  const plain = { cacheControl: false, etag: false, lastModified: false };
  app.register(files, { root: resolve(dirname(room)), prefix: '/room/', decorateReply: false, ...plain });
  app.register(files, { root: resolve(site), prefix: '/', index: false, ...plain });
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    url: `${origin}/?${new URLSearchParams({ room: `/room/${basename(room)}`, live: 'off' })}`,
    reload() {
      for (const page of pages) page.write('data: changed\n\n');
    },
    close: () => app.close(),
  };
}
