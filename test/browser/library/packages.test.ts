import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { figureModel } from '../../bench/import/figure-model.ts';
import { largePicture } from '../../bench/import/large-picture.ts';

// The packages that are published, as npm would pack them.
const root = resolve(import.meta.dirname, '../../..');
const packages = join(root, 'dist/packages');

/** A module that another version's build has left. */
const stale = join(root, 'dist/cli/stale.js');

beforeAll(async () => {
  mkdirSync(dirname(stale), { recursive: true });
  writeFileSync(stale, "import 'fflate';");
  for (const config of ['lib', 'standalone', 'cli'])
    await build({ root, configFile: join(root, `vite.${config}.config.ts`), logLevel: 'error' });
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.lib.json'], { cwd: root });
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  for (const script of ['custom-elements', 'packages'])
    execFileSync(process.execPath, [tsx, `build/${script}.ts`], { cwd: root, stdio: 'pipe' });
});

const unpacked: string[] = [];
afterAll(() => {
  for (const folder of unpacked) rmSync(folder, { recursive: true, force: true });
});

/** What `npm pack` makes of a package, unpacked into a new folder. */
function unpack(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-package-'));
  unpacked.push(folder);
  execFileSync('npm', ['pack', '--silent', join(packages, name)], { cwd: folder, stdio: 'pipe' });
  const [archive] = readdirSync(folder);
  execFileSync('tar', ['xf', archive], { cwd: folder });
  return join(folder, 'package');
}

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
/** Every path of a package that its package.json names. */
function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

