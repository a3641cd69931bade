import { FormatError } from '../../../core/errors.ts';

/** Whether the bytes begin as a GLB does. */
export const isGlb = (b: Uint8Array): boolean =>
  b.byteLength > 4 && b[0] === 0x67 && b[1] === 0x6c && b[2] === 0x54 && b[3] === 0x46;

/** glTF 2.0 section 4.4: header, JSON chunk, binary chunk. */
export function splitGlb(bytes: Uint8Array<ArrayBuffer>, url: string): { json: Uint8Array; binary: Uint8Array<ArrayBuffer> } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u32 = (at: number): number => {
    if (at + 4 > bytes.byteLength) throw new FormatError('the file is cut', { url, at: `byte ${at}`, value: bytes.byteLength });
    return view.getUint32(at, true);
  };
  const chunk = (at: number, type: number, name: string): Uint8Array<ArrayBuffer> => {
    const size = u32(at);
    if (u32(at + 4) !== type)
      throw new FormatError(`a chunk that is not ${name}`, { url, at: `byte ${at + 4}`, value: u32(at + 4) });
    if (size > bytes.byteLength - at - 8)
      throw new FormatError('the file is cut: a chunk is longer than what is left', { url, at: `byte ${at}`, value: size });
    return bytes.slice(at + 8, at + 8 + size);
  };
  if (u32(4) !== 2) throw new FormatError('only glTF 2 is read', { url, at: 'byte 4', value: u32(4) });
  if (u32(8) > bytes.byteLength)
    throw new FormatError(`the file is cut: it has ${bytes.byteLength} bytes`, { url, at: 'byte 8', value: u32(8) });
  const json = chunk(12, 0x4e4f534a, 'JSON');
  const next = 20 + json.byteLength;
  const binary = next + 8 <= bytes.byteLength ? chunk(next, 0x004e4942, 'BIN') : new Uint8Array(0);
  return { json, binary };
}
