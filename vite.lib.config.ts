import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { transcoderWithoutEval } from './vite.transcoder.ts';

/** Vite would write files of `?url` into the library as base64; as files of their own other people's bundlers find them. */
const filesApart: Plugin = {
  name: 'files-apart',
  enforce: 'pre',
  resolveId: source => (source.endsWith('?url') ? `\0${source}` : undefined),
  load(id) {
    if (!id.startsWith('\0') || !id.endsWith('?url')) return undefined;
    const file = createRequire(import.meta.url).resolve(id.slice(1, -4));
    const asset = this.emitFile({ type: 'asset', fileName: `assets/${basename(file)}`, source: readFileSync(file) });
    return `export default import.meta.ROLLUP_FILE_URL_${asset};`;
  },
};

const WORKER = 'assets/decode-worker.js';

/**
 * Writes the worker and the files beside it as every bundler knows them: `new Worker(new URL('./…', import.meta.url))`. Vite's own form,
 * a URL within a URL, is one that webpack and Turbopack copy but start from `file:///`.
 */
const urlsThatBundlersKnow: Plugin = {
  name: 'urls-that-bundlers-know',
  enforce: 'post',
  generateBundle(_, bundle) {
    let workers = 0;
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      chunk.code = chunk.code
        .replace(
          /new URL\(\s*\/\* @vite-ignore \*\/\s*new URL\("([^"]+)", import\.meta\.url\)\.href,\s*"" \+ import\.meta\.url\s*\)/g,
          (_, file: string) => {
            workers += Number(file === WORKER);
            return `new URL("${file}", import.meta.url)`;
          },
        )
        .replace(/new URL\("(assets\/)/g, 'new URL("./$1');
    }
    if (workers !== 1) this.error(`the library starts ${workers} workers, not 1: Vite writes them another way now`);
  },
};

// The library: `foyer` (the element) and `foyer/three` (a room in your own scene). three stays outside: an app must have one
// copy of it. Types are made by `tsc -p tsconfig.lib.json`.
export default defineConfig({
  base: './',
  publicDir: false,
  build: {
    target: 'es2022',
    outDir: 'dist/lib',
    lib: {
      entry: { foyer: resolve(import.meta.dirname, 'src/index.ts'), three: resolve(import.meta.dirname, 'src/three.ts') },
      formats: ['es'],
    },
    rolldownOptions: { external: [/^three(\/|$)(?!.*\?url$)/] },
  },
  plugins: [transcoderWithoutEval('assets'), filesApart, urlsThatBundlersKnow],
  // The worker in one file: bundlers copy it as it is, without what it would import.
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting: false, entryFileNames: WORKER } } },
});
