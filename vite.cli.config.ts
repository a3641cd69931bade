import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { importScripts } from './vite.import-scripts.ts';

const root = import.meta.dirname;

// The command `foyer` for Node: dist/cli.js, and beside it in dist/cli what it imports when a word needs it. Packages stay outside: they are dependencies.
export default defineConfig({
  publicDir: false,
  plugins: [importScripts()],
  // Node loads gl-matrix as eleven CommonJS files: a sixth of the command's start.
  ssr: { noExternal: ['gl-matrix'] },
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist',
    // The site and the library lie there too.
    emptyOutDir: false,
    rolldownOptions: {
      input: {
        cli: resolve(root, 'src/cli/main.ts'),
        'snapshot-worker': resolve(root, 'src/server/snapshots/snapshot-worker.ts'),
      },
      output: {
        entryFileNames: ({ name }) => (name === 'cli' ? 'cli.js' : 'cli/[name].js'),
        chunkFileNames: 'cli/[name].js',
        assetFileNames: '[name][extname]',
      },
    },
  },
});
