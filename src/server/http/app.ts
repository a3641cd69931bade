import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { parsePath } from '../documents/addresses.ts';
import { Problem } from '../documents/problem.ts';
import { ClientMetrics } from '../operations/client-metrics.ts';
import { ServerMetrics } from '../operations/metrics.ts';
import type { ServerContext } from './context.ts';
import { isForbiddenPath, sendNotFound } from './not-found.ts';
import { sendProblem } from './problems.ts';
import { documentRoutes } from './routes/document-routes.ts';
import { operationRoutes } from './routes/operation-routes.ts';
import { publicationRoutes } from './routes/publication-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { type StreamLimits, updateRoutes } from './routes/update-routes.ts';
import { securityHeaders } from './security-headers.ts';

/** The HTTP application: limits, headers and all routes. */

declare module 'fastify' {
  interface FastifyRequest {
    /** Arrival time, ms of the monotonic clock. */
    startedAt: number;
  }
}

const BODY_LIMIT = 64 << 10;
/** Maximum nesting of a body. Documents need 6. */
const DEPTH_LIMIT = 16;
/** Time limits for receiving a whole request and its headers, ms. */
const REQUEST_MS = 20_000;
const HEADERS_MS = 8000;

export interface Limits {
  /** Requests of one user, or of one address without a session, in 10 s. */
  readonly requests: number;
  /** New sessions from one address, per minute. */
  readonly sessions: number;
  readonly streams: StreamLimits;
  /** Requests are refused while the event loop is delayed by more than this, ms. 0: never. */
  readonly loopDelay: number;
}

export const defaultLimits: Limits = {
  requests: 20_000,
  sessions: 3000,
  streams: { perUser: 12, perAddress: 5000, all: 20_000 },
  // Many reconnects at once delay the loop for seconds on a busy machine. Refusing them would make that longer.
  loopDelay: 10_000,
};

export interface AppOptions {
  readonly context: ServerContext;
  readonly logger: FastifyBaseLogger;
  readonly allowedOrigins: readonly string[];
  readonly limits: Limits;
  readonly trustProxy: boolean;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Monotonic, ms. */
  readonly monotonic: () => number;
  /** Whether the process is stopping. */
  readonly isDraining: () => boolean;
}

export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { context, logger, allowedOrigins, limits, trustProxy, tls, monotonic } = options;
  const headers = securityHeaders(tls !== undefined);
  const base = {
    loggerInstance: logger,
    bodyLimit: BODY_LIMIT,
    trustProxy,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    // Clients that send headers or body very slowly are cut.
    connectionTimeout: 0,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: 65_000,
    forceCloseConnections: true,
    // An address that is no address (`/%`) reaches no route and no hook.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(headers).header('x-request-id', request.id);
      return sendProblem(error, request, reply);
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 128 },
  } as const;
  const app = (tls
    ? fastify({ ...base, http2: true, https: { ...tls, allowHTTP1: true } } as never)
    : fastify({
        ...base,
        http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: 2000 },
      })) as unknown as FastifyInstance;

  const metrics = new ServerMetrics(context);
  app.decorateRequest('startedAt', 0);
  app.addHook('onRequest', (request, reply, done) => {
    request.startedAt = monotonic();
    reply.headers(headers).header('x-request-id', request.id);
    done();
  });
  metrics.watch(app, monotonic);
  app.addHook('onClose', async () => metrics.close());
  app.addHook('onSend', (request, reply, payload, done) => {
    reply.header('foyer-seq', String(context.documents.position));
    // A response without its own tag reflects the log up to here.
    if (!reply.hasHeader('etag')) reply.header('etag', `W/"${context.documents.position}"`);
    reply.header('server-timing', serverTiming(monotonic() - request.startedAt, context.now()));
    done(null, payload);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const ms = Math.round((monotonic() - request.startedAt) * 10) / 10;
    request.log.info({ method: request.method, route: request.routeOptions.url, status: reply.statusCode, ms }, 'request');
    done();
  });
  const home = new URL(`${context.addresses.base}/`).href;
  app.setErrorHandler((error, request, reply) =>
    isForbiddenPath(error) ? sendNotFound(home, request, reply) : sendProblem(error, request, reply),
  );
  app.setNotFoundHandler((request, reply) => {
    if (parsePath(request.url.split('?', 1)[0]) === undefined) return sendNotFound(home, request, reply);
    reply.header('allow', 'GET, HEAD, POST, DELETE');
    return sendProblem(
      new Problem(405, 'method-not-allowed', 'documents support GET, POST and DELETE', { value: request.method }),
      request,
      reply,
    );
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseBody(String(body)));
    } catch (error) {
      done(error as Error, undefined);
    }
  });

  await app.register(cors, {
    origin: allowedOrigins.length > 0 ? [...allowedOrigins] : false,
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: ['ETag', 'Foyer-Seq', 'Location', 'Retry-After', 'Server-Timing'],
    maxAge: 7200,
  });
  await app.register(rateLimit, {
    max: limits.requests,
    timeWindow: 10_000,
    cache: 20_000,
    addHeaders: quiet,
    addHeadersOnExceeding: quiet,
    keyGenerator: async request => (await context.sessions.user(request).catch(() => undefined))?.id ?? request.ip,
    errorResponseBuilder: (_request, { ttl }) =>
      new Problem(429, 'too-many-requests', 'too many requests', { retryAfter: Math.ceil(ttl / 1000) }),
  });

  await app.register(underPressure, {
    maxEventLoopDelay: limits.loopDelay,
    retryAfter: 2,
    sampleInterval: 1000,
    pressureHandler: () => {
      throw new Problem(503, 'overloaded', 'the server has too much to do', { retryAfter: 2 });
    },
  });

  documentRoutes(app, context);
  publicationRoutes(app, context);
  operationRoutes(app, context, { metrics, clients: new ClientMetrics(metrics.registry), isDraining: options.isDraining });
  sessionRoutes(app, context, {
    max: limits.sessions,
    timeWindow: 60_000,
    keyGenerator: (request: { ip: string }) => request.ip,
  });
  updateRoutes(app, context, limits.streams);
  return app;
}

/** `Retry-After` says all that a client needs. */
const quiet = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };

/** `clock` is the server's time in seconds since 1970: walks begin by it. */
function serverTiming(ms: number, now: number): string {
  return `app;dur=${ms.toFixed(1)}, clock;desc="${(now / 1000).toFixed(3)}"`;
}

/** @throws Problem 400 for invalid JSON, 422 for JSON that is nested too deep. */
function parseBody(text: string): unknown {
  // Clients announce JSON for a DELETE, and send none.
  if (text.trim() === '') return undefined;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 92) i++;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 91 || code === 123) {
      if (++depth > DEPTH_LIMIT)
        throw new Problem(422, 'too-deep', `objects and arrays are nested more than ${DEPTH_LIMIT} deep`);
    } else if (code === 93 || code === 125) depth--;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, 'not-json', 'the body is not JSON', { at: 'body', value: text.slice(0, 60) });
  }
}
