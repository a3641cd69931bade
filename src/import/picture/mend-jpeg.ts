/** Completes a truncated JPEG: what the file no longer has stays as the earlier passes left it. */

const START_OF_SCAN = 0xda;
const END = [0xff, 0xd9];

/**
 * Cuts a JPEG behind its last whole segment, or the scan in which it ends, and adds the marker of its end. libjpeg rejects a picture
 * that ends within a table, but shows one that ends within a scan (ITU-T T.81, B.1.1.4 and B.2.1).
 *
 * @returns undefined where no scan has begun.
 */
export function mendJpeg(bytes: Uint8Array): Uint8Array | undefined {
  let scans = 0;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const length = bytes[at + 2] * 256 + bytes[at + 3];
    if (length < 2 || at + 2 + length > bytes.length) break;
    const isScan = bytes[at + 1] === START_OF_SCAN;
    at += 2 + length;
    if (!isScan) continue;
    scans++;
    // Within a scan, 0 follows each 255 of the data; 0xd0 to 0xd7 are restarts.
    while (at < bytes.length && !(bytes[at] === 0xff && bytes[at + 1] > 0 && (bytes[at + 1] & 0xf8) !== 0xd0)) at++;
  }
  if (scans === 0) return undefined;
  const mended = new Uint8Array(at + END.length);
  mended.set(bytes.subarray(0, at));
  mended.set(END, at);
  return mended;
}
