import { FormatError } from '../../core/errors.ts';
import { CHUNK_BINARY, CHUNK_JSON, glbChunks, glbHeader, isGlb } from './glb-container.ts';
import { JsonCursor } from './json-cursor.ts';

/** A GLB file taken apart: the unchecked JSON and the binary chunk, empty where there is none. */
export interface Glb {
  readonly json: JsonCursor;
  readonly binary: Uint8Array;
  readonly url: string;
}

/** The extensions that this reader implements. A file that *requires* another is refused, as glTF 2.0 section 3.12 demands. */
const EXTENSIONS = new Set([
  'KHR_mesh_quantization',
  'EXT_meshopt_compression',
  'KHR_meshopt_compression',
  'KHR_materials_unlit',
  'MSFT_lod',
]);

/**
 * Takes a GLB container apart.
 *
 * @param url - quoted in errors, never fetched.
 * @throws FormatError for a broken container, broken JSON or a required extension that is not implemented.
 */
export function readGlb(bytes: Uint8Array, url: string): Glb {
  const fail = (reason: string, at: string, value?: unknown): never => {
    throw new FormatError(reason, { url, at, value });
  };
  if (bytes.byteLength < 20) fail('a GLB has at least 20 bytes', 'byte 0', bytes.byteLength);
  if (!isGlb(bytes)) fail('not a GLB file', 'byte 0', bytes[0]);
  const { version, length } = glbHeader(bytes);
  if (version !== 2) fail('only glTF 2 is read', 'byte 4', version);
  if (length > bytes.byteLength) fail(`the file is cut: ${bytes.byteLength} bytes came`, 'byte 8', length);

  let json: unknown;
  let binary: Uint8Array = new Uint8Array(0);
  let chunk = 0;
  for (const { at, type, size, content } of glbChunks(bytes, length)) {
    if (content.byteLength < size) fail('a chunk reaches past the end of the file', `byte ${at}`, size);
    if (chunk === 0) {
      if (type !== CHUNK_JSON) fail('the first chunk must be JSON', `byte ${at + 4}`, type);
      json = parseJson(content, url);
    } else if (chunk === 1 && type === CHUNK_BINARY) {
      binary = content;
    }
    chunk++;
  }
  const root = new JsonCursor(json, '', url);
  for (const name of root.list('extensionsRequired'))
    if (!EXTENSIONS.has(name.string())) name.fail('the file requires an extension that is not read');
  return { json: root, binary, url };
}

function parseJson(content: Uint8Array, url: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (cause) {
    throw new FormatError('the JSON chunk does not parse', { url, at: 'byte 20', cause });
  }
}
