import { FormatError, LoadError } from '../../core/errors.ts';
import { MAX_TEXTURE_FILE_SIZE, MAX_TEXTURE_SIZE } from '../limits.ts';
import { type BasisFactory, type BasisTranscoder, createBasisTranscoder, TranscodeError } from './basis-transcoder.ts';
import { readKtx2Header } from './ktx2-header.ts';
import { skipLargeLevels } from './skip-ktx2-levels.ts';
import type { CompressedTexture } from './texture-asset.ts';
import type { TranscoderFiles } from './transcoder-files.ts';

/** Loaded and compiled when the first KTX2 texture comes: 585 KB that no room needs before it is interactive. */
let transcoder: Promise<BasisTranscoder> | undefined;

/**
 * Transcodes a KTX2 texture (ETC1S or UASTC) to S3TC: DXT1 where it is opaque, DXT5 where it has alpha. Levels that are larger than
 * `maxSize` pixels a side are left out: the next one is the texture then.
 * @param load - loads the transcoder: `transcoderFrom` its files. A test reads it from disk.
 * @throws FormatError where the file is none, or not one that WebGL 1 can show.
 * @throws LoadError where the transcoder cannot be had.
 */
export async function decodeKtx2(
  bytes: Uint8Array,
  url: string,
  load: () => Promise<BasisTranscoder>,
  maxSize = MAX_TEXTURE_SIZE,
): Promise<CompressedTexture> {
  const starting = transcoderBy(load);
  starting.catch(() => {});
  const header = readKtx2Header(bytes, url, MAX_TEXTURE_FILE_SIZE);
  const { skipped, width, height } = skipLargeLevels(header, url, maxSize);
  const ready = await starting;
  try {
    return { kind: 'compressed', width, height, ...ready.transcode(bytes, header, skipped) };
  } catch (cause) {
    if (!(cause instanceof TranscodeError)) transcoder = undefined;
    throw new FormatError('the texture does not transcode', { url, value: String(cause), cause });
  }
}

async function transcoderBy(load: () => Promise<BasisTranscoder>): Promise<BasisTranscoder> {
  const tried = (transcoder ??= load());
  try {
    return await tried;
  } catch (error) {
    // The next texture tries again.
    if (transcoder === tried) transcoder = undefined;
    throw error;
  }
}

/** @throws LoadError where they cannot be loaded. */
export async function transcoderFrom(files: TranscoderFiles): Promise<BasisTranscoder> {
  const script = importFactory(files.script);
  script.catch(() => {});
  const wasm = await (await bring(files.wasm)).arrayBuffer();
  return createBasisTranscoder(await script, wasm);
}

async function importFactory(url: string): Promise<BasisFactory> {
  try {
    // Bundlers take its file along as it is: it is no part of this module.
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ url)).default;
  } catch (cause) {
    throw new LoadError('the texture transcoder cannot be loaded', { url, cause });
  }
}

async function bring(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new LoadError('the texture transcoder cannot be loaded', { url, status: response.status });
  return response;
}
