/** Packs a GLB resource as a gzip file. */
import { gzipSync } from 'fflate';

/**
 * Returns `glb` as a gzip file. Every machine writes the same bytes: no date, and a compressor in JavaScript, because zlib's
 * output differs between processors.
 */
export const packGlb = (glb: Uint8Array): Uint8Array => gzipSync(glb, { level: 9, mtime: 0 });
