import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { earlyRequests } from './vite.early.ts';
import { liveRooms } from './vite.live.ts';
import { smallMeshopt } from './vite.meshopt.ts';
import { cssAsWritten, oldestBrowsers, smallSite } from './vite.site.ts';
import { transcoderWithoutEval } from './vite.transcoder.ts';

/** Milliseconds that a test of a browser or a server waits for what it expects. */
const POLL_MS = 20_000;

// Three pages: the viewer, the shader profiling page and the server's figures. Relative base: the built site works from any folder of any server.
export default defineConfig({
  base: './',
  // A wrong address is a 404 in development too, not the page of the lounge.
  appType: 'mpa',
  plugins: [...smallSite, smallMeshopt(), transcoderWithoutEval(), liveRooms, earlyRequests()],
  build: {
    license: { fileName: 'licenses.md' },
    target: oldestBrowsers,
    cssTarget: cssAsWritten,
    outDir: 'dist/site',
    // The page names its chunks, so that they are asked for at once, not one after the other; chunks that are loaded on demand name none.
    modulePreload: { polyfill: false, resolveDependencies: (_, chunks, { hostType }) => (hostType === 'html' ? chunks : []) },
    rolldownOptions: {
      input: {
        viewer: resolve(import.meta.dirname, 'index.html'),
        profile: resolve(import.meta.dirname, 'profile.html'),
        stats: resolve(import.meta.dirname, 'stats.html'),
      },
    },
  },
  worker: { format: 'es', plugins: () => [smallMeshopt()] },
  server: { port: 5173 },
  test: {
    // `unit` needs nothing but Node; `browser` drives the built site in Chromium through Playwright (test/browser).
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/import-pictures/**', 'test/drills/**'],
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
          // One second, as vitest has it, is less than a slow machine takes for a few frames.
          expect: { poll: { timeout: POLL_MS } },
          // Real browsers, sockets and a shared machine: one of 200 tests in ten runs fails by chance. The report names who was run again.
          retry: 1,
        },
      },
      // `drills` starts real servers and kills them: docs/server.md.
      {
        test: {
          name: 'drills',
          include: ['test/drills/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          expect: { poll: { timeout: POLL_MS } },
          retry: 1,
        },
      },
      { test: { name: 'import', include: ['test/import-pictures/**/*.test.ts'], testTimeout: 300_000, fileParallelism: false } },
    ],
  },
});
