import type { FastifyReply } from 'fastify';
import type { Recipient } from '../updates/recipients.ts';

/**
 * Opens a response as a stream of events. The body ends with the connection and has no chunks around it: the same bytes go to every
 * recipient, straight into its socket.
 */
export function openStream(
  reply: FastifyReply,
  user: string | undefined,
  headers: Readonly<Record<string, string>>,
): Recipient & { onEnd(listener: () => void): void } {
  reply.hijack();
  const { raw } = reply;
  raw.useChunkedEncodingByDefault = false;
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...headers });
  raw.flushHeaders();
  const { socket } = raw;
  // HTTP/2 frames the bytes itself; HTTP/1.1 takes them as they are.
  const direct = raw.req.httpVersionMajor < 2 && socket ? socket : undefined;
  direct?.setNoDelay(true);
  direct?.setTimeout(0);
  const target =
    direct ?? (raw as unknown as { write(bytes: Buffer): boolean; readonly writableLength: number; destroy(): void });
  let open = true;
  raw.on('close', () => {
    open = false;
  });
  return {
    user,
    write(bytes) {
      if (open) target.write(bytes);
    },
    get buffered() {
      return target.writableLength;
    },
    cut() {
      open = false;
      target.destroy();
    },
    onEnd(listener) {
      raw.on('close', listener);
    },
  };
}
