import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

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
  plugins: [filesApart],
  // The worker in one file: bundlers copy it as it is, without what it would import.
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting: false } } },
});
