import { FormatError, LoadError } from '../core/errors.ts';
import { type BasisTranscoder, createBasisTranscoder, TranscodeError } from './basis-transcoder.ts';
import { readKtx2Header } from './ktx2-header.ts';
import { MAX_TEXTURE_SIZE } from './limits.ts';
import type { CompressedTexture } from './texture-asset.ts';
import type { TranscoderFiles } from './transcoder-files.ts';

/** Brought and compiled when the first KTX2 texture comes: 585 KB that no room needs before it is interactive. */
let transcoder: Promise<BasisTranscoder> | undefined;

/**
 * Transcodes a KTX2 texture (ETC1S or UASTC) to S3TC: DXT1 where it is opaque, DXT5 where it has alpha.
 * @param load - how the transcoder is had: `transcoderFrom` its files; a test reads it from disk.
 * @throws FormatError where the file is none, or not one that WebGL 1 can show.
 * @throws LoadError where the transcoder cannot be had.
 */
export async function decodeKtx2(
  bytes: Uint8Array,
  url: string,
  load: () => Promise<BasisTranscoder>,
): Promise<CompressedTexture> {
  const { width, height, levelCount } = readKtx2Header(bytes, url, MAX_TEXTURE_SIZE);
  transcoder ??= load();
  let ready: BasisTranscoder;
  try {
    ready = await transcoder;
  } catch (error) {
    transcoder = undefined; // the next texture tries again
    throw error;
  }
  try {
    return { kind: 'compressed', width, height, ...ready.transcode(bytes, width, height, levelCount) };
  } catch (cause) {
    if (!(cause instanceof TranscodeError)) transcoder = undefined;
    throw new FormatError('the texture does not transcode', { url, value: String(cause), cause });
  }
}

/** @throws LoadError where they cannot be had. */
export async function transcoderFrom(files: TranscoderFiles): Promise<BasisTranscoder> {
  const [script, wasm] = await Promise.all([bring(files.script), bring(files.wasm)]);
  return createBasisTranscoder(await script.text(), await wasm.arrayBuffer());
}

async function bring(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new LoadError('the texture transcoder cannot be loaded', { url, status: response.status });
  return response;
}
