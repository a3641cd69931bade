import { Counter, Histogram, type Registry } from 'prom-client';
import * as v from 'valibot';

/**
 * Endpoint figures that viewers send (src/net/metrics). Whatever pages write into them, the number of time series stays small: routes
 * that are not ours are one, statuses are those of HTTP.
 */

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e9));
const figures = v.pipe(
  v.array(
    v.object({
      route: v.pipe(v.string(), v.maxLength(500)),
      count,
      errors: v.record(v.pipe(v.string(), v.maxLength(20)), count),
      bytes: v.pipe(v.number(), v.minValue(0), v.maxValue(1e13)),
      latency: v.pipe(v.array(count), v.maxLength(32)),
    }),
  ),
  v.maxLength(250),
);
type Figures = v.InferOutput<typeof figures>;

const SENDERS = 10_000;
const MS = Array.from({ length: 15 }, (_, i) => 2 ** i);
const routeClasses: readonly (readonly [RegExp, string])[] = [
  [/^\/api(\/|$)/, 'api'],
  [/\.(glb|ktx2|webp)$/, 'resource'],
  [/\.json$/, 'room'],
];

export class ClientMetrics {
  readonly #requests: Counter<'class'>;
  readonly #errors: Counter<'class' | 'status'>;
  readonly #bytes: Counter<'class'>;
  readonly #latency: Histogram<'class'>;
  /** The latest sums of each page. Only their increase counts. */
  readonly #last = new Map<string, Figures>();

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['class'] as const;
    this.#requests = new Counter({
      name: 'foyer_client_requests_total',
      help: 'Requests that viewers made',
      labelNames,
      registers,
    });
    this.#errors = new Counter({
      name: 'foyer_client_errors_total',
      help: 'Errors that viewers met',
      labelNames: ['class', 'status'],
      registers,
    });
    this.#bytes = new Counter({ name: 'foyer_client_bytes_total', help: 'Bytes that viewers received', labelNames, registers });
    this.#latency = new Histogram({
      name: 'foyer_client_latency_ms',
      help: 'Time to the first byte in viewers',
      labelNames,
      buckets: MS,
      registers,
    });
  }

  /** @param sender - tells pages apart. @returns false for invalid figures. */
  take(sender: string, json: unknown): boolean {
    const checked = v.safeParse(figures, json);
    if (!checked.success) return false;
    const before = new Map((this.#last.get(sender) ?? []).map(each => [each.route, each]));
    for (const now of checked.output) this.#add(now, before.get(now.route));
    this.#last.delete(sender);
    if (this.#last.size >= SENDERS) this.#last.delete(this.#last.keys().next().value ?? '');
    this.#last.set(sender, checked.output);
    return true;
  }

  #add(now: Figures[number], before: Figures[number] | undefined): void {
    // Fewer than before: another page, which begins at 0.
    const since = before && before.count <= now.count ? before : undefined;
    const labels = { class: routeClasses.find(([pattern]) => pattern.test(now.route))?.[1] ?? 'other' };
    this.#requests.inc(labels, now.count - (since?.count ?? 0));
    this.#bytes.inc(labels, Math.max(0, now.bytes - (since?.bytes ?? 0)));
    for (const [status, count] of Object.entries(now.errors)) {
      const added = count - (since?.errors[status] ?? 0);
      if (added > 0) this.#errors.inc({ ...labels, status: /^[1-5]\d\d$/.test(status) ? status : 'network' }, added);
    }
    now.latency.forEach((count, i) => {
      const added = Math.min(1000, count - (since?.latency[i] ?? 0));
      for (let n = 0; n < added; n++) this.#latency.observe(labels, i === 0 ? 0.5 : 0.75 * 2 ** i);
    });
  }
}
