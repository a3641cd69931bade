import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { BUILT_HASH } from './src/import/write/cache/importer-version.ts';

const root = import.meta.dirname;

// The command `foyer` for Node: dist/cli.js, and beside it in dist/cli what it imports when a word needs it, and the
// threads that read models, and that write meshes and clips. Packages stay outside: they are dependencies.
export default defineConfig({
  publicDir: false,
  plugins: [codeHash()],
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
        'read-worker': resolve(root, 'src/import/reading/read-worker.ts'),
        'write-worker': resolve(root, 'src/import/write/threads/write-worker.ts'),
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

/** Writes a hash of all code, so that an import knows its version without reading it. */
function codeHash(): Plugin {
  return {
    name: 'code-hash',
    generateBundle(_, bundle) {
      const hash = createHash('sha256');
      for (const [name, file] of Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : 1)))
        hash.update(name).update(file.type === 'chunk' ? file.code : file.source);
      this.emitFile({ type: 'asset', fileName: `cli/${BUILT_HASH}`, source: hash.digest('hex') });
    },
  };
}
