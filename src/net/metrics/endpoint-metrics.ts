import type { FetchFunction, FetchResponse } from '../transfer/transfer.ts';

/** Counts of one endpoint. Latency is from the request to the first byte of the answer; early answers have none. */
export interface EndpointFigures {
  /** `https://cdn.example` */
  readonly origin: string;
  /** The path with what varies replaced: `/rooms/:hash.glb`, `/api/users/:n`. */
  readonly route: string;
  count: number;
  /** HTTP errors by status, and `network` for those without an answer; what was aborted is none. */
  errors: Record<string, number>;
  aborted: number;
  /** Bytes of bodies. */
  bytes: number;
  /** latency[i] counts those below 2^i ms, and at least half of that; the last has all above. */
  latency: number[];
}

const BUCKETS = 16;
/** Routes that are kept. Endless different paths, or origins, must not fill the memory. */
const MOST_ROUTES = 200;
/** Beyond them, an origin has one entry for its other routes, as long as there are fewer entries than these. */
const MOST_ENTRIES = 250;
const OTHER = '(other)';
/** Longer routes are cut. */
const MOST_CHARACTERS = 120;

/**
 * Figures of every endpoint that is asked, collected by standing in front of `fetch`: the code that asks says nothing.
 *
 * ```ts
 * const metrics = new EndpointMetrics(() => performance.now(), document.baseURI);
 * const queue = new DownloadQueue({ fetch: metrics.watch((url, init) => fetch(url, init)) });
 * JSON.stringify(metrics); // [{"origin":"https://cdn.example","route":"/resources/:hash.glb","count":12,…}]
 * ```
 */
export class EndpointMetrics {
  readonly #now: () => number;
  readonly #base: string | undefined;
  readonly #figures = new Map<string, EndpointFigures>();

  /**
   * @param now - ms.
   * @param base - URL that relative ones are resolved against.
   */
  constructor(now: () => number, base: string | undefined) {
    this.#now = now;
    this.#base = base;
  }

  /** A `fetch` that does the same and is counted. */
  watch(fetch: FetchFunction): FetchFunction {
    return async (url, init) => {
      const figures = this.#of(url);
      const startedAt = this.#now();
      figures.count++;
      try {
        const response = await fetch(url, init);
        if (!response.early) figures.latency[bucket(this.#now() - startedAt)]++;
        if (!response.ok) bump(figures.errors, String(response.status));
        return counted(response, figures, init.signal ?? undefined);
      } catch (error) {
        countError(figures, init.signal ?? undefined);
        throw error;
      }
    };
  }

  /** A copy of all figures, the busiest first. What `JSON.stringify` takes. */
  toJSON(): EndpointFigures[] {
    return [...this.#figures.values()]
      .map(f => ({ ...f, errors: { ...f.errors }, latency: [...f.latency] }))
      .sort((a, b) => b.count - a.count);
  }

  #of(url: string): EndpointFigures {
    let [origin, route] = ['', '(no URL)'];
    try {
      const parsed = new URL(url, this.#base);
      [origin, route] = [parsed.origin, routeOf(parsed.pathname).slice(0, MOST_CHARACTERS)];
    } catch {
      // `fetch` will say so.
    }
    const known = this.#figures.get(origin + route);
    if (known) return known;
    if (this.#figures.size >= MOST_ROUTES) route = OTHER;
    if (this.#figures.size >= MOST_ENTRIES && !this.#figures.has(origin + route)) origin = OTHER;
    const key = origin + route;
    const figures = this.#figures.get(key) ?? {
      origin,
      route,
      count: 0,
      errors: {},
      aborted: 0,
      bytes: 0,
      latency: new Array<number>(BUCKETS).fill(0),
    };
    this.#figures.set(key, figures);
    return figures;
  }
}

/**
 * `routeOf('/lounge/resources/0123456789abcdef0123.glb') // '/lounge/resources/:hash.glb'`,
 * `routeOf('/users/17/avatar') // '/users/:n/avatar'`
 */
export function routeOf(path: string): string {
  return path
    .split('/')
    .map(part => part.replace(/^(?:[0-9a-f]{12,}|[0-9a-f-]{36})(?=\.|$)/i, ':hash').replace(/^\d+(?=\.|$)/, ':n'))
    .join('/');
}

/** `bucket(0.4) // 0`, `bucket(1) // 1`, `bucket(100) // 7` */
function bucket(ms: number): number {
  return Math.min(BUCKETS - 1, ms < 1 ? 0 : Math.floor(Math.log2(ms)) + 1);
}

function bump(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function countError(figures: EndpointFigures, signal: AbortSignal | undefined): void {
  if (signal?.aborted) figures.aborted++;
  else bump(figures.errors, 'network');
}

/** The same answer; its body is counted as it is read, and how it ended once. */
function counted(response: FetchResponse, figures: EndpointFigures, signal: AbortSignal | undefined): FetchResponse {
  const { body, ok, status, headers, url, early } = response;
  if (!body) return response;
  return {
    ...{ ok, status, headers, url, early },
    body: {
      getReader() {
        const reader = body.getReader();
        let ended = false;
        const end = (count: () => void) => {
          if (!ended) count();
          ended = true;
        };
        return {
          async read() {
            try {
              const result = await reader.read();
              figures.bytes += result.value?.length ?? 0;
              return result;
            } catch (error) {
              end(() => countError(figures, signal));
              throw error;
            }
          },
          cancel: reason => {
            if (signal?.aborted) end(() => figures.aborted++);
            return reader.cancel(reason);
          },
        };
      },
    },
  };
}
