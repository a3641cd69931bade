import type { Ktx2Header } from './ktx2-header.ts';
import { s3tcBytes } from './s3tc-bytes.ts';

/** The part of the Basis Universal transcoder (three/examples/jsm/libs/basis) that is used. */
export interface BasisModule {
  initializeBasis(): void;
  readonly KTX2File: new (bytes: Uint8Array) => Ktx2File;
}

export interface Ktx2File {
  isValid(): boolean;
  getWidth(): number;
  getHeight(): number;
  getHasAlpha(): boolean;
  startTranscoding(): boolean;
  getImageTranscodedSizeInBytes(level: number, layer: number, face: number, format: number): number;
  /** `flags`, and the channels of a transcode to one or two channels: not used (0, -1, -1). */
  transcodeImage(
    out: Uint8Array,
    level: number,
    layer: number,
    face: number,
    format: number,
    flags: number,
    channel0: number,
    channel1: number,
  ): number;
  close(): void;
  delete(): void;
}

/** basist::transcoder_texture_format */
const BC1 = 2;
const BC3 = 3;

export interface TranscodedTexture {
  readonly format: 'dxt1' | 'dxt5';
  readonly levels: Uint8Array[];
}

/** The transcoder refused a file. It can go on with other files. */
export class TranscodeError extends Error {
  override readonly name = 'TranscodeError';
}

export interface BasisTranscoder {
  /**
   * @param first - the level to begin with: the largest ones may be too large for a GPU.
   * @throws TranscodeError where the file is not what its header says; anything else that is thrown is a trap, after which the
   *   transcoder's memory cannot be trusted.
   */
  transcode(bytes: Uint8Array, header: Ktx2Header, first: number): TranscodedTexture;
}

/** The default export of the transcoder's module (vite.transcoder.ts). */
export type BasisFactory = (options: { readonly wasmBinary: ArrayBuffer }) => Promise<BasisModule>;

/** Starts a transcoder. @param wasm - bytes of basis_transcoder.wasm. */
export async function createBasisTranscoder(factory: BasisFactory, wasm: ArrayBuffer): Promise<BasisTranscoder> {
  const basis = await factory({ wasmBinary: wasm });
  basis.initializeBasis();
  return { transcode: (bytes, header, first) => transcode(basis, bytes, header, first) };
}

function transcode(
  basis: BasisModule,
  bytes: Uint8Array,
  { width, height, levelCount }: Ktx2Header,
  first: number,
): TranscodedTexture {
  const file = new basis.KTX2File(bytes);
  try {
    if (!file.isValid()) throw new TranscodeError('the transcoder does not know the file');
    if (!file.startTranscoding()) throw new TranscodeError('the transcoder cannot start');
    const alpha = file.getHasAlpha();
    const format = alpha ? 'dxt5' : 'dxt1';
    const levels: Uint8Array[] = [];
    for (let level = first; level < levelCount; level++) {
      const size = file.getImageTranscodedSizeInBytes(level, 0, 0, alpha ? BC3 : BC1);
      const expected = s3tcBytes(width >> level, height >> level, format);
      if (size !== expected) throw new TranscodeError(`level ${level} is ${size} bytes, not ${expected}`);
      const out = new Uint8Array(size);
      if (!file.transcodeImage(out, level, 0, 0, alpha ? BC3 : BC1, 0, -1, -1))
        throw new TranscodeError(`level ${level} does not transcode`);
      levels.push(out);
    }
    return { format, levels };
  } finally {
    file.close();
    file.delete();
  }
}
