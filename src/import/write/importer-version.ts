import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Packages that decide what comes out. */
const PACKAGES = [
  '@gltf-transform/core',
  '@gltf-transform/extensions',
  'fast-xml-parser',
  'gl-matrix',
  'ktx2-encoder',
  'meshoptimizer',
  'sharp',
  'three',
  'three-mesh-bvh',
];

let version: Promise<string> | undefined;

/**
 * A hash of the code that imports, and of the versions of the packages under it: what an earlier importer made is never taken
 * for this one's. In the repository that is everything below `src` that an import runs, in the built package the built files.
 */
export function importerVersion(): Promise<string> {
  version ??= hashImporter(fileURLToPath(import.meta.url));
  return version;
}

/** The same of one module, for what takes minutes to make again. @param url - its `import.meta.url`. */
export async function moduleVersion(url: string): Promise<string> {
  const file = fileURLToPath(url);
  const hash = createHash('sha256').update(await readFile(file));
  return hash.update(await packageVersions(dirname(file))).digest('hex');
}

async function hashImporter(here: string): Promise<string> {
  const ending = extname(here);
  const folders =
    ending === '.ts' ? ['assets', 'avatar', 'core', 'import'].map(name => join(dirname(here), '../..', name)) : [dirname(here)];
  const hash = createHash('sha256');
  for (const folder of folders)
    for (const name of (await readdir(folder, { recursive: true })).sort())
      if (name.endsWith(ending)) hash.update(name).update(await readFile(join(folder, name)));
  return hash.update(await packageVersions(dirname(here))).digest('hex');
}

async function packageVersions(from: string): Promise<string> {
  const versions = await Promise.all(PACKAGES.map(async name => `${name} ${await installedVersion(from, name)}`));
  return versions.join();
}

/** Found as Node finds packages; their `exports` often hide package.json. */
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
