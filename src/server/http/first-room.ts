import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import type { ServerContext } from './context.ts';

/**
 * Tells the viewer's page which live room to open: `<meta name="foyer-room">` with the URL of the first room. Without it the page opens
 * the static room that it was built with.
 */
export function tellFirstRoom(app: FastifyInstance, { documents, addresses }: ServerContext): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const path = request.url.split('?', 1)[0];
    if ((path !== '/' && path !== '/index.html') || !String(reply.getHeader('content-type')).startsWith('text/html'))
      return payload;
    const [first] = documents.nodes('room');
    const page = payload instanceof Readable ? await text(payload) : payload;
    if (first === undefined || typeof page !== 'string' || page === '') return page;
    // The page differs from the file, so it has neither the file's validator nor its length.
    reply.removeHeader('content-length').removeHeader('etag').removeHeader('last-modified');
    return page.replace('</head>', `<meta name="foyer-room" content="${encodeURI(addresses.document(first))}" />\n</head>`);
  });
}
