/** What a person names to be imported: files, folders, and `.zip` archives of models. */
import { mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';
import { FormatError } from '../core/errors.ts';
import type { ImportedModel } from './imported-model.ts';
import { isLooseCal3d, isModel, modelsOf, type ReadModel } from './readers.ts';
import { readLimited } from './sandboxed-files.ts';

export interface InputModel {
  readonly files: readonly string[];
  /** Folder below which it may name files. */
  readonly root: string | undefined;
  /** Its first file for people: within an archive, `pack.zip/models/chair.glb`. */
  readonly shown: string;
  /** A folder that nobody knows of, and what people call it. */
  readonly alias?: readonly [folder: string, name: string];
}

export interface Inputs {
  readonly models: readonly InputModel[];
  /** Deletes what was unpacked. */
  close(): Promise<void>;
}

/** Bytes that an archive may unpack to, and files in it. */
const MAX_UNPACKED = 512 * 1024 * 1024;
const MAX_FILES = 10_000;
/** Folders within folders that are looked through. */
const MAX_DEPTH = 12;

/**
 * Folders and archives are replaced by the models in them, which may name any file within; all else is as `modelsOf` has it.
 * @throws FormatError for an archive that is none or too large, and for one, or a folder, without a model.
 */
export async function openInputs(paths: readonly string[], root: string | undefined): Promise<Inputs> {
  const temporary: string[] = [];
  const close = async () => {
    for (const folder of temporary) await rm(folder, { recursive: true, force: true });
  };
  try {
    const plain: string[] = [];
    const models: InputModel[] = [];
    for (const path of paths) {
      if ((await kindOf(path)) === 'folder') models.push(...(await modelsBelow(path, root ?? path)));
      else if (/\.zip$/i.test(path)) {
        const folder = await realpath(await mkdtemp(join(tmpdir(), 'foyer-zip-')));
        temporary.push(folder);
        await unpack(path, folder);
        models.push(...(await modelsBelow(folder, folder, [folder, path])));
      } else plain.push(path);
    }
    return { models: [...modelsOf(plain).map(files => ({ files, root, shown: files[0] })), ...models], close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Reads one; what is said of an unpacked file names its archive. */
export async function readInput({ files, root, alias }: InputModel, read: ReadModel): Promise<ImportedModel> {
  const told = (text: string): string => (alias ? text.replaceAll(alias[0], alias[1]) : text);
  try {
    const model = await read(files, root === undefined ? {} : { root });
    return alias ? { ...model, warnings: model.warnings.map(told) } : model;
  } catch (error) {
    if (!alias || !(error instanceof FormatError)) throw error;
    const { reason, url, at, value, cause } = error;
    throw new FormatError(told(reason), {
      url: told(url),
      ...(at === undefined ? {} : { at }),
      value: typeof value === 'string' ? told(value) : value,
      cause,
    });
  }
}

async function kindOf(path: string): Promise<'folder' | 'other'> {
  const info = await stat(path).catch(() => undefined);
  return info?.isDirectory() ? 'folder' : 'other';
}

async function modelsBelow(folder: string, root: string, alias?: readonly [string, string]): Promise<InputModel[]> {
  const files: string[] = [];
  await collect(resolve(folder), 0, files);
  const configured = new Set(files.filter(f => /\.cfg$/i.test(f)).map(f => dirname(f)));
  // A .cfg names its loose files.
  const named = files.filter(f => isModel(f) || (isLooseCal3d(f) && !configured.has(dirname(f))));
  const shownFolder = alias?.[1] ?? folder;
  if (named.length === 0)
    throw new FormatError('no model in it (.glb .gltf .vrm .cfg, loose Cal3D files)', {
      url: shownFolder,
      at: 'files',
      value: files.slice(0, 5).map(f => basename(f)),
    });
  return modelsOf(named).map(model => ({
    files: model,
    root,
    shown: join(shownFolder, relative(resolve(folder), model[0])),
    ...(alias ? { alias } : {}),
  }));
}

/** Plain files, in a fixed order; what is hidden (`.git`, `__MACOSX`) is no model. */
async function collect(folder: string, depth: number, into: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === '__MACOSX' || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < MAX_DEPTH) await collect(path, depth + 1, into);
    else if (entry.isFile()) into.push(path);
    if (into.length > MAX_FILES)
      throw new FormatError(`at most ${MAX_FILES} files`, { url: folder, at: 'files', value: into.length });
  }
}

/** Unpacks an archive into an empty folder. Names that lead out of it are passed over. */
async function unpack(archive: string, folder: string): Promise<void> {
  const bytes = await readLimited(archive, { url: archive });
  const fail = (reason: string, value?: unknown, cause?: unknown): never => {
    throw new FormatError(reason, { url: archive, at: 'file', value, cause });
  };
  let total = 0;
  let count = 0;
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!inside(folder, name)) return false;
        total += originalSize;
        count++;
        if (total > MAX_UNPACKED) fail(`unpacks to more than ${MAX_UNPACKED} bytes`, total);
        if (count > MAX_FILES) fail(`has more than ${MAX_FILES} files`, count);
        return true;
      },
    });
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    return fail(`the archive cannot be opened (${(cause as Error).message})`, undefined, cause);
  }
  for (const [name, content] of Object.entries(files)) {
    const path = inside(folder, name);
    if (!path) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

/** Where an entry goes; undefined for folders and for names that lead out. Windows' archivers write backslashes. */
function inside(folder: string, name: string): string | undefined {
  const path = resolve(folder, name.replaceAll('\\', '/'));
  return path.startsWith(folder + sep) && !/[\\/]$/.test(name) && !name.includes('\0') ? path : undefined;
}
