import type { LinkProfile } from './link.ts';

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
export function lowerBoundMs(
  protocol: 'h1' | 'h2',
  { documentBytes, files, bytes }: Load,
  { bitsPerSecond, rttMs }: LinkProfile,
): number {
  const time = (count: number) => (count * 8000) / bitsPerSecond;
  const document = rttMs + time(documentBytes);
  const atOnce = rttMs + time(bytes);
  if (protocol === 'h2') return document + atOnce;
  const opening = Math.min(H1_CONNECTIONS, files) - 1;
  const inTurn = ((files + opening) * rttMs + time(bytes)) / H1_CONNECTIONS;
  return document + Math.max(atOnce, inTurn);
}
