/** Identifies the version of the importer. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Packages that affect the result. */
const PACKAGES = [
  '@gltf-transform/core',
  '@gltf-transform/extensions',
  'fast-xml-parser',
  'fflate',
  'gl-matrix',
  'ktx2-encoder',
  'meshoptimizer',
  'sharp',
  'three',
  'three-mesh-bvh',
  'yauzl',
];

let version: Promise<string> | undefined;

/**
 * Returns a hash of the importer's code and of its packages' versions, so that results of an older importer are never reused. In
 * the repository it covers everything below `src` that an import runs; in the built package, the built files.
 */
export function importerVersion(): Promise<string> {
  version ??= hashImporter(fileURLToPath(import.meta.url));
  return version;
}

/**
 * Returns the same hash for one module and those that it runs, for results that take minutes to create.
 *
 * @param url - its `import.meta.url`.
 */
export function moduleVersion(url: string): Promise<string> {
  let known = modules.get(url);
  if (!known) {
    const file = fileURLToPath(url);
    // A build joins its modules in a few files.
    modules.set(url, (known = file.endsWith('.ts') ? hashModule(file) : importerVersion()));
  }
  return known;
}

const modules = new Map<string, Promise<string>>();

async function hashModule(file: string): Promise<string> {
  const hash = createHash('sha256');
  // Added to while it is read.
  const files = new Set([file]);
  for (const each of files) {
    const code = await readFile(each, 'utf8');
    hash.update(code);
    for (const [, path] of code.matchAll(RUNS)) files.add(join(dirname(each), path));
  }
  return hash.update(await packageVersions(dirname(file))).digest('hex');
}

/** Matches the path of a file that a module of TypeScript imports as code. */
const RUNS = /^\s*(?:im|ex)port\b(?!\s+type\b)[^'";]*["'](\.{1,2}\/[^"']+)["']/gm;

/** The hash of the built files, which the build writes beside them. Reading all of them takes 0.1 s of processor time. */
export const BUILT_HASH = 'code-hash.txt';

async function hashImporter(here: string): Promise<string> {
  const ending = extname(here);
  const built = ending === '.ts' ? undefined : await readFile(join(dirname(here), BUILT_HASH)).catch(() => undefined);
  if (built)
    return createHash('sha256')
      .update(built)
      .update(await packageVersions(dirname(here)))
      .digest('hex');
  const folders =
    ending === '.ts'
      ? ['assets', 'avatar', 'core', 'import', 'node'].map(name => join(dirname(here), '../../..', name))
      : [dirname(here)];
  const hash = createHash('sha256');
  for (const folder of folders) {
    const names = (await readdir(folder, { recursive: true })).filter(name => name.endsWith(ending)).sort();
    const files = await Promise.all(names.map(name => readFile(join(folder, name))));
    for (const [i, name] of names.entries()) hash.update(name).update(files[i]);
  }
  return hash.update(await packageVersions(dirname(here))).digest('hex');
}

let packages: Promise<string> | undefined;

/** @param from - a folder of the importer. All of them find the same packages. */
function packageVersions(from: string): Promise<string> {
  packages ??= readPackageVersions(from);
  return packages;
}

async function readPackageVersions(from: string): Promise<string> {
  const versions = await Promise.all(PACKAGES.map(async name => `${name} ${await installedVersion(from, name)}`));
  return versions.join();
}

/** Finds a package's version by Node's rules. `exports` often hides package.json, so it reads the file directly. */
async function installedVersion(from: string, name: string): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    try {
      const { version: found } = JSON.parse(await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8')) as {
        version?: unknown;
      };
      return String(found);
    } catch {
      if (dirname(folder) === folder) return 'none';
    }
  }
}
