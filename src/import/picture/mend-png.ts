/** Completes a truncated PNG: missing pixels become black and transparent. */
import { constants, deflateSync, inflateSync } from 'node:zlib';

/** Samples a pixel of each colour type (PNG, 11.2.2). */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Adam7 (PNG, 8.2): first column and row of each pass, and the distance between its pixels. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Completes a truncated PNG. @returns undefined where the header is incomplete or no pixel exists. */
export function mendPng(bytes: Uint8Array): Uint8Array | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Buffer[] = [file.subarray(0, 8)];
  const pixels: Buffer[] = [];
  let header: Buffer | undefined;
  for (let at = 8; at + 8 < file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const data = file.subarray(at + 8, Math.min(at + 8 + length, file.length));
    if (type === 'IDAT') pixels.push(data);
    else if (type === 'IEND' || data.length < length) break;
    else kept.push(file.subarray(at, at + 12 + length));
    if (type === 'IHDR') header = data;
    at += 12 + length;
  }
  if (!header || header.length < 13 || pixels.length === 0) return undefined;
  try {
    const found = inflateSync(Buffer.concat(pixels), { finishFlush: constants.Z_SYNC_FLUSH });
    const whole = Buffer.alloc(rawBytes(header));
    found.copy(whole);
    return Buffer.concat([...kept, chunk('IDAT', deflateSync(whole, { level: 1 })), chunk('IEND', Buffer.alloc(0))]);
  } catch {
    return undefined;
  }
}

/** Bytes of all rows, including each row's filter byte. */
function rawBytes(header: Buffer): number {
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const bits = header[8] * (SAMPLES[header[9]] ?? 4);
  const rows = (w: number, h: number) => (w > 0 && h > 0 ? h * (1 + Math.ceil((w * bits) / 8)) : 0);
  if (header[12] === 0) return rows(width, height);
  return PASSES.reduce((sum, [x, y, dx, dy]) => sum + rows(Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)), 0);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), out.length - 4);
  return out;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}
