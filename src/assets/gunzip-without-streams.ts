/** Unpacks gzip files in browsers without `DecompressionStream` (Firefox before 113): loaded on demand. */
export { gunzipSync } from 'fflate';
