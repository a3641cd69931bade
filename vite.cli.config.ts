import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const root = import.meta.dirname;

/**
 * Makes a package of dist, once the library lies there: it is packed from there (`npm run pack`), for here is nothing to install. The
 * project's own package.json has no version, so that `npm pack` says no instead of packing what was not built: .npmrc lets no script
 * run that could build it.
 */
const packageOfDist: Plugin = {
  name: 'package-of-dist',
  generateBundle() {
    if (!existsSync(resolve(root, 'dist/lib/foyer.js'))) return;
    const { '//': _, private: __, config, scripts, devDependencies, ...kept } = JSON.parse(text('package.json'));
    const { version } = config;
    const inDist = JSON.stringify({ ...kept, version, files: ['lib', 'cli', 'cli.js'] }, null, 2).replaceAll('./dist/', './');
    this.emitFile({ type: 'asset', fileName: 'package.json', source: inDist.replaceAll('"dist/', '"') });
    for (const fileName of ['README.md', 'LICENSE', 'CHANGELOG.md'])
      this.emitFile({ type: 'asset', fileName, source: text(fileName) });
  },
};

// The command `foyer` for Node: dist/cli.js, and beside it in dist/cli what it imports when a word needs it, and the thread that
// reads models. Packages stay outside: they are dependencies.
export default defineConfig({
  publicDir: false,
  plugins: [packageOfDist],
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist',
    // The site and the library lie there too.
    emptyOutDir: false,
    rolldownOptions: {
      input: {
        cli: resolve(root, 'src/cli/main.ts'),
        'read-worker': resolve(root, 'src/import/read-worker.ts'),
      },
      output: {
        entryFileNames: ({ name }) => (name === 'cli' ? 'cli.js' : 'cli/[name].js'),
        chunkFileNames: 'cli/[name].js',
        assetFileNames: '[name][extname]',
      },
    },
  },
});

function text(file: string): string {
  return readFileSync(resolve(root, file), 'utf8');
}
