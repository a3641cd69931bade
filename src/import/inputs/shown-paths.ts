/** Shows paths in messages as the user named them. */
import { normalize, sep } from 'node:path';
import { FormatError } from '../../core/errors.ts';
import type { ImportedModel } from '../model/imported-model.ts';

/** The whole path of a folder, and its name in messages: the user's name of it, or of the archive that was unpacked to it. */
export type ShownFolder = readonly [folder: string, name: string];

/** Reads a model of the folder. Its warnings and its error show the folder's name in place of its path. */
export async function withShownPaths(shown: ShownFolder, read: () => Promise<ImportedModel>): Promise<ImportedModel> {
  const model = await withShownError(shown, read);
  return { ...model, warnings: model.warnings.map(text => withShownFolder(text, shown)) };
}

/** Runs `read`, whose error then shows the folder's name in place of its path. */
export async function withShownError<T>(shown: ShownFolder, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const told = (text: string): string => withShownFolder(text, shown);
    const { reason, url, at, value, cause } = error;
    throw new FormatError(told(reason), {
      url: told(url),
      ...(at === undefined ? {} : { at }),
      value: typeof value === 'string' ? told(value) : value,
      cause,
    });
  }
}

/** Replaces the folder where it begins a path: `withShownFolder('/home/x/pack/a.glb', ['/home/x/pack', 'pack']) // 'pack/a.glb'`. */
export function withShownFolder(text: string, [folder, name]: ShownFolder): string {
  const bare = folder.endsWith(sep) ? folder.slice(0, -1) : folder;
  const found = new RegExp(
    `(?<![^\\s"'(])${bare.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(${sep === '\\' ? '\\\\' : sep}|(?![^\\s"'),:]))`,
    'g',
  );
  const plain = normalize(name).replace(/[\\/]$/, '');
  return text.replace(found, (_, slash: string) => (slash === '' ? name : plain === '.' ? '' : `${plain}${slash}`));
}
