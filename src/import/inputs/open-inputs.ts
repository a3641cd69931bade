/** Opens the inputs of an import: files, folders, and `.zip` archives of models. */
import { mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type UnzipFileFilter, unzipSync } from 'fflate';
import { FormatError } from '../../core/errors.ts';
import type { ImportedModel } from '../reading/imported-model.ts';
import { isLooseCal3d, isModel, modelsOf, type ReadModel } from '../reading/read-model.ts';
import { causeInWords, systemTrouble } from '../system-trouble.ts';
import { readLimited } from './sandboxed-files.ts';
import { type ShownFolder, withShownPaths } from './shown-paths.ts';

export interface InputModel {
  readonly files: readonly string[];
  /** The folder below which the model may name files. */
  readonly root: string | undefined;
  /** The path of its first file, as shown to users: within an archive, `pack.zip/models/chair.glb`. */
  readonly shown: string;
  /** Its folder in messages, where that is not the path which is opened. */
  readonly alias?: ShownFolder;
}

export interface Inputs {
  readonly models: readonly InputModel[];
  /** Deletes the unpacked files. */
  close(): Promise<void>;
}

/** Maximum unpacked bytes of an archive, and maximum number of its files. */
const MAX_UNPACKED = 512 * 1024 * 1024;
const MAX_FILES = 10_000;
/** Bytes that are unpacked at a time: so much memory, and one large file more. */
const UNPACKED_AT_ONCE = 32 * 1024 * 1024;
/** Maximum depth of nested folders. */
const MAX_DEPTH = 12;

/**
 * Replaces folders and archives by their models, which may name any file inside. Other paths are grouped as in `modelsOf`.
 *
 * @throws FormatError for an invalid or too large archive, and for an archive or folder without a model.
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
      if ((await kindOf(path)) === 'folder') models.push(...(await modelsBelow(path, root ?? path, [resolve(path), path])));
      else if (/\.zip$/i.test(path)) {
        const folder = await unpacking(path, async () => realpath(await mkdtemp(join(tmpdir(), 'foyer-zip-'))));
        temporary.push(folder);
        const unpacked = { bytes: 0, files: 0 };
        await unpack(path, folder, unpacked);
        await unpackInner(folder, path, unpacked);
        models.push(...(await modelsBelow(folder, folder, [folder, path])));
      } else plain.push(path);
    }
    return { models: [...modelsOf(plain).map(files => ({ files, root, shown: files[0] })), ...models], close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Reads one model. Messages show its folder as the user named it, and an unpacked file with its archive. */
export function readInput({ files, root, alias }: InputModel, read: ReadModel): Promise<ImportedModel> {
  const reading = (): Promise<ImportedModel> => read(files, root === undefined ? {} : { root });
  return alias ? withShownPaths(alias, reading) : reading();
}

async function kindOf(path: string): Promise<'folder' | 'other'> {
  const info = await stat(path).catch(() => undefined);
  return info?.isDirectory() ? 'folder' : 'other';
}

async function modelsBelow(folder: string, root: string, alias: ShownFolder): Promise<InputModel[]> {
  const files: string[] = [];
  const [, shownFolder] = alias;
  const shown = (path: string): string => join(shownFolder, relative(resolve(folder), path));
  await collect(resolve(folder), 0, files, shown);
  const configured = new Set(files.filter(f => /\.cfg$/i.test(f)).map(f => dirname(f)));
  // A .cfg already covers its loose files.
  const named = files.filter(f => isModel(f) || (isLooseCal3d(f) && !configured.has(dirname(f))));
  if (named.length === 0)
    throw new FormatError('no model in it (.glb .gltf .vrm .cfg, loose Cal3D files)', {
      url: shownFolder,
      at: 'files',
      value: files.slice(0, 5).map(f => basename(f)),
    });
  return modelsOf(named).map(model => ({
    files: model,
    root,
    shown: shown(model[0]),
    alias,
  }));
}

/**
 * Collects regular files in a fixed order. It skips hidden ones (`.git`, `__MACOSX`).
 *
 * @param shown - returns a path as messages show it.
 */
