import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { FormatError } from '../../core/errors.ts';
import { Problem } from '../documents/problem.ts';
import { LogUnavailable } from '../log/room-log.ts';

/** Sends errors as `application/problem+json` that is an envelope too, without a stack. */

/** Seconds after which a client tries again when the log cannot be written. */
const LOG_RETRY_SECONDS = 2;

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof LogUnavailable)
    return new Problem(503, 'log-unavailable', 'the log cannot be written now; reads go on', { retryAfter: LOG_RETRY_SECONDS });
  if (error instanceof FormatError)
    return new Problem(422, 'wrong-content', error.reason, {
      ...(error.at === undefined ? {} : { at: error.at }),
      value: error.value,
    });
  const { statusCode = 500, code = '' } = error as Partial<FastifyError>;
  if (statusCode === 413) return new Problem(413, 'too-large', 'the body is too large');
  if (statusCode === 415) return new Problem(415, 'wrong-type', 'a body of application/json is expected');
  if (statusCode === 429)
    return new Problem(429, 'too-many-requests', 'too many requests', {
      retryAfter: (error as { retryAfter?: number }).retryAfter ?? 1,
    });
  if (statusCode === 503) return new Problem(503, 'overloaded', 'the server has too much to do', { retryAfter: 2 });
  if (statusCode >= 400 && statusCode < 500)
    return new Problem(
      statusCode,
      code === ''
        ? 'bad-request'
        : code
            .toLowerCase()
            .replaceAll('_', '-')
            .replace(/^fst-err-/, ''),
      (error as Error).message,
    );
  return new Problem(500, 'server-error', 'the server has made an error');
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  if (problem.status === 500) request.log.error({ err: error }, 'request failed');
  if (problem.retryAfter !== undefined) reply.header('retry-after', Math.ceil(problem.retryAfter));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify({ ...problem.toJSON(), id: request.url.slice(0, 4096), instance: request.id }));
}
