import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { BasisModule } from '../../assets/textures/basis-transcoder.ts';
import { FormatError } from '../../core/errors.ts';
import { MAX_SIDE } from './make-picture.ts';
import type { Picture } from './picture.ts';
import { isPlainKtx2, plainKtx2 } from './plain-ktx2.ts';

/** basist::transcoder_texture_format with 8 bits each of red, green, blue and alpha. */
const RGBA32 = 13;

let basis: Promise<BasisModule> | undefined;

/**
 * Decodes the largest level of a KTX2 texture (ETC1S or UASTC, KHR_texture_basisu; plain RGBA too) to plain pixels.
 *
 * @throws FormatError for another kind of KTX2, for a truncated file, or where the transcoder is not installed.
 */
export async function decodeBasis(bytes: Uint8Array, url: string, at: string): Promise<Picture> {
  const fail = (reason: string, value?: unknown, cause?: unknown): never => {
    throw new FormatError(reason, { url, at, value, cause });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 80) fail('the KTX2 file is cut', bytes.byteLength);
  // Checked before the transcoder allocates memory.
  const [format, width, height] = [12, 20, 24].map(offset => view.getUint32(offset, true));
  const isPlain = isPlainKtx2(format, view.getUint32(44, true));
  if (format !== 0 && !isPlain) fail('of KTX2 only ETC1S, UASTC and plain RGBA of 8 bits are read; not this vkFormat', format);
  if (!(width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE))
    fail(`a picture has 1 to ${MAX_SIDE} pixels a side`, [width, height]);
  if (isPlain) return plainKtx2(bytes, width, height, fail);
  basis ??= load();
  const module = await basis.catch((cause: Error) => {
    basis = undefined;
    return fail(cause.message, undefined, cause);
  });
  try {
    return transcode(module, bytes, width, height);
  } catch (cause) {
    // After a trap, the module's memory is unreliable.
    basis = undefined;
    return fail(`the KTX2 picture does not transcode (${(cause as Error).message})`, undefined, cause);
  }
}

function transcode(module: BasisModule, bytes: Uint8Array, width: number, height: number): Picture {
  const file = new module.KTX2File(bytes);
  try {
    if (!file.isValid() || file.getWidth() !== width || file.getHeight() !== height)
      throw new Error('the transcoder does not know the file');
    if (!file.startTranscoding()) throw new Error('the transcoder cannot start');
    const size = file.getImageTranscodedSizeInBytes(0, 0, 0, RGBA32);
    if (size !== width * height * 4) throw new Error(`${size} bytes for ${width} x ${height} pixels`);
    const rgba = new Uint8Array(size);
    if (!file.transcodeImage(rgba, 0, 0, 0, RGBA32, 0, -1, -1)) throw new Error('its first level is broken');
    return { width, height, rgba };
  } finally {
    file.close();
    file.delete();
  }
}

/**
 * Loads the transcoder. It is a classic script in a package of ES modules. Node can neither import nor require it, so it is
 * evaluated as text.
 */
async function load(): Promise<BasisModule> {
  const name = 'three/examples/jsm/libs/basis/basis_transcoder';
  const { resolve } = createRequire(import.meta.url);
  let script: string;
  let wasmBinary: Uint8Array;
  try {
    [script, wasmBinary] = await Promise.all([readFile(resolve(`${name}.js`), 'utf8'), readFile(resolve(`${name}.wasm`))]);
  } catch (cause) {
    throw new Error(`KTX2 needs ${name}.js: install three, or save the textures as PNG`, { cause });
  }
  // Hiding `process` makes the script use its browser path, where the caller supplies the WebAssembly.
  const factory = new Function('process', `${script}\nreturn BASIS;`)(undefined) as (options: object) => Promise<BasisModule>;
  const module = await factory({ wasmBinary });
  module.initializeBasis();
  return module;
}
