/** Lists the files that an import reads. */
import { readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { isGlb } from '../../assets/gltf/glb-container.ts';
import { decodeUri } from '../file/decode-uri.ts';
import { checkJsonMemory } from '../file/json-memory.ts';
import { fileBeside, folderOf, pathBeside, readLimited, withoutMark } from '../file/sandboxed-files.ts';
import { splitGlb } from '../gltf/loading/glb-chunks.ts';

/** Maximum files and bytes of a model. Larger ones are not remembered. */
const MAX_FILES = 4000;
const MAX_BYTES = 1e9;

/**
 * Lists at least every file that importing `path` can read. These are the file itself, the files that a glTF names, and the
 * models and the sound of a room. For a Cal3D model it lists the whole folder, because animations and textures in it are found
 * without being named. A file that a glTF names is listed although it is missing: the import does without a picture, and has
 * to notice when it arrives.
 *
 * @param root - folder below which models may name files.
 * @param left - folders that are left out where they lie below a listed folder: those that the import writes.
 * @returns absolute paths in a fixed order, including Cal3D folders; undefined where they cannot be determined (the import
 * reports what is wrong with the file).
 */
export async function sourceFiles(path: string, root?: string, left: readonly string[] = []): Promise<string[] | undefined> {
  try {
    const within = root === undefined ? undefined : resolve(root);
    const files = await filesOf(
      resolve(path),
      within,
      left.map(folder => resolve(folder)),
    );
    let bytes = 0;
    for (const file of files) {
      const info = await stat(file).catch(() => undefined);
      if (!info) continue;
      // A device or a pipe never ends.
      if (!info.isFile() && !info.isDirectory()) return undefined;
      bytes += info.size;
    }
    return files.length <= MAX_FILES && bytes <= MAX_BYTES ? files : undefined;
  } catch {
    return undefined;
  }
}

type Left = readonly string[];

/** Whether a path is one of the folders that the import writes, or a folder `NAME.partial-…` in which it prepares them. */
export const isLeftOut = (path: string, left: readonly string[]): boolean =>
  left.includes(path.replace(/\.partial-[^/\\]*$/, ''));

async function filesOf(path: string, root: string | undefined, left: Left): Promise<string[]> {
  // A room names models, and a model is never a room, so a room that names itself ends here.
  if (extname(path).toLowerCase() === '.json') return [...new Set([path, ...(await namedByRoom(path, root, left))])];
  return filesOfModel(path, root, left);
}

async function filesOfModel(path: string, root: string | undefined, left: Left): Promise<string[]> {
  if ((await stat(path)).isDirectory()) return belowFolder(path, left);
  switch (extname(path).toLowerCase()) {
    case '.glb':
    case '.gltf':
    case '.vrm':
      return [path, ...(await namedByGltf(path, root))];
    case '.zip':
    case '.json':
      return [path];
    default:
      return belowFolder(folderOf(path), left);
  }
}

async function namedByGltf(path: string, root: string | undefined): Promise<string[]> {
  const bytes = await readLimited(path, { url: path });
  const { buffer, byteOffset, byteLength } = isGlb(bytes) ? splitGlb(bytes, path, () => {}).json : bytes;
  const text = Buffer.from(buffer, byteOffset, byteLength);
  // Most files are whole. Parsing the 0.5 MB of a figure's JSON takes 15 ms. A key may have escaped letters.
  if (!text.includes('"uri"') && !text.includes('\\u')) return [];
  checkJsonMemory(text, path);
  const json = JSON.parse(withoutMark(text.toString('utf8'))) as Partial<Record<'buffers' | 'images', { uri?: string }[]>>;
  const uris = [...(json.buffers ?? []), ...(json.images ?? [])].flatMap(({ uri }) => (typeof uri === 'string' ? uri : []));
  const files = new Set<string>();
  for (const uri of new Set(uris)) {
    if (/^\s*data:/i.test(uri)) continue;
    const name = decodeUri(uri);
    const place = { url: path, at: 'uri' };
    for (const find of [
      () => pathBeside(folderOf(path), name, place, root),
      () => fileBeside(path, root, name, place, () => {}),
    ]) {
      // What leads out of the folder is not opened by the import either.
      const file = await find().catch(() => undefined);
      if (file !== undefined) files.add(file);
    }
  }
  return [...files];
}

async function namedByRoom(path: string, root: string | undefined, left: Left): Promise<string[]> {
  const bytes = await readLimited(path, { url: path });
  checkJsonMemory(bytes, path);
  const text = Buffer.from(bytes).toString('utf8');
  const { models = {}, sound } = JSON.parse(withoutMark(text)) as { models?: Record<string, string>; sound?: string };
  const files = sound === undefined ? [] : await beside(path, [sound], root);
  for (const model of await beside(path, Object.values(models), root)) files.push(...(await filesOfModel(model, root, left)));
  return [...new Set(files)];
}

/** Resolves the names in a file, each once. @throws FormatError for a name outside its folder, which is not opened. */
async function beside(path: string, names: readonly string[], root: string | undefined): Promise<string[]> {
  const files: string[] = [];
  for (const name of new Set(names)) files.push(await pathBeside(folderOf(path), name, { url: path, at: 'name' }, root));
  return files;
}

/** Lists everything below a folder, including folders, except what is left out. @throws Error where it is more than a model has. */
async function belowFolder(folder: string, left: Left): Promise<string[]> {
  const found = [folder];
  const folders = [folder];
  for (const at of folders) {
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(at, entry.name);
      if (isLeftOut(path, left)) continue;
      const info = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
      // Links to folders are not followed, because they may form a cycle.
      if (info?.isFile() || entry.isDirectory()) found.push(path);
      if (entry.isDirectory()) folders.push(path);
    }
    if (found.length > MAX_FILES) throw new Error(`more than ${MAX_FILES} files below ${folder}`);
  }
  return found.sort();
}
