import { resolve } from 'node:path';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/**
 * three's own bundle is one module whose classes hold each other; its sources are one class a file, so that a page carries the classes it uses, and
 * three's renderer, loaded on demand, has its share to itself: 9.3 KB (gzip) less before the room is interactive. Not in development,
 * where three is bundled once for all, nor in tests, where packages would have another copy than ours.
 */
const threeFromItsSources: Plugin = {
  name: 'three-from-its-sources',
  apply: 'build',
  config: () => ({ resolve: { alias: [{ find: /^three$/, replacement: 'three/src/Three.js' }] } }),
};

/**
 * What is loaded on demand has no style sheets, and at most one chunk to preload: Vite's code for both is 0.7 KB (gzip) that would come before the room is
 * interactive.
 */
const plainDynamicImports: Plugin = {
  name: 'plain-dynamic-imports',
  apply: 'build',
  enforce: 'pre',
  load: id => (id === '\0vite/preload-helper.js' ? 'export const __vitePreload = load => load();' : undefined),
};

// Two pages: the viewer and the shader profiling page. Relative base: the built site works from any folder of any server.
export default defineConfig({
  base: './',
  plugins: [threeFromItsSources, plainDynamicImports],
  build: {
    target: 'es2022',
    outDir: 'dist/site',
    modulePreload: false,
    rolldownOptions: {
      input: { viewer: resolve(import.meta.dirname, 'index.html'), profile: resolve(import.meta.dirname, 'profile.html') },
    },
  },
  worker: { format: 'es' },
  server: { port: 5173 },
  test: {
    // `unit` needs nothing but Node; `browser` drives the built site in Chromium through Playwright (test/browser).
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/import/**'],
          setupFiles: ['test/unit-setup.ts'],
          // Nothing takes that long on a quiet machine; a busy one is no failure.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      { test: { name: 'import', include: ['test/import/**/*.test.ts'], testTimeout: 300_000, fileParallelism: false } },
    ],
  },
});
