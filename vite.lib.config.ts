import { resolve } from 'node:path';
import { defineConfig } from 'vite';

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
    rolldownOptions: { external: [/^three(\/|$)/] },
  },
  worker: { format: 'es' },
});
