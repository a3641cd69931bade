import type { Clock } from '../../core/clock.ts';
import type { EndpointFigures, EndpointMetrics } from './endpoint-metrics.ts';

/** `sendBeacon` takes 64 KiB, for all that the page sends at one time. */
const BEACON_BYTES = 48 * 1024;

export interface BeaconOptions {
  /** Where to. */
  readonly url: string;
  readonly clock: Clock;
  /** What to send: anything `JSON.stringify` takes. */
  read(): unknown;
  /** `navigator.sendBeacon`: false when the browser does not take it. */
  send(url: string, body: Blob): boolean;
  /** Sent at least this often, ms; 60,000 by default. */
  readonly everyMs?: number;
  /** Calls back when the page may be about to go; @returns how to stop that. */
  onLeave?(listener: () => void): () => void;
}

/**
 * Sends figures to a collector now and then, and when the page is left: the only moment that phones tell is that it is hidden.
 * Nothing is sent when nothing changed.
 *
 * @returns how to stop it; sends what is left first.
 */
export function sendMetrics({ url, clock, read, send, everyMs = 60_000, onLeave = onHidden }: BeaconOptions): () => void {
  let sent = '';
  const flush = () => {
    const text = JSON.stringify(read());
    if (text === sent) return;
    // text/plain: other types would cost a preflight, which no page lives to see.
    if (send(url, new Blob([text], { type: 'text/plain' }))) sent = text;
  };
  let cancel: () => void;
  const again = () => {
    cancel = clock.after(everyMs, again);
    flush();
  };
  cancel = clock.after(everyMs, again);
  const stopListening = onLeave(flush);
  return () => {
    cancel();
    stopListening();
    flush();
  };
}

function onHidden(listener: () => void): () => void {
  const check = () => {
    if (document.visibilityState === 'hidden') listener();
  };
  document.addEventListener('visibilitychange', check);
  return () => document.removeEventListener('visibilitychange', check);
}

/** Sends the figures of the endpoints to a collector by `sendBeacon`: at most 48 KiB. @returns how to stop it; sends what is left first. */
export function sendEndpoints(url: string, endpoints: EndpointMetrics, clock: Clock): () => void {
  const send = (to: string, body: Blob) => navigator.sendBeacon(to, body);
  return sendMetrics({ url, clock, read: () => busiest(endpoints, BEACON_BYTES), send });
}

/** As many figures, the busiest first, as fit into so many bytes of JSON. */
export function busiest(endpoints: EndpointMetrics, maxBytes: number): EndpointFigures[] {
  // The brackets; then a comma for each. Keys and numbers are ASCII, and a URL's parts are escaped.
  let bytes = 2;
  return endpoints.toJSON().filter(figures => {
    bytes += JSON.stringify(figures).length + 1;
    return bytes <= maxBytes;
  });
}
