import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { FormatError } from '../core/errors.ts';
import { readCal3d } from './cal3d/read-cal3d.ts';
import { readGltf } from './gltf/read-gltf.ts';
import type { ImportedModel } from './imported-model.ts';

/** A reader takes a path and gives the model, or throws a FormatError that names the file, the place and the cause. */
export type Reader = (path: string) => Promise<ImportedModel>;

/** Readers by the ending of the file that a person names. */
export const READERS: Readonly<Record<string, Reader>> = {
  '.glb': readGltf,
  '.gltf': readGltf,
  '.vrm': readGltf,
  '.cfg': readCal3dModel,
};

/** @throws FormatError where no reader knows the ending. */
export function readModel(path: string): Promise<ImportedModel> {
  const ending = extname(path).toLowerCase();
  if (!Object.hasOwn(READERS, ending))
    throw new FormatError(`no reader for this kind of file (known: ${Object.keys(READERS).join(' ')})`, {
      url: path,
      at: 'file name',
      value: ending,
    });
  return READERS[ending](path);
}

/** A Cal3D model lies in a folder of files that its .cfg names: the folder is what it weighs. */
async function readCal3dModel(path: string): Promise<ImportedModel> {
  const { avatar, warnings } = await readCal3d(path);
  const folder = dirname(path);
  let bytes = 0;
  for (const name of await readdir(folder)) bytes += (await stat(join(folder, name))).size;
  return { name: basename(path, extname(path)), bytes, warnings, avatar };
}
