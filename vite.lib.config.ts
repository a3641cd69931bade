import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { cssAsWritten, oldestBrowsers } from './vite.site.ts';
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
 *
 * Parcel drops `type: 'module'`, but starts a worker of another origin by a script with an `import`. It gets a file of its own, by the
 * `alias` of the package, in which it does not see the type. Vite and Next.js must see it.
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
    const starter = bundle['start-worker.js'];
    if (starter?.type !== 'chunk') return this.error('the library has no start-worker.js: package.json of `foyer` names it');
    const forParcel = starter.code.replace(/\btype: "module"/g, '["type"]: "module"');
    this.emitFile({ type: 'asset', fileName: 'start-worker.parcel.js', source: forParcel });
    if (workers !== 1) this.error(`the library starts ${workers} workers, not 1: Vite writes them another way now`);
  },
};

// The library: `foyer` (the element) and `foyer/three` (a room in your own scene). three stays outside: an app must have one
// copy of it. Types are made by `tsc -p tsconfig.lib.json`.
export default defineConfig({
  base: './',
  publicDir: false,
  build: {
    license: { fileName: 'licenses.md' },
    target: oldestBrowsers,
    cssTarget: cssAsWritten,
    outDir: 'dist/lib',
    lib: {
      entry: {
        foyer: resolve(import.meta.dirname, 'src/index.ts'),
        three: resolve(import.meta.dirname, 'src/three.ts'),
        react: resolve(import.meta.dirname, 'src/react.ts'),
      },
      formats: ['es'],
    },
    rolldownOptions: {
      external: ['react', /^three(\/|$)(?!.*\?url$)/],
      output: {
        chunkFileNames: ({ name }) => (name === 'start-worker' ? '[name].js' : '[name]-[hash].js'),
        codeSplitting: { groups: [{ name: 'start-worker', test: /\/start-worker\.ts$/ }] },
      },
    },
  },
  plugins: [transcoderWithoutEval('assets'), filesApart, urlsThatBundlersKnow],
  // The worker in one file: bundlers copy it as it is, without what it would import.
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting: false, entryFileNames: WORKER } } },
});
