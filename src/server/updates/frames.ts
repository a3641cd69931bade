/** Encodes server-sent events. The bytes are encoded once and written to all recipients. */

export function frame(event: string, data: object, position?: number): Buffer {
  const id = position === undefined ? '' : `id: ${position}\n`;
  return Buffer.from(`${id}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** The same for data that is already JSON. */
export function frameOf(event: string, json: string, position: number): Buffer {
  return Buffer.from(`id: ${position}\nevent: ${event}\ndata: ${json}\n\n`);
}

export const heartbeat = Buffer.from(':\n\n');

/** @param random - [0, 1), so that browsers that lost the server do not all return at once. */
export function opening(random: number): Buffer {
  return Buffer.from(`retry: ${Math.round(1000 + 4000 * random)}\n\n`);
}