async function collect(folder: string, depth: number, into: string[], shown: (path: string) => string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    const reason = `the folder cannot be opened (${causeInWords(cause, 'read')})`;
    throw new FormatError(reason, { url: shown(folder), cause });
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === '__MACOSX' || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < MAX_DEPTH) await collect(path, depth + 1, into, shown);
    else if (entry.isFile()) into.push(path);
    if (into.length > MAX_FILES)
      throw new FormatError(`at most ${MAX_FILES} files`, { url: shown(folder), at: 'files', value: into.length });
  }
}

/**
 * Unpacks the archives inside an unpacked archive that has no model itself: portals put what an artist uploaded, often a `.zip`,
 * beside its textures. Each becomes a folder of the same name.
 */
async function unpackInner(folder: string, archive: string, unpacked: Unpacked): Promise<void> {
  const files: string[] = [];
  await collect(folder, 0, files, path => join(archive, relative(folder, path)));
  if (files.some(f => isModel(f) || isLooseCal3d(f))) return;
  for (const inner of files.filter(f => /\.zip$/i.test(f))) {
    const bytes = await readLimited(inner, { url: join(archive, relative(folder, inner)) });
    await rm(inner);
    await unpackBytes(bytes, join(archive, relative(folder, inner)), inner, unpacked);
  }
}

/** What was unpacked of an archive and of those inside it. */
interface Unpacked {
  bytes: number;
  files: number;
}

/** Unpacks an archive into an empty folder. It skips names that lead out of the folder. */
async function unpack(archive: string, folder: string, unpacked: Unpacked): Promise<void> {
  await unpackBytes(await readLimited(archive, { url: archive }), archive, folder, unpacked);
}

/** @param archive - its name in messages. */
async function unpackBytes(bytes: Uint8Array, archive: string, folder: string, unpacked: Unpacked): Promise<void> {
  const fail = (reason: string, value?: unknown, cause?: unknown): never => {
    throw new FormatError(reason, { url: archive, at: 'file', value, cause });
  };
  const unzip = (filter: UnzipFileFilter): Record<string, Uint8Array> => {
    try {
      return unzipSync(bytes, { filter });
    } catch (cause) {
      if (cause instanceof FormatError) throw cause;
      return fail(`the archive cannot be opened (${(cause as Error).message})`, undefined, cause);
    }
  };
  /** Which files are unpacked together. */
  const turnOf = new Map<string, number>();
  unzip(({ name, originalSize }) => {
    if (!inside(folder, name)) return false;
    turnOf.set(name, Math.floor(unpacked.bytes / UNPACKED_AT_ONCE));
    unpacked.bytes += originalSize;
    unpacked.files++;
    if (unpacked.bytes > MAX_UNPACKED) fail(`unpacks to more than ${MAX_UNPACKED} bytes`, unpacked.bytes);
    if (unpacked.files > MAX_FILES) fail(`has more than ${MAX_FILES} files`, unpacked.files);
    return false;
  });
  for (const turn of new Set(turnOf.values()))
    for (const [name, content] of Object.entries(unzip(({ name }) => turnOf.get(name) === turn))) {
      const path = inside(folder, name);
      if (!path) continue;
      await unpacking(archive, async () => {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content);
      });
    }
}

/** @throws Error that names the folder, where the archive cannot be unpacked there. */
async function unpacking<T>(archive: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const trouble = systemTrouble(cause, 'write');
    if (trouble === undefined) throw cause;
    throw new Error(`${archive} cannot be unpacked to ${tmpdir()}: ${trouble} (TMPDIR names another folder)`, { cause });
  }
}

/** Returns an entry's target path; undefined for folders and for names that lead out. Windows archivers write backslashes. */
function inside(folder: string, name: string): string | undefined {
  const path = resolve(folder, name.replaceAll('\\', '/'));
  return path.startsWith(folder + sep) && !/[\\/]$/.test(name) && !name.includes('\0') ? path : undefined;
}
