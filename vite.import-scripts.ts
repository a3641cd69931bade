import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'vite';
import { BUILT_HASH } from './src/import/write/cache/importer-version.ts';

const root = import.meta.dirname;

/** What an import runs, by the names of the scripts in dist/cli: the command, and the threads that read, write and encode. */
const SCRIPTS = {
  import: 'src/cli/import/import.ts',
  'read-worker': 'src/import/reading/read-worker.ts',
  'write-worker': 'src/import/write/threads/write-worker.ts',
  'ktx2-worker': 'src/import/write/texture/ktx2-worker.ts',
};

/** Packages that have files of their own. A script loads them when it needs them. */
const APART = ['sharp', 'cli-progress', 'fastify', '@fastify/static', 'playwright-core'];
/** Such a package that has only modules. */
const MODULES_APART = ['ktx2-encoder'];

/**
 * Builds what an import runs as four scripts, each one file, in place of modules. Node 20 can keep the code that V8 makes of a script,
 * but not of a module (`src/node/run-script.ts`). It also takes longer to load 40 modules.
 */
export function importScripts(): Plugin {
  return {
    name: 'import-scripts',
    enforce: 'pre',
    resolveId: (id, importer) =>
      id === './import/import.ts' && importer?.endsWith('/src/cli/main.ts') ? '\0import-script' : undefined,
    load: id =>
      id === '\0import-script'
        ? `import { createRequire } from 'node:module';
           export const { importCommand, roomCommand, IMPORT_USAGE } = createRequire(import.meta.url)('./import.cjs');`
        : undefined,
    async writeBundle({ dir = 'dist' }, chunks) {
      const folder = join(dir, 'cli');
      mkdirSync(folder, { recursive: true });
      const written = new Set(Object.keys(chunks).map(name => name.slice('cli/'.length)));
      const write = (name: string, text: string): void => {
        writeFileSync(join(folder, name), text);
        written.add(name);
      };
      write('run-script.cjs', await bundleScript('src/node/run-script.ts'));
      const hash = createHash('sha256');
      const hashes: string[] = [];
      const licenses = new Map<string, string>();
      for (const [name, file] of Object.entries(SCRIPTS)) {
        const { script, packages } = await bundle(file);
        for (const { name, version, identifier, text } of packages)
          licenses.set(name, `## ${name} - ${version} (${identifier})\n\n${text ?? ''}\n`);
        const own = createHash('sha256').update(script).digest('hex').slice(0, 16);
        hash.update(name).update(own);
        hashes.push(own);
        write(`${name}.script`, script);
        write(
          `${name}.cjs`,
          `module.exports = require('./run-script.cjs').runScript(require.resolve('./${name}.script'), '${own}');\n`,
        );
      }
      const sorted = [...licenses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, license]) => license);
      write('licenses.md', ['# Licenses of the packages inside\n', ...sorted].join('\n'));
      // So that an import knows its version without reading all.
      write(BUILT_HASH, hash.digest('hex'));
      // What an earlier build left would be packed and published. `build/keep-code.ts` wrote the code of these texts.
      const isKept = (name: string): boolean => name.endsWith('.code') && hashes.some(own => name.includes(own));
      for (const name of readdirSync(folder)) if (!written.has(name) && !isKept(name)) rmSync(join(folder, name));
    },
  };
}

/** Vite's list of the packages inside a script. It is not written. */
const LICENSES = 'licenses.json';

/** Returns a module and what it imports as one CommonJS script. */
export const bundleScript = async (file: string): Promise<string> => (await bundle(file)).script;

/** A package inside a script, as Vite describes it. */
interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly identifier: string | null;
  readonly text?: string;
}

async function bundle(file: string): Promise<{ script: string; packages: readonly Bundled[] }> {
  const made = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [loadedWhenNeeded],
    ssr: { noExternal: true, external: MODULES_APART },
    build: {
      ssr: true,
      write: false,
      license: { fileName: LICENSES },
      target: 'node20',
      rolldownOptions: { input: resolve(root, file), output: { format: 'cjs', codeSplitting: false } },
    },
  });
  const [one] = Array.isArray(made) ? made : [made];
  if (!('output' in one)) throw new Error(`${file} was not built`);
  // A script that V8 keeps cannot import. `run-script.ts` gives it a function that can.
  const script = one.output[0].code.replace(/\bimport\((?=["'`])/g, file.includes('run-script') ? '$&' : 'importModule(');
  const asset = one.output.find(({ fileName }) => fileName === LICENSES);
  return { script, packages: asset?.type === 'asset' ? (JSON.parse(String(asset.source)) as Bundled[]) : [] };
}

/** Otherwise rolldown would load such packages at the start of a script. */
const loadedWhenNeeded: Plugin = {
  name: 'loaded-when-needed',
  enforce: 'pre',
  resolveId: (id, importer) =>
    !APART.includes(id) ? undefined : importer?.startsWith('\0apart:') ? { id, external: true } : `\0apart:${id}`,
  load: id => (id.startsWith('\0apart:') ? `module.exports = require(${JSON.stringify(id.slice(7))});` : undefined),
};
