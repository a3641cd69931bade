import type { FastifyRequest } from 'fastify';
import { Problem } from '../documents/problem.ts';

/** Conditional requests (RFC 9110, 13). Their entity tags are those of `Body.etag`. */

/** Whether `If-None-Match` names the body. */
export function isNotModified(request: FastifyRequest, etag: string): boolean {
  const header = request.headers['if-none-match'];
  return header !== undefined && tags(header).some(tag => tag === '*' || tag.replace(/^W\//, '') === etag);
}

/**
 * Returns the test of versions that `If-Match` requires. Undefined without that header. Only the document itself counts, not those that
 * came along: a change of a chair is no conflict with a change of the room's light. A write that replaces edges of a node also passes the
 * version of its edges.
 */
export function ifMatch(request: FastifyRequest): ((version: number, edges?: number) => boolean) | undefined {
  const header = request.headers['if-match'];
  if (header === undefined) return undefined;
  const wanted = tags(header);
  return (...versions) => {
    const start = versions.map(version => `${version?.toString(36)}.`).join('');
    return wanted.some(tag => tag === '*' || tag.startsWith(`"${start}`));
  };
}

/** @throws Problem 400 for a key that is too long. */
export function idempotencyKey(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = String(header);
  if (key.length >= 1 && key.length <= 255) return key;
  throw new Problem(400, 'wrong-header', 'a key of 1 to 255 characters is expected', { at: 'Idempotency-Key', value: key });
}

const tags = (header: string): readonly string[] => header.split(',').map(tag => tag.trim());
