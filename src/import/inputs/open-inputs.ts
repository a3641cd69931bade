/** Opens the inputs of an import: files, folders, and `.zip` archives of models. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { FormatError } from '../../core/errors.ts';
import { type TemporaryFolder, temporaryFolder } from '../../node/temporary-folder.ts';
import { namesCal3d } from '../cal3d/model-files.ts';
import { decodeTextFile } from '../file/byte-cursor.ts';
import { converterFor, mayHoldModel } from '../file/converters.ts';
import type { ImportedModel } from '../model/imported-model.ts';
import type { ReadOptions } from '../read-options.ts';
import { isLooseCal3d, isModel, modelsOf, type ReadModel } from '../reading/read-model.ts';
import type { Refused } from '../report/refused-models.ts';
import { filesBelow } from './files-below.ts';
import { type ShownFolder, withShownPaths } from './shown-paths.ts';
import { isArchive, unpackArchive, unpacking } from './unpack-archive.ts';

export interface InputModel {
  readonly files: readonly string[];
  /** The folder below which the model may name files. */
  readonly root: string | undefined;
  /** The path of its first file, as shown to users: within an archive, `pack.zip/models/chair.glb`. */
  readonly shown: string;
  /** Its folder in messages, where that is not the path which is opened. */
  readonly alias?: ShownFolder;
  /** What was left out of its archive; told with the first model of it. */
  readonly warnings?: readonly string[];
}

export interface Inputs {
  readonly models: readonly InputModel[];
  /** Archives and folders without a model, and models in archives that cannot be unpacked. */
  readonly refused: readonly Refused[];
  /** Deletes the unpacked files. */
  close(): Promise<void>;
}

/**
 * Replaces folders and archives by their models, which may name any file inside. Other paths are grouped as in `modelsOf`.
 *
 * An invalid or too large archive, and an archive or folder without a model, are among what is refused.
 *
 * @throws Error where an archive cannot be unpacked for lack of space.
 */
export async function openInputs(paths: readonly string[], root: string | undefined, signal?: AbortSignal): Promise<Inputs> {
  const temporary: TemporaryFolder[] = [];
  const close = async () => {
    for (const folder of temporary) await folder.remove();
  };
  try {
    const plain: string[] = [];
    const models: InputModel[] = [];
    const refused: Refused[] = [];
    const unpacked = async (path: string): Promise<InputModel[]> => {
      const made = await unpacking(path, () => temporaryFolder('foyer-zip-'));
      temporary.push(made);
      const folder = made.path;
      const warnings: string[] = [];
      const before = refused.length;
      await unpackArchive(path, folder, {
        warn: message => warnings.push(`${basename(path)}: ${message}`),
        refuse: (file, error) => refused.push({ file, error }),
        signal,
      });
      const [first, ...others] = await modelsBelow(folder, folder, [folder, path]).catch((error: unknown) => {
        // Those that it has are refused already.
        if (error instanceof FormatError && refused.length > before) return [];
        throw error;
      });
      return first ? [{ ...first, warnings }, ...others] : [];
    };
    for (const path of paths) {
      signal?.throwIfAborted();
      try {
        if ((await kindOf(path)) === 'folder') models.push(...(await modelsBelow(path, root ?? path, [resolve(path), path])));
        else if (isArchive(path)) models.push(...(await unpacked(path)));
        else plain.push(path);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        refused.push({ file: path, error });
      }
    }
    return { models: [...modelsOf(plain).map(files => ({ files, root, shown: files[0] })), ...models], refused, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Reads one model. Messages show its folder as the user named it, and an unpacked file with its archive. */
export function readInput(
  { files, root, alias }: InputModel,
  read: ReadModel,
  options: Pick<ReadOptions, 'signal' | 'onProduct' | 'onPicture'> = {},
): Promise<ImportedModel> {
  const reading = (): Promise<ImportedModel> => read(files, { ...options, ...(root === undefined ? {} : { root }) });
  return alias ? withShownPaths(alias, reading) : reading();
}

async function kindOf(path: string): Promise<'folder' | 'other'> {
  const info = await stat(path).catch(() => undefined);
  return info?.isDirectory() ? 'folder' : 'other';
}

/** Whether a `.cfg` is one of Cal3D. Godot, games and tools put others beside their models. */
async function isCal3d(file: string): Promise<boolean> {
  const { size } = await stat(file);
  return size < MOST_CONFIG && namesCal3d(decodeTextFile(await readFile(file)));
}

/** Maximum bytes of a configuration of Cal3D that is found in a folder. */
const MOST_CONFIG = 1_000_000;

async function modelsBelow(folder: string, root: string, alias: ShownFolder): Promise<InputModel[]> {
  const [, shownFolder] = alias;
  const shown = (path: string): string => join(shownFolder, relative(resolve(folder), path));
  const files = await filesBelow(resolve(folder), shown);
  const foreign = new Set<string>();
  for (const file of files) if (/\.cfg$/i.test(file) && !(await isCal3d(file))) foreign.add(file);
  const configured = new Set(files.filter(f => /\.cfg$/i.test(f) && !foreign.has(f)).map(f => dirname(f)));
  // A .cfg already covers its loose files.
  const named = files.filter(f => (isModel(f) && !foreign.has(f)) || (isLooseCal3d(f) && !configured.has(dirname(f))));
  if (named.length === 0) {
    const other = files.find(f => mayHoldModel(extname(f).toLowerCase()));
    const advice = other && `; ${basename(other)}: ${converterFor(extname(other).toLowerCase())}`;
    throw new FormatError(`no model in it (.glb .gltf .vrm .cfg, loose Cal3D files)${advice ?? ''}`, {
      url: shownFolder,
      at: 'files',
      value: files.slice(0, 5).map(f => basename(f)),
    });
  }
  return modelsOf(named).map(model => ({
    files: model,
    root,
    shown: shown(model[0]),
    alias,
  }));
}