describe('the package for pages', () => {
  it('holds all that it names and that its README links to; it installs nothing but what its types name', () => {
    const folder = unpack('foyer');
    const { exports, version, dependencies, peerDependencies, peerDependenciesMeta, customElements } = manifestOf(folder);
    const { config } = manifestOf(root);
    expect(version).toBe(config.version);
    expect(Object.keys(dependencies)).toEqual(['gl-matrix', 'valibot']);
    expect(peerDependencies).toEqual({ three: '>=0.180.0', react: '>=18' });
    expect(peerDependenciesMeta).toEqual({ react: { optional: true } });
    const named = [...pathsIn(exports), customElements, 'LICENSE', 'CHANGELOG.md'];
    const links = [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/\]\((docs\/[^)#]+)/g)].map(([, path]) => path);
    expect(links.length).toBeGreaterThan(4);
    expect([...named, ...links].filter(path => !existsSync(join(folder, path)))).toEqual([]);
    expect(Object.values<{ default?: string }>(exports).filter(entry => typeof entry === 'object' && !entry.default)).toEqual([]);
  });

  it.each([
    ['foyer', 'lib', ['basis_universal', 'meshoptimizer', 'valibot']],
    ['foyer', 'standalone', ['basis_universal', 'meshoptimizer', 'three', 'valibot']],
    ['cli', 'site', ['basis_universal', 'lit-html', 'three', 'uplot']],
    ['cli', 'cli', ['@gltf-transform/core', 'meshoptimizer', 'yauzl']],
  ])('%s holds the licenses of the packages inside its %s', (name, part, inside) => {
    const folder = unpack(name);
    const licenses = readFileSync(join(folder, part, 'licenses.md'), 'utf8');
    const named = [...licenses.matchAll(/^## (\S+) - /gm)].map(([, bundled]) => bundled);
    expect(named).toEqual(expect.arrayContaining(inside));
    expect(licenses.match(/Copyright/g)?.length).toBeGreaterThanOrEqual(inside.length);
    if (inside.includes('basis_universal'))
      expect(licenses).toMatch(/Binomial LLC[\s\S]*Apache License\s+Version 2\.0[\s\S]*END OF TERMS/);
  });

  it('can be imported where there is no page, and needs nothing but three there', () => {
    const folder = unpack('foyer');
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'app.mjs'), `console.log(Object.keys(await import('./lib/foyer.js')).sort().join());`);
    const names = execFileSync(process.execPath, ['app.mjs'], { cwd: folder, encoding: 'utf8' }).trim();
    expect(names).toMatch(/^ContextError,FormatError,.*LoadError,.*RoomViewer,.*setStrings$/);
  });

  it('has declarations that name nothing but what it installs and its peers', () => {
    const folder = join(packages, 'foyer');
    const { name, dependencies, peerDependencies } = manifestOf(folder);
    const installed = [name, ...Object.keys(dependencies), ...Object.keys(peerDependencies)];
    const files = new Set(['index', 'three', 'react'].map(entry => join(folder, `lib/types/${entry}.d.ts`)));
    const foreign: string[] = [];
    for (const file of files)
      for (const [, to] of readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b(?: [^'=;]*? from)? '([^']+)';$/gm))
        if (to.startsWith('.')) files.add(resolve(file, '..', to.replace(/(\.d)?\.ts$/, '.d.ts')));
        else if (!installed.includes(to.split('/')[0])) foreign.push(`${file}: ${to}`);
    expect(files.size).toBeGreaterThan(50);
    expect(foreign).toEqual([]);
  });

  it('tells editors of every attribute, event and member that the document tells of', () => {
    const { modules } = JSON.parse(readFileSync(join(packages, 'foyer/custom-elements.json'), 'utf8'));
    const { attributes, events, members, cssParts } = modules[0].declarations[0];
    const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);
    const observed = /observedAttributes = \[([\s\S]*?)\];/.exec(
      readFileSync(join(root, 'src/viewer/element/room-viewer.ts'), 'utf8'),
    )?.[1];
    const written = [...(observed ?? '').matchAll(/'([\w-]+)'/g)].map(([, name]) => name);
    expect(names(attributes).sort()).toEqual(written.sort());
    expect(names(events)).toEqual(expect.arrayContaining(['progress', 'interactive', 'complete', 'error', 'resource-error']));
    expect(names(members)).toEqual(expect.arrayContaining(['src', 'state', 'lookFrom', 'toBlob', 'dispose']));
    expect(names(cssParts)).toContain('stage');
  });
});

describe('the package of the command line', () => {
  it('runs with nothing installed but what its manifest lists', async () => {
    const folder = unpack('cli');
    const { version, bin, dependencies, optionalDependencies } = manifestOf(folder);
    const listed = Object.keys({ ...dependencies, ...optionalDependencies });
    for (const name of listed) {
      mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
    const foyer = (...args: string[]) =>
      execFileSync(process.execPath, [join(folder, bin.foyer), ...args], { cwd: folder, encoding: 'utf8' });
    expect(foyer('--version').trim()).toBe(version);
    expect(foyer('shader', 'shaders/surface.vert')).toContain('slots');
    const pictures = [{ bytes: await largePicture(512, 'png'), mimeType: 'image/png' }];
    writeFileSync(join(folder, 'figure.glb'), await figureModel({ triangles: 600, joints: 4, clips: 1, keys: 4, pictures }));
    const told = JSON.parse(foyer('import', 'figure.glb', '--out', 'room', '--json'));
    expect(told).toMatchObject({ errors: [], models: [{ name: 'figure', warnings: [] }] });
    expect(readdirSync(join(folder, 'room/resources')).some(name => name.endsWith('.ktx2'))).toBe(true);
    const server = spawn(
      process.execPath,
      [join(folder, bin.foyer), 'serve', '--memory', '--port', '0', '--json', '--log-level', 'silent'],
      {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    try {
      const [line] = (await once(server.stdout, 'data')) as [Buffer];
      expect((await fetch(`${JSON.parse(String(line)).url}/api`)).status).toBe(200);
    } finally {
      server.kill();
    }
  });

  it('lists nothing that its code has inside, nor what the code of an earlier build imports', () => {
    expect(existsSync(stale)).toBe(false);
    const { dependencies } = manifestOf(join(packages, 'cli'));
    const inside = [
      '@gltf-transform/core',
      'eventsource-parser',
      'fast-xml-parser',
      'fflate',
      'gl-matrix',
      'lit-html',
      'meshoptimizer',
      'yauzl',
    ];
    expect(Object.keys(dependencies).filter(name => inside.includes(name))).toEqual([]);
  });
});
