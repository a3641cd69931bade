import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../documents/problem.ts';
import { sendProblem } from './problems.ts';

/** The response at an unknown address: a page for people, a problem for programs. */

/** @param home - URL of the site, escaped as `URL.href` is. */
export function sendNotFound(home: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!request.headers.accept?.includes('text/html'))
    return sendProblem(new Problem(404, 'not-found', 'there is nothing here', { value: request.url }), request, reply);
  return reply.code(404).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(pageAt(home));
}

/** Returns whether the file server refused a path: a folder, `//`, `..`, or a name that is too long. */
export function isForbiddenPath(error: unknown): boolean {
  const { statusCode, code, message } = error as Partial<FastifyError>;
  // `@fastify/send` names no code.
  return statusCode === 403 && (code === 'FST_STATIC_FORBIDDEN_PATH' || (code === undefined && message === 'Forbidden'));
}

/** The page repeats nothing of the request. */
function pageAt(home: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>Not found · Foyer</title>
<body style="display: grid; min-height: 90vh; place-content: center; text-align: center; font: 18px/1.5 Georgia, serif">
<h1>There is nothing at this address</h1>
<p><a href="${home}">Open the first room</a></p>
</body>
</html>
`;
}
