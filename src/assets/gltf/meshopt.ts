import { MeshoptDecoder } from 'meshoptimizer/decoder';
import { FormatError } from '../../core/errors.ts';
import type { JsonCursor } from './json-cursor.ts';

export type MeshoptMode = 'ATTRIBUTES' | 'TRIANGLES' | 'INDICES';
export type MeshoptFilter = 'NONE' | 'OCTAHEDRAL' | 'QUATERNION' | 'EXPONENTIAL' | 'COLOR';

export interface MeshoptStream {
  readonly count: number;
  /** Bytes an element. */
  readonly size: number;
  readonly mode: MeshoptMode;
  readonly filter: MeshoptFilter;
}

/** Resolves when `decodeMeshopt` may be called (the WebAssembly is compiled); rejects where there is no WebAssembly. */
export const meshoptReady: Promise<void> = MeshoptDecoder.ready;
// A page that decodes no mesh must not see the rejection as uncaught. Code that awaits `meshoptReady` still gets it.
meshoptReady?.catch(() => {});

/**
 * Unpacks one stream of EXT_meshopt_compression. The limits on size by mode are those of the extension's specification.
 * @param at - where the stream is described, for errors.
 * @throws FormatError where the stream is malformed.
 */
export function decodeMeshopt({ count, size, mode, filter }: MeshoptStream, source: Uint8Array, at: JsonCursor): Uint8Array {
  if (mode === 'ATTRIBUTES' ? size % 4 !== 0 || size > 256 : size !== 2 && size !== 4)
    at.get('byteStride').fail(`no stride for mode ${mode}`);
  if (mode === 'TRIANGLES' && count % 3 !== 0) at.get('count').fail('triangles come in threes');
  if (filter !== 'NONE' && mode !== 'ATTRIBUTES') at.get('filter').fail(`no filter for mode ${mode}`);
  if ((filter === 'OCTAHEDRAL' || filter === 'COLOR') && size !== 4 && size !== 8)
    at.get('byteStride').fail(`no stride for filter ${filter}`);
  if (filter === 'QUATERNION' && size !== 8) at.get('byteStride').fail(`no stride for filter ${filter}`);
  const target = new Uint8Array(count * size);
  try {
    MeshoptDecoder.decodeGltfBuffer(target, count, size, source, mode, filter);
  } catch (cause) {
    throw new FormatError('the compressed buffer view does not unpack', { url: at.url, at: at.at, value: at.value, cause });
  }
  return target;
}
