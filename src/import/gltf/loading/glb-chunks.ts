/** Splits a GLB container into its JSON and its binary chunk, and reads what is complete of a broken one. */
import { CHUNK_BINARY, CHUNK_JSON, glbChunks, glbHeader } from '../../../assets/gltf/glb-container.ts';
import { FormatError } from '../../../core/errors.ts';
import type { Warn } from '../../report/warnings.ts';
import { oldGltf } from './gltf-one.ts';

/**
 * Splits a GLB into JSON chunk and binary chunk; it skips other chunks. Some exporters pad chunks wrongly or store a wrong file
 * length. It reads what is still complete, with a warning.
 *
 * @throws FormatError where the JSON is cut or missing, and for glTF 1.0.
 */
export function splitGlb(
  bytes: Uint8Array<ArrayBuffer>,
  url: string,
  warn: Warn,
): { json: Uint8Array; binary: Uint8Array<ArrayBuffer> } {
  const fail = (reason: string, at: number, value: number): never => {
    throw new FormatError(reason, { url, at: `byte ${at}`, value });
  };
  if (bytes.byteLength < 12) fail('the file is cut', bytes.byteLength, bytes.byteLength);
  const { version, length } = glbHeader(bytes);
  if (version === 1) fail(oldGltf('1.0'), 4, version);
  if (version !== 2) fail('only glTF 2 is read', 4, version);
  if (length > bytes.byteLength) warn(`the file should have ${length} bytes and has ${bytes.byteLength}: its end may be missing`);
  let json: Uint8Array | undefined;
  let binary: Uint8Array<ArrayBuffer> | undefined;
  for (const { at, type, size, content } of glbChunks(bytes)) {
    if (type === CHUNK_JSON && json === undefined) {
      if (content.byteLength < size) fail('the file is cut: a chunk is longer than what is left', at, size);
      json = withoutPadding(content);
      if (binary) warn('the binary chunk stands before the JSON, which should be first');
    } else if (type === CHUNK_BINARY && binary === undefined) {
      if (content.byteLength < size && json)
        warn(`the binary chunk should have ${size} bytes and has ${content.byteLength}: its end is missing`);
      binary = content.slice();
    } else if (json === undefined) fail('a chunk that is not JSON', at + 4, type);
    if (json && binary) break;
  }
  return { json: json ?? fail('the file is cut', bytes.byteLength, bytes.byteLength), binary: binary ?? new Uint8Array(0) };
}

/** Removes padding from the JSON. The padding should be spaces; some exporters write zeros, which JSON does not allow. */
function withoutPadding(json: Uint8Array): Uint8Array {
  let end = json.byteLength;
  while (end > 0 && json[end - 1] === 0) end--;
  return json.subarray(0, end);
}
