import type { LinkProfile } from '../link/link.ts';

/** What has to come before a point is reached. */
export interface Load {
  /** Of the room's document, as it is sent. */
  readonly documentBytes: number;
  /** Files that have to come after it, and their bytes; headers not counted. */
  readonly files: number;
  readonly bytes: number;
}

/** Connections that a browser opens to an origin on HTTP/1.1. */
export const H1_CONNECTIONS = 6;

/**
 * The least time that any loader can take over that link, ms. The page itself came over the same connection, so none has to be
 * opened: T_connection = 0.
 *
 * HTTP/2: two hops, the document and then everything at once, and the bytes of both:
 *
 *     T = 2 RTT + (document + bytes) / bandwidth
 *
 * HTTP/1.1: a connection carries one request at a time and idles a round trip between two files. Of the six, one is open (it brought
 * the page), five cost a round trip to open. In time T after the document, the six connections together spend N round trips
 * waiting for N files, 5 opening, and at least bytes / bandwidth receiving (that only when the link serves them one at a time), so
 *
 *     T >= RTT + document / bandwidth + max(RTT + bytes / bandwidth, ((N + 5) RTT + bytes / bandwidth) / 6)
 *
 * `lowerBoundMs('h2', {documentBytes: 0, files: 9, bytes: 1e6}, {bitsPerSecond: 8e6, rttMs: 50}) // 1100`
 */
export function lowerBoundMs(protocol: 'h1' | 'h2', load: Load, link: LinkProfile): number {
  const time = (count: number) => (count * 8000) / link.bitsPerSecond;
  const document = link.rttMs + time(load.documentBytes);
  const atOnce = link.rttMs + time(load.bytes);
  if (protocol === 'h2') return document + atOnce;
  return document + Math.max(atOnce, connectionTime(load, link) / H1_CONNECTIONS);
}

/**
 * The least time to all of a loader that reaches the first point, what is critical, at its own bound, ms. The bound of all assumes a full link from
 * the start; that of the critical ones on HTTP/1.1 may need all six connections for their turns, which leave the link idle. No loader has both.
 * Until the critical ones are there, at I, nothing else comes: either they fill the link or they take all connections. From then on
 * the rest needs rest / bandwidth, after a round trip, unless a connection could be spared so long before:
 *
 *     T >= I + rest / bandwidth + max(0, RTT - spare), spare = 6 (I - RTT - document / bandwidth) - ((N + 5) RTT + critical / bandwidth)
 *
 * and not less than `lowerBoundMs` of all, to which it is equal on HTTP/2.
 *
 * @param all - the critical ones included.
 */
export function criticalFirstMs(protocol: 'h1' | 'h2', critical: Load, all: Load, link: LinkProfile): number {
  const interactive = lowerBoundMs(protocol, critical, link);
  const time = (count: number) => (count * 8000) / link.bitsPerSecond;
  let late = 0;
  if (protocol === 'h1') {
    const afterDocument = interactive - link.rttMs - time(critical.documentBytes);
    const spare = H1_CONNECTIONS * afterDocument - connectionTime(critical, link);
    late = Math.max(0, link.rttMs - Math.max(0, spare));
  }
  return Math.max(lowerBoundMs(protocol, all, link), interactive + late + time(all.bytes - critical.bytes));
}

/** What six connections have to do after the document, together: open, wait for each file, receive; ms. */
function connectionTime({ files, bytes }: Load, { bitsPerSecond, rttMs }: LinkProfile): number {
  const opening = Math.min(H1_CONNECTIONS, files) - 1;
  return (files + opening) * rttMs + (bytes * 8000) / bitsPerSecond;
}
