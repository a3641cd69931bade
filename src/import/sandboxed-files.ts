import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { FormatError } from '../core/errors.ts';

/** A file, and what it draws in, may be so large; more would not fit the memory that an import is given. */
export const MAX_BYTES = 256 * 1024 * 1024;

/** Where a name stands, for the error. */
export interface Place {
  readonly url: string;
  readonly at: string;
}

/** @throws FormatError for what cannot be opened, is no plain file (a device never ends) or is larger than `MAX_BYTES`. */
export async function readLimited(
  file: string,
  place: { readonly url: string; readonly at?: string },
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const info = await stat(file);
    if (!info.isFile()) throw new FormatError('a plain file is expected', { at: 'file', ...place, value: file });
    if (info.size > MAX_BYTES)
      throw new FormatError(`the file is larger than ${MAX_BYTES} bytes`, { at: 'file', ...place, value: info.size });
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    throw new FormatError(`the file cannot be opened (${code})`, { at: 'file', ...place, value: file, cause });
  }
}

/**
 * The path that `name` means below `folder`. A model from a stranger must not reach for other files, or the network: URLs,
 * absolute paths, `..` that leads out and symbolic links that do are refused.
 * @throws FormatError at `place`.
 */
export async function pathBeside(folder: string, name: string, place: Place): Promise<string> {
  const fail = (reason: string): never => {
    throw new FormatError(reason, { ...place, value: name });
  };
  // A single letter before the colon is a Windows drive, which `isAbsolute` knows on Windows only.
  if (/^[a-z][a-z0-9+.-]*:/i.test(name) || /^[\\/]{2}/.test(name))
    fail('URLs and drives are not opened, only files beside the model');
  if (name.includes('\0')) fail('not a file name');
  const file = resolve(folder, name);
  if (isAbsolute(name) || !isInside(folder, file)) fail("leads out of the model's folder");
  // Only where the file is there: one that is missing is told by whoever opens it.
  const real = await realpath(file).catch(() => undefined);
  if (real !== undefined && !isInside(await realpath(folder), real)) fail("a symbolic link that leads out of the model's folder");
  return file;
}

function isInside(folder: string, file: string): boolean {
  const inside = relative(folder, file);
  return inside !== '' && inside !== '..' && !/^\.\.[\\/]/.test(inside) && !isAbsolute(inside);
}

/** The folder of a model's main file. */
export const folderOf = (path: string): string => dirname(resolve(path));
