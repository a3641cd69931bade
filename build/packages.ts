/** Makes the two packages to publish from what lies built in dist: `foyer` for pages, `@foyer/cli` with the command. `npm run pack`. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { importedBelow } from './imported-packages.ts';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');
const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { version } = own.config;

const common = {
  version,
  license: own.license,
  type: 'module',
  keywords: ['3d', 'webgl', 'three', 'viewer', 'room', 'avatars', 'web-component', 'streaming'],
};

/** The package that pages install: nothing native, three as a peer, and two small packages for the types. */
function pagePackage(folder: string): void {
  copy(
    { 'dist/lib': 'lib', 'dist/standalone': 'standalone', docs: 'docs', 'dist/custom-elements.json': 'custom-elements.json' },
    folder,
  );
  copyTexts(folder);
  write(folder, {
    name: own.name,
    ...common,
    description: own.description,
    // For who does not read `exports`: Parcel, unless it is told to.
    main: './lib/foyer.js',
    // Parcel's own: vite.lib.config.ts says why.
    alias: { './lib/start-worker.js': './lib/start-worker.parcel.js' },
    types: './lib/types/index.d.ts',
    sideEffects: ['./lib/foyer.js', './lib/react.js', './standalone/foyer.js'],
    exports: {
      '.': { types: './lib/types/index.d.ts', default: './lib/foyer.js' },
      './three': { types: './lib/types/three.d.ts', default: './lib/three.js' },
      './react': { types: './lib/types/react.d.ts', default: './lib/react.js' },
      './standalone': { types: './lib/types/index.d.ts', default: './standalone/foyer.js' },
      './custom-elements.json': './custom-elements.json',
      './package.json': './package.json',
    },
    customElements: 'custom-elements.json',
    files: ['lib', 'standalone', 'docs', 'custom-elements.json', 'CHANGELOG.md'],
    // Its declarations name them. Its code has what it uses of them inside.
    dependencies: { 'gl-matrix': own.dependencies['gl-matrix'], valibot: own.dependencies.valibot },
    peerDependencies: { ...own.peerDependencies, react: '>=18' },
    peerDependenciesMeta: { react: { optional: true } },
  });
}

/** The command line, for Node: it depends on what its code imports. */
function cliPackage(folder: string): void {
  copy({ 'dist/cli.js': 'cli.js', 'dist/cli': 'cli', 'dist/site': 'site', shaders: 'shaders' }, folder);
  copyTexts(folder);
  write(folder, {
    name: '@foyer/cli',
    ...common,
    description: 'The command line of Foyer: imports models into rooms, serves rooms, and tells what a shader costs.',
    bin: { foyer: 'cli.js' },
    engines: own.engines,
    files: ['cli.js', 'cli', 'site', 'shaders', 'CHANGELOG.md'],
    // The other packages of its code lie inside it.
    dependencies: chosen({ ...own.dependencies, three: own.devDependencies.three }, importedBelow(folder)),
    optionalDependencies: own.optionalDependencies,
  });
}

const chosen = (versions: Readonly<Record<string, string>>, names: ReadonlySet<string>): Record<string, string> =>
  Object.fromEntries(Object.entries(versions).filter(([name]) => names.has(name)));

function copy(paths: Readonly<Record<string, string>>, folder: string): void {
  for (const [from, to] of Object.entries(paths)) {
    const source = join(root, from);
    if (!existsSync(source)) throw new Error(`${from} is not there: run \`npm run build\` first`);
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    cpSync(source, join(folder, to), { recursive: true });
  }
}

function copyTexts(folder: string): void {
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) cpSync(join(root, file), join(folder, file));
}

function write(folder: string, manifest: object): void {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

const packages = { foyer: pagePackage, cli: cliPackage };
rmSync(join(dist, 'packages'), { recursive: true, force: true });
for (const [name, make] of Object.entries(packages)) {
  const folder = join(dist, 'packages', name);
  mkdirSync(folder, { recursive: true });
  make(folder);
  if (process.argv.includes('--pack')) execFileSync('npm', ['pack', '--silent', folder], { cwd: root, stdio: 'inherit' });
}
