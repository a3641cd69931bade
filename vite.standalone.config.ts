import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { cssAsWritten, oldestBrowsers, smallSite } from './vite.site.ts';
import { transcoderWithoutEval } from './vite.transcoder.ts';

// The library for pages without a bundler: minified, with the part of three inside that it uses. dist/standalone is copied as a whole.
/** Plugins that leave out what our own page does not call. Other pages call methods of the viewer's scene and camera as they like. */
const forThePageOnly = [
  'viewer-in-one-chunk',
  'three-without-css-colours',
  'three-without-uncalled',
  'meshes-without-rays',
  'unused-methods-of-three',
];

export default defineConfig({
  base: './',
  publicDir: false,
  plugins: [...smallSite.filter(({ name }) => !forThePageOnly.includes(name)), transcoderWithoutEval()],
  build: {
    license: { fileName: 'licenses.md' },
    target: oldestBrowsers,
    cssTarget: cssAsWritten,
    outDir: 'dist/standalone',
    modulePreload: false,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      input: { foyer: resolve(import.meta.dirname, 'src/index.ts') },
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  worker: { format: 'es' },
});
