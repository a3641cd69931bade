import { FormatError, LoadError } from '../../core/errors.ts';
import { MAX_TEXTURE_FILE_SIZE, MAX_TEXTURE_SIZE } from '../limits.ts';
import { type BasisFactory, type BasisTranscoder, createBasisTranscoder, TranscodeError } from './basis-transcoder.ts';
import { readKtx2Header } from './ktx2-header.ts';
import { skipLargeLevels } from './skip-ktx2-levels.ts';
import type { CompressedTexture } from './texture-asset.ts';
import type { TranscoderFiles } from './transcoder-files.ts';

/**
 * Brought and compiled when the first KTX2 texture comes: 585 KB that no room needs before it is interactive. Undefined where it was
 * to be had from the disk and is not there.
 */
let transcoder: Promise<BasisTranscoder | undefined> | undefined;

/**
 * Transcodes a KTX2 texture (ETC1S or UASTC) to S3TC: DXT1 where it is opaque, DXT5 where it has alpha. Levels that are larger than
 * `maxSize` pixels a side are left out: the next one is the texture then.
 * @param load - how the transcoder is had: `transcoderFrom` its files; a test reads it from disk.
 * @throws FormatError where the file is none, or not one that WebGL 1 can show.
 * @throws LoadError where the transcoder cannot be had.
 */
export async function decodeKtx2(
  bytes: Uint8Array,
  url: string,
  load: () => Promise<BasisTranscoder>,
  maxSize = MAX_TEXTURE_SIZE,
): Promise<CompressedTexture> {
  const header = readKtx2Header(bytes, url, MAX_TEXTURE_FILE_SIZE);
  const { skipped, width, height } = skipLargeLevels(header, url, maxSize);
  const ready = await transcoderBy(load);
  try {
    return { kind: 'compressed', width, height, ...ready.transcode(bytes, header, skipped) };
  } catch (cause) {
    if (!(cause instanceof TranscodeError)) transcoder = undefined;
    throw new FormatError('the texture does not transcode', { url, value: String(cause), cause });
  }
}

/** Makes the transcoder ready before the first texture comes, where `load` has it; where it has not, the first texture brings it. */
export function prepareKtx2(load: () => Promise<BasisTranscoder>): void {
  transcoder ??= load().catch(() => undefined);
}

async function transcoderBy(load: () => Promise<BasisTranscoder>): Promise<BasisTranscoder> {
  const tried = (transcoder ??= load());
  let ready: BasisTranscoder | undefined;
  try {
    ready = await tried;
    if (ready) return ready;
  } finally {
    // The next texture tries again; or this one does, where it was not on the disk.
    if (!ready && transcoder === tried) transcoder = undefined;
  }
  return transcoderBy(load);
}

/**
 * @param init - how to ask for them: `onDisk` for who has time.
 * @throws LoadError where they cannot be had.
 */
export async function transcoderFrom(files: TranscoderFiles, init?: RequestInit): Promise<BasisTranscoder> {
  // Both at once; but where nobody waits yet, the script only if the other file is on the disk: an import cannot ask for that.
  const script = init ? undefined : importFactory(files.script);
  script?.catch(() => {});
  const wasm = await (await bring(files.wasm, init)).arrayBuffer();
  return createBasisTranscoder(await (script ?? importFactory(files.script)), wasm);
}

async function importFactory(url: string): Promise<BasisFactory> {
  try {
    // Bundlers take its file along as it is: it is no part of this module.
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ url)).default;
  } catch (cause) {
    throw new LoadError('the texture transcoder cannot be loaded', { url, cause });
  }
}

/** Without a request to the server; the page's own origin only. */
export const onDisk: RequestInit = { cache: 'only-if-cached', mode: 'same-origin' };

async function bring(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (!response.ok) throw new LoadError('the texture transcoder cannot be loaded', { url, status: response.status });
  return response;
}
