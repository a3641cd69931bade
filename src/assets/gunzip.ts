import { FormatError } from '../core/errors.ts';
import { MAX_DECODED_BYTES } from './limits.ts';

/** Unpacks resources that are gzip files: GLBs of the type `model/gltf-binary+gzip`. */

/** A byte of deflate gives at most 1,032 (RFC 1951: a match of 258 bytes takes two bits at least). */
const MOST_BYTES_A_BYTE = 1032;

/**
 * Returns `bytes` as they are, or unpacked where they begin as a gzip file does (RFC 1952).
 * @throws FormatError for a broken file, and for one that unpacks to more than `MAX_DECODED_BYTES`.
 */
export async function gunzip(bytes: Uint8Array<ArrayBuffer>, url: string): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  // The last four bytes are the length. It is untrusted: what unpacks to more does not fit, what unpacks to less is no GLB.
  const size = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  if (size > Math.min(MAX_DECODED_BYTES, bytes.length * MOST_BYTES_A_BYTE))
    throw new FormatError('the file unpacks to too much', { url, at: 'its last 4 bytes', value: size });
  const target = new Uint8Array(size);
  try {
    if (typeof DecompressionStream === 'undefined')
      return (await import('./gunzip-without-streams.ts')).gunzipSync(bytes, { out: target });
    const { readable, writable } = new DecompressionStream('gzip');
    const writer = writable.getWriter();
    // Their errors are those of the reader.
    writer.write(bytes).catch(() => {});
    writer.close().catch(() => {});
    const reader = readable.getReader();
    let at = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      target.set(part.value, at);
      at += part.value.length;
    }
  } catch (cause) {
    throw new FormatError('the gzip file is broken', { url, at: 'byte 0', cause });
  }
  return target;
}
