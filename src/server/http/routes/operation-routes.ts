import type { FastifyInstance } from 'fastify';
import { Problem } from '../../documents/problem.ts';
import type { ClientMetrics } from '../../operations/client-metrics.ts';
import { peopleIn, type ServerMetrics } from '../../operations/metrics.ts';
import type { ServerContext } from '../context.ts';

/** /healthz, /readyz, /metrics, and the figures of the page /stats. */

export interface OperationOptions {
  readonly metrics: ServerMetrics;
  readonly clients: ClientMetrics;
  /** Whether the process is stopping. */
  readonly isDraining: () => boolean;
}

export function operationRoutes(
  app: FastifyInstance,
  context: ServerContext,
  { metrics, clients, isDraining }: OperationOptions,
): void {
  app.get('/healthz', async (_request, reply) => reply.header('cache-control', 'no-store').type('text/plain').send('ok\n'));

  app.get('/readyz', async (_request, reply) => {
    const reason = isDraining() ? 'stopping' : context.log.trouble;
    reply.header('cache-control', 'no-store').type('text/plain');
    return reason === undefined ? reply.send('ready\n') : reply.code(503).header('retry-after', 2).send(`${reason}\n`);
  });

  app.get('/metrics', async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .type(metrics.registry.contentType)
      .send(await metrics.registry.metrics()),
  );

  app.get('/stats.json', async (_request, reply) => {
    const { documents, updates, now, log } = context;
    const { deliveries, bytes, cut } = updates.figures;
    return reply.header('cache-control', 'no-store').send({
      at: now() / 1000,
      requests: metrics.requests,
      errors: metrics.errors,
      latency: metrics.latency.take(),
      loopDelay: metrics.loopDelay(),
      rooms: documents.nodes('room').size,
      people: peopleIn(context),
      streams: updates.open,
      deliveries,
      deliveredBytes: bytes,
      cut,
      position: documents.position,
      writable: log.trouble === undefined,
      rss: process.memoryUsage.rss(),
      cpu: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
    });
  });

  // `sendBeacon` sends text/plain, which costs no preflight.
  app.register(async beacons => {
    beacons.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    beacons.post('/api/metrics', async (request, reply) => {
      const sender = `${request.ip} ${request.headers['user-agent'] ?? ''}`;
      if (!clients.take(sender, parsed(request.body)))
        throw new Problem(422, 'wrong-content', 'endpoint figures are expected', { at: 'body' });
      return reply.code(204).send();
    });
  });
}

function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
