import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
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
 * @param sandbox - what may not be left; `folder` itself where not given.
 * @throws FormatError at `place`.
 */
export async function pathBeside(folder: string, name: string, place: Place, sandbox = folder): Promise<string> {
  const fail = (reason: string): never => {
    throw new FormatError(reason, { ...place, value: name });
  };
  // A single letter before the colon is a Windows drive, which `isAbsolute` knows on Windows only.
  if (/^[a-z][a-z0-9+.-]*:/i.test(name) || /^[\\/]{2}/.test(name))
    fail('URLs and drives are not opened, only files beside the model');
  if (name.includes('\0')) fail('not a file name');
  const file = resolve(folder, name);
  if (isAbsolute(name)) fail('an absolute path is not opened, only files beside the model');
  if (!isInside(sandbox, file)) fail(sandbox === folder ? OUT_OF_FOLDER : `leads out of the folder ${sandbox}`);
  // Only where the file is there: one that is missing is told by whoever opens it.
  const real = await realpath(file).catch(() => undefined);
  if (real !== undefined && !isInside(await realpath(sandbox), real)) fail('a symbolic link that leads out of the folder');
  return file;
}

const OUT_OF_FOLDER = "leads out of the model's folder: --root DIR names the folder of the pack that it is part of";

/**
 * The file that a model at `model` calls `name`, below its folder or below `root`. Names often come from Windows: where no file has
 * exactly that name, a backslash is a slash, and upper and lower case are the same; a warning says so.
 * @throws FormatError at `place`.
 */
export async function fileBeside(
  model: string,
  root: string | undefined,
  name: string,
  place: Place,
  warn: (message: string) => void,
): Promise<string> {
  const folder = folderOf(model);
  const sandbox = root === undefined ? folder : resolve(root);
  const isThere = (file: string) =>
    stat(file).then(
      info => info.isFile(),
      () => false,
    );
  const slashed = name.replaceAll('\\', '/');
  if (slashed === name || !/^[\\/]{2}|^[a-z]:/i.test(name)) {
    const exact = slashed === name ? await pathBeside(folder, name, place, sandbox) : undefined;
    if (exact !== undefined && (await isThere(exact))) return exact;
    const found = await findAnyCase(sandbox, await pathBeside(folder, slashed, place, sandbox));
    if (found !== undefined) {
      const file = await pathBeside(sandbox, relative(sandbox, found), place);
      warn(`${name} is not there; ${relative(folder, file).replaceAll(sep, '/')} is taken`);
      return file;
    }
  }
  return pathBeside(folder, name, place, sandbox);
}

/** The file below `folder` whose path differs from `path` in upper and lower case at most. */
export async function findAnyCase(folder: string, path: string): Promise<string | undefined> {
  let at = folder;
  for (const part of relative(folder, path).split(sep)) {
    const names = await readdir(at).catch(() => [] as string[]);
    const found = names.find(n => n === part) ?? names.find(n => n.toLowerCase() === part.toLowerCase());
    if (found === undefined) return undefined;
    at = resolve(at, found);
  }
  return at;
}

function isInside(folder: string, file: string): boolean {
  const inside = relative(folder, file);
  return inside !== '' && inside !== '..' && !/^\.\.[\\/]/.test(inside) && !isAbsolute(inside);
}

/** Text without the byte order mark that Windows' editors put before it. */
export const withoutMark = (text: string): string => text.replace(/^\ufeff/, '');

/** The folder of a model's main file. */
export const folderOf = (path: string): string => dirname(resolve(path));
