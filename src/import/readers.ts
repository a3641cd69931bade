import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { FormatError } from '../core/errors.ts';
import { type Cal3dImport, readCal3d, readCal3dFiles } from './cal3d/read-cal3d.ts';
import { readGltf } from './gltf/read-gltf.ts';
import type { ImportedModel } from './imported-model.ts';

/**
 * Reads the model that lies in `files`: one file, or all the loose ones of a Cal3D model.
 * @throws FormatError that names the file, the place and the cause.
 */
export type ReadModel = (files: string | readonly string[]) => Promise<ImportedModel>;

/** Readers by the ending of the file that a person names. */
const READERS: Readonly<Record<string, (path: string) => Promise<ImportedModel>>> = {
  '.glb': readGltf,
  '.gltf': readGltf,
  '.vrm': readGltf,
  '.cfg': readCal3dConfig,
};
/** Files of a Cal3D model without a configuration. */
const LOOSE = /\.[cx][smra]f$|\.[cx]pf$/i;
const SKELETON = /\.[cx]sf$/i;

/** @throws FormatError where no reader knows the ending. */
export const readModel: ReadModel = async model => {
  const files = typeof model === 'string' ? [model] : model;
  const [path = ''] = files;
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path))
    throw new FormatError('URLs are not opened: bring the model to this disk first', { url: path, at: 'file name', value: path });
  if (files.every(file => LOOSE.test(file)) && files.length > 0) return readLooseCal3d(files);
  const ending = extname(path).toLowerCase();
  if (files.length !== 1 || !Object.hasOwn(READERS, ending))
    throw new FormatError(`no reader for this kind of file (known: ${Object.keys(READERS).join(' ')}, loose Cal3D files)`, {
      url: path,
      at: 'file name',
      value: ending,
    });
  return READERS[ending](path);
};

/**
 * The files that a person names, as models: each alone, but for loose Cal3D files, which are one model a skeleton. A file
 * belongs to the skeleton of its folder whose name it begins with as far as with no other.
 *
 * `modelsOf(['a.glb', 'cally.csf', 'cally_head.cmf']) // [['a.glb'], ['cally.csf', 'cally_head.cmf']]`
 */
export function modelsOf(files: readonly string[]): string[][] {
  const models: string[][] = [];
  const loose = new Map<string, string[]>();
  for (const file of files) {
    const folder = dirname(resolve(file));
    const model = LOOSE.test(file) ? loose.get(folder) : undefined;
    if (model) model.push(file);
    else {
      models.push([file]);
      if (LOOSE.test(file)) loose.set(folder, models[models.length - 1]);
    }
  }
  return models.flatMap(bySkeleton);
}

function bySkeleton(files: string[]): string[][] {
  const skeletons = files.filter(f => SKELETON.test(f));
  if (skeletons.length < 2) return [files];
  const stem = (file: string) => basename(file, extname(file)).toLowerCase();
  const alike = (a: string, b: string) => {
    let n = 0;
    while (n < a.length && a[n] === b[n]) n++;
    return n;
  };
  const models = skeletons.map(skeleton => [skeleton]);
  for (const file of files.filter(f => !SKELETON.test(f))) {
    const scores = skeletons.map(s => alike(stem(s), stem(file)));
    models[scores.indexOf(Math.max(...scores))].push(file);
  }
  return models;
}

/** A Cal3D model lies in a folder of files that its .cfg names: the folder is what it weighs. */
async function readCal3dConfig(path: string): Promise<ImportedModel> {
  const model = await readCal3d(path);
  const folder = dirname(path);
  const names = await readdir(folder);
  return imported(
    model,
    basename(path, extname(path)),
    names.map(name => join(folder, name)),
  );
}

async function readLooseCal3d(files: readonly string[]): Promise<ImportedModel> {
  const model = await readCal3dFiles(files);
  return imported(model, model.avatar.name, files);
}

async function imported({ avatar, warnings }: Cal3dImport, name: string, files: readonly string[]): Promise<ImportedModel> {
  let bytes = 0;
  for (const file of files) bytes += (await stat(file)).size;
  return { name, bytes, warnings, avatar };
}
