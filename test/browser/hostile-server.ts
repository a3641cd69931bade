import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers as it is told, each path by a function; with CORS headers or without. */
export async function serveAnswers(answers: Readonly<Record<string, Answer>>, cors = true) {
  const server = createServer((request, response) => {
    if (cors) {
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('access-control-allow-headers', '*');
    }
    const path = decodeURIComponent((request.url ?? '/').replace(/\?.*/, ''));
    const answer = answers[path];
    if (request.method === 'OPTIONS') response.writeHead(204).end();
    else if (answer) answer(request, response);
    else response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>not found</h1>');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}

export const send =
  (body: string | Uint8Array, type = 'application/json', more: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response.writeHead(200, { 'content-type': type, ...more }).end(body);

export const redirect =
  (location: string): Answer =>
  (_, response) =>
    void response.writeHead(302, { location }).end();

/** 64 MB of spaces in 64 kB. */
export const bomb = send(gzipSync(Buffer.alloc(64 << 20, ' ')), 'application/json', { 'content-encoding': 'gzip' });

/** Half of the bytes, then nothing more, each time. */
export const half =
  (body: Uint8Array): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-length': String(body.length) });
    response.write(body.subarray(0, body.length >> 1), () => setTimeout(() => response.destroy(), 20));
  };

export const success = (denormalized: Record<string, unknown>, id?: string) =>
  JSON.stringify({ status: 'success', denormalized, ...(id === undefined ? {} : { id }) });

export const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

type Document = { data?: Record<string, unknown>; relations?: Record<string, string>; edges?: string[] };

/** The documents of the small room, with its resources under `rooms` (a URL). */
export function smallRoom(folder: string, rooms: string): Record<string, Document> {
  const { denormalized } = JSON.parse(readFileSync(join(folder, 'small/room.json'), 'utf8')) as {
    denormalized: Record<string, Document>;
  };
  for (const { relations } of Object.values(denormalized))
    if (relations?.ref?.startsWith('resources/')) relations.ref = `${rooms}small/${relations.ref}`;
  return denormalized;
}
