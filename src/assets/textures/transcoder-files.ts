import script from 'three/examples/jsm/libs/basis/basis_transcoder.js?url';
import wasm from 'three/examples/jsm/libs/basis/basis_transcoder.wasm?url';

/** Absolute URLs of the Basis Universal transcoder: 585 KB that are fetched with the first KTX2 texture. */
export interface TranscoderFiles {
  readonly script: string;
  readonly wasm: string;
}

const absolute = (url: string) => new URL(url, globalThis.location?.href ?? import.meta.url).href;

/**
 * The page knows them and tells the workers: a worker that named its own files would lose them when somebody else's bundler takes it
 * up, for that copies the worker's file as it is.
 */
export const transcoderFiles: TranscoderFiles = { script: absolute(script), wasm: absolute(wasm) };
