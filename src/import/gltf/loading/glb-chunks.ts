import { FormatError } from '../../../core/errors.ts';
/** Splits a GLB container into its chunks (glTF 2.0, 4.4). */
import type { Warn } from '../../warn.ts';
import { GLTF_1 } from './gltf-one.ts';

/** Whether the bytes begin with a GLB header. */
export const isGlb = (b: Uint8Array): boolean =>
  b.byteLength > 4 && b[0] === 0x67 && b[1] === 0x6c && b[2] === 0x54 && b[3] === 0x46;

const JSON_CHUNK = 0x4e4f534a;
const BINARY_CHUNK = 0x004e4942;

/**
 * Splits a GLB into header, JSON chunk and binary chunk; it skips other chunks. Some exporters pad chunks wrongly or store a
 * wrong file length. It reads what is still complete, with a warning.
 *
 * @throws FormatError where the JSON is cut or missing, and for glTF 1.0.
 */
export function splitGlb(
  bytes: Uint8Array<ArrayBuffer>,
  url: string,
  warn: Warn,
): { json: Uint8Array; binary: Uint8Array<ArrayBuffer> } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u32 = (at: number): number => {
    if (at + 4 > bytes.byteLength) throw new FormatError('the file is cut', { url, at: `byte ${at}`, value: bytes.byteLength });
    return view.getUint32(at, true);
  };
  if (u32(4) === 1) throw new FormatError(GLTF_1, { url, at: 'byte 4', value: 1 });
  if (u32(4) !== 2) throw new FormatError('only glTF 2 is read', { url, at: 'byte 4', value: u32(4) });
  if (u32(8) > bytes.byteLength) warn(`the file should have ${u32(8)} bytes and has ${bytes.byteLength}: its end may be missing`);
  const size = u32(12);
  if (u32(16) !== JSON_CHUNK) throw new FormatError('a chunk that is not JSON', { url, at: 'byte 16', value: u32(16) });
  if (size > bytes.byteLength - 20)
    throw new FormatError('the file is cut: a chunk is longer than what is left', { url, at: 'byte 12', value: size });
  const json = withoutPadding(bytes.subarray(20, 20 + size));
  return { json, binary: binaryChunk(bytes, view, 20 + size, warn) };
}

function binaryChunk(bytes: Uint8Array<ArrayBuffer>, view: DataView, first: number, warn: Warn): Uint8Array<ArrayBuffer> {
  for (let at = first; at + 8 <= bytes.byteLength; ) {
    // Chunks begin at multiples of 4. Some exporters add padding without counting it.
    const aligned = (at + 3) & ~3;
    const isBinary = (place: number) => place + 8 <= bytes.byteLength && view.getUint32(place + 4, true) === BINARY_CHUNK;
    const start = isBinary(at) || !isBinary(aligned) ? at : aligned;
    const size = view.getUint32(start, true);
    const left = bytes.byteLength - start - 8;
    if (!isBinary(start)) {
      at = start + 8 + size;
      continue;
    }
    if (size > left) warn(`the binary chunk should have ${size} bytes and has ${left}: its end is missing`);
    return bytes.slice(start + 8, start + 8 + Math.min(size, left));
  }
  return new Uint8Array(0);
}

/** Removes padding from the JSON. The padding should be spaces; some exporters write zeros, which JSON does not allow. */
function withoutPadding(json: Uint8Array): Uint8Array {
  let end = json.byteLength;
  while (end > 0 && json[end - 1] === 0) end--;
  return json.subarray(0, end);
}
