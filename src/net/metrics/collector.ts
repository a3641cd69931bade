import type { Clock } from '../../core/clock.ts';
import type { EndpointMetrics } from './endpoint-metrics.ts';

/** Sends the figures of all endpoints to the URL of a collector, if there is one. The code that sends is loaded when it is needed. */
export class Collector {
  readonly #endpoints: EndpointMetrics;
  readonly #clock: Clock;
  #url: string | undefined;
  #stop: () => void = () => {};

  constructor(endpoints: EndpointMetrics, clock: Clock) {
    this.#endpoints = endpoints;
    this.#clock = clock;
  }

  get url(): string | undefined {
    return this.#url;
  }

  /** May be changed at any time. The former collector gets what is not sent yet. */
  set url(url: string | undefined) {
    if (url === this.#url) return;
    this.#stop();
    this.#url = url;
    this.#stop = this.#send(url);
  }

  #send(url: string | undefined): () => void {
    if (url === undefined || typeof navigator === 'undefined') return () => {};
    let stop: () => void = () => {};
    let isStopped = false;
    // Few pages need this code. If it cannot be loaded, nothing is sent.
    import('./metrics-beacon.ts').then(
      ({ sendEndpoints }) => {
        if (!isStopped) stop = sendEndpoints(url, this.#endpoints, this.#clock);
      },
      () => {},
    );
    return () => {
      isStopped = true;
      stop();
    };
  }
}
