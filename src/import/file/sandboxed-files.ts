/** Opens files that a model names, without leaving its folder. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { FormatError } from '../../core/errors.ts';
import { causeInWords } from '../../node/system-trouble.ts';

/** Maximum bytes of a file and the files it uses. More would not fit into the memory of an import. */
export const MAX_BYTES = 256 * 1024 * 1024;

/** Where a name was found, for errors. */
export interface Place {
  readonly url: string;
  readonly at: string;
}

/**
 * Reads a file.
 *
 * @param place - where it is named, and `value`: as what. Messages quote the name, not the path that it led to.
 * @throws FormatError where it cannot be opened, is not a regular file (a device never ends) or is larger than `MAX_BYTES`.
 */
export async function readLimited(
  file: string,
  place: { readonly url: string; readonly at?: string; readonly value?: string },
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const info = await stat(file);
    if (!info.isFile()) throw new FormatError('a plain file is expected', { at: 'file', value: file, ...place });
    if (info.size > MAX_BYTES)
      throw new FormatError(`the file is larger than ${MAX_BYTES} bytes`, { at: 'file', ...place, value: info.size });
    const { buffer, byteOffset, byteLength } = await readFile(file);
    // A large file stands alone in its buffer: it is not copied.
    return byteLength === buffer.byteLength
      ? new Uint8Array(buffer)
      : new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength));
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    const reason = `the file cannot be opened (${causeInWords(cause, 'read')})`;
    // Where the file was named by the user, its name is enough.
    const isNamed = place.at === undefined && place.url === file;
    throw new FormatError(reason, isNamed ? { url: file, cause } : { at: 'file', value: file, ...place, cause });
  }
}

/**
 * Resolves `name` below `folder`. An untrusted model must not reach other files or the network. It refuses URLs, absolute paths,
 * and `..` or symbolic links that lead out.
 *
 * @param sandbox - the folder that must not be left; default `folder`.
 * @throws FormatError at `place`.
 */
export async function pathBeside(folder: string, name: string, place: Place, sandbox = folder): Promise<string> {
  const fail = (reason: string): never => {
    throw new FormatError(reason, { ...place, value: name });
  };
  // A single letter before the colon is a Windows drive; `isAbsolute` recognises it only on Windows.
  if (/^[a-z][a-z0-9+.-]*:/i.test(name) || /^[\\/]{2}/.test(name))
    fail('URLs and drives are not opened, only files beside the model');
  if (name.includes('\0')) fail('not a file name');
  const file = resolve(folder, name);
  if (isAbsolute(name)) fail('an absolute path is not opened, only files beside the model');
  if (!isInside(sandbox, file)) fail(sandbox === folder ? OUT_OF_FOLDER : `leads out of the folder ${sandbox}`);
  // Only checks existing files. Opening a missing one reports the error.
  const real = await realpath(file).catch(() => undefined);
  if (real !== undefined && !isInside(await realpath(sandbox), real)) fail('a symbolic link that leads out of the folder');
  return file;
}

const OUT_OF_FOLDER = "leads out of the model's folder: --root DIR names the folder of the pack that it is part of";

/**
 * Finds the file that a model at `model` calls `name`, below its folder or below `root`. Names often come from Windows. If no
 * exact match exists, a backslash counts as a slash and case is ignored; a warning reports this.
 *
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
  // A web server passes over what follows the name.
  const bare = name.replace(/[?#].*$/, '');
  if (bare !== name && bare !== '') {
    const file = await fileBeside(model, root, bare, place, warn);
    if (await isThere(file)) {
      warn(`${name} is not there; ${bare} is taken`);
      return file;
    }
  }
  return pathBeside(folder, name, place, sandbox);
}

/** A name without case, composed: macOS stores ä as a letter and its dots, other systems as one letter. */
const plain = (name: string): string => name.normalize('NFC').toLowerCase();

/** Finds the file below `folder` whose path equals `path`, ignoring case and how accents are stored. */
export async function findAnyCase(folder: string, path: string): Promise<string | undefined> {
  let at = folder;
  for (const part of relative(folder, path).split(sep)) {
    const names = await readdir(at).catch(() => [] as string[]);
    const found = names.find(n => n === part) ?? names.find(n => plain(n) === plain(part));
    if (found === undefined) return undefined;
    at = resolve(at, found);
  }
  return at;
}

function isInside(folder: string, file: string): boolean {
  const inside = relative(folder, file);
  return inside !== '' && inside !== '..' && !/^\.\.[\\/]/.test(inside) && !isAbsolute(inside);
}

/** Removes the byte order mark that Windows editors write. */
export const withoutMark = (text: string): string => text.replace(/^\ufeff/, '');

/** Returns the folder of a model's main file. */
export const folderOf = (path: string): string => dirname(resolve(path));
