import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';

/** What a model reaches for must be so little, or nothing is remembered of it. */
const MAX_FILES = 4000;
const MAX_BYTES = 1e9;

/**
 * Every file that importing `path` can read, at least: itself, what a glTF names, the models of a room, and of a Cal3D model its
 * whole folder, since animations and textures are found there without being named.
 *
 * @returns absolute paths in a fixed order, folders of Cal3D among them; undefined where that cannot be told (the import will
 * say what is wrong with the file).
 */
export async function sourceFiles(path: string): Promise<string[] | undefined> {
  try {
    const files = await filesOf(resolve(path));
    let bytes = 0;
    for (const file of files) bytes += (await stat(file)).size;
    return files.length <= MAX_FILES && bytes <= MAX_BYTES ? files : undefined;
  } catch {
    return undefined;
  }
}

async function filesOf(path: string): Promise<string[]> {
  switch (extname(path).toLowerCase()) {
    case '.glb':
    case '.gltf':
    case '.vrm':
      return [path, ...(await namedByGltf(path))];
    case '.json':
      return [path, ...(await namedByRoom(path))];
    default:
      return belowFolder(dirname(path));
  }
}

async function namedByGltf(path: string): Promise<string[]> {
  const bytes = await readFile(path);
  const isBinary = bytes.subarray(0, 4).toString('latin1') === 'glTF';
  const text = isBinary ? bytes.subarray(20, 20 + bytes.readUInt32LE(12)) : bytes;
  const json = JSON.parse(text.toString('utf8')) as Partial<Record<'buffers' | 'images', { uri?: string }[]>>;
  const uris = [...(json.buffers ?? []), ...(json.images ?? [])].flatMap(({ uri }) => uri ?? []);
  const loose = uris.filter(uri => !uri.startsWith('data:'));
  return [...new Set(loose)].map(uri => resolve(dirname(path), decodeURIComponent(uri)));
}

async function namedByRoom(path: string): Promise<string[]> {
  const { models = {} } = JSON.parse(await readFile(path, 'utf8')) as { models?: Record<string, string> };
  const files: string[] = [];
  for (const model of Object.values(models)) files.push(...(await filesOf(resolve(dirname(path), model))));
  return [...new Set(files)];
}

async function belowFolder(folder: string): Promise<string[]> {
  const found = [folder];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) found.push(join(entry.parentPath, entry.name));
    else if (entry.isDirectory()) found.push(join(entry.parentPath, entry.name));
  return found.sort();
}
