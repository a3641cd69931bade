import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ServerContext } from '../http/context.ts';
import { LatencyWindow } from './latency-window.ts';

/** Figures of the server for Prometheus and for /stats. One hook measures every route; routes know nothing of it. */

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class ServerMetrics {
  readonly registry = new Registry();
  readonly #requests: Counter<'method' | 'route' | 'status'>;
  readonly #errors: Counter<'method' | 'route' | 'status'>;
  readonly #seconds: Histogram<'method' | 'route' | 'status'>;
  readonly #sent: Counter<'method' | 'route' | 'status'>;
  readonly #received: Counter<'method' | 'route'>;
  readonly #loop = monitorEventLoopDelay({ resolution: 20 });
  /** Latencies of the last seconds, for /stats. */
  readonly latency = new LatencyWindow();
  requests = 0;
  errors = 0;

  constructor(context: ServerContext) {
    const registers = [this.registry];
    const labelNames = ['method', 'route', 'status'] as const;
    this.#requests = new Counter({
      name: 'foyer_http_requests_total',
      help: 'Requests by route pattern and status',
      labelNames,
      registers,
    });
    this.#errors = new Counter({
      name: 'foyer_http_errors_total',
      help: 'Responses with status 500 and above',
      labelNames,
      registers,
    });
    this.#seconds = new Histogram({
      name: 'foyer_http_request_seconds',
      help: 'Time from a request to the end of its response',
      labelNames,
      buckets: SECONDS,
      registers,
    });
    this.#sent = new Counter({ name: 'foyer_http_sent_bytes_total', help: 'Bytes of response bodies', labelNames, registers });
    this.#received = new Counter({
      name: 'foyer_http_received_bytes_total',
      help: 'Bytes of request bodies',
      labelNames: ['method', 'route'],
      registers,
    });
    collectDefaultMetrics({ register: this.registry });
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    const counter = (name: string, help: string, read: () => number) =>
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    const { documents, updates, log } = context;
    gauge('foyer_rooms', 'Rooms', () => documents.nodes('room').size);
    gauge('foyer_people', 'Avatars in rooms that a lease keeps', () => peopleIn(context));
    gauge('foyer_streams', 'Open update streams', () => updates.open);
    gauge('foyer_documents', 'Aggregates in memory', () => documents.size);
    gauge('foyer_log_position', 'Position of the last entry applied', () => documents.position);
    gauge('foyer_log_writable', '1 while the log can be written', () => (log.trouble === undefined ? 1 : 0));
    counter('foyer_deliveries_total', 'Events written, counted once for each recipient', () => updates.figures.deliveries);
    counter('foyer_delivered_bytes_total', 'Bytes of events written, over all recipients', () => updates.figures.bytes);
    counter('foyer_recipients_cut_total', 'Streams cut because their client did not read', () => updates.figures.cut);
    this.#loop.enable();
  }

  /** 99th percentile of how late the event loop was since the last call, ms. */
  loopDelay(): number {
    const delay = this.#loop.percentile(99) / 1e6;
    this.#loop.reset();
    return delay;
  }

  /** Measures every route, present and future. @param monotonic - ms. */
  watch(app: FastifyInstance, monotonic: () => number): void {
    app.addHook('onResponse', (request, reply, done) => {
      // The pattern, never the URL: what clients write must not become labels without end.
      const labels = {
        method: knownMethod(request.method),
        route: request.routeOptions.url ?? '(none)',
        status: String(reply.statusCode),
      };
      const ms = monotonic() - request.startedAt;
      // A stream lasts as long as its visit: its time says nothing about the server.
      const isStream = String(reply.raw.getHeader('content-type') ?? '').startsWith('text/event-stream');
      this.#requests.inc(labels);
      this.requests++;
      if (!isStream) this.#seconds.observe(labels, ms / 1000);
      if (!isStream) this.latency.add(ms);
      const sent = Number(reply.getHeader('content-length') ?? 0);
      if (sent > 0) this.#sent.inc(labels, sent);
      const received = Number(request.headers['content-length'] ?? 0);
      if (received > 0) this.#received.inc({ method: labels.method, route: labels.route }, received);
      if (reply.statusCode >= 500) {
        this.#errors.inc(labels);
        this.errors++;
      }
      done();
    });
  }

  close(): void {
    this.#loop.disable();
    this.registry.clear();
  }
}

export function peopleIn({ documents }: ServerContext): number {
  let people = 0;
  for (const room of documents.nodes('room')) people += documents.find(room)?.visitors ?? 0;
  return people;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);
const knownMethod = (method: string): string => (methods.has(method) ? method : 'OTHER');
