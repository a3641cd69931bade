import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { FormatError } from '../../core/errors.ts';
import { decodeText } from '../byte-cursor.ts';
import type { Warn } from './cal3d-file.ts';

/** Paths of the files of one model, each in the order that its list has. */
export interface ModelFiles {
  readonly name: string;
  /** Where textures are looked for. */
  readonly folder: string;
  readonly skeleton: string;
  readonly meshes: readonly string[];
  /** The index of a submesh's material counts in this list. */
  readonly materials: readonly string[];
  readonly animations: readonly string[];
  /** Found beside the model, named by nobody: one that does not fit is left out with a warning. */
  readonly extraAnimations: readonly string[];
}

const ANIMATION = /\.(caf|xaf|cpf|xpf)$/i;
/** No model file of these engines comes near; an import stays below 1 GB with it. */
const MAX_FILE_BYTES = 256 * 2 ** 20;

/** @throws FormatError for a file that cannot be read or is larger than 256 MB. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES)
      throw new FormatError(`the file is larger than ${MAX_FILE_BYTES} bytes`, { url: path, value: size });
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`the file cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'error'})`, { url: path, cause });
  }
}

/**
 * What a `.cfg` names: lines `key=value`, `#` a comment, `[section]` passed over. Animations that lie beside it and that it does
 * not name come as extras: the configurations name those that their demo plays.
 *
 * @throws FormatError for a file out of its folder, a second skeleton, and a configuration without skeleton or mesh.
 */
export async function readConfig(path: string, warn: Warn): Promise<ModelFiles> {
  const folder = dirname(resolve(path));
  const lists: Record<string, string[]> = { skeleton: [], mesh: [], material: [], animation: [] };
  const lines = decodeText(await readBytes(path)).split(/\r\n|\r|\n/);
  let base = '';
  for (const [i, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';') || /^\[.*\]$/.test(line)) continue;
    const at = `line ${i + 1}`;
    const pair = /^(\w+)\s*=\s*"?([^"]*)"?$/.exec(line);
    if (!pair) throw new FormatError('key=value is expected', { url: path, at, value: line });
    const [key, value] = [pair[1].toLowerCase(), pair[2].trim()];
    if (key === 'path') base = value;
    else if (Object.hasOwn(lists, key))
      lists[key].push(await findInside(folder, `${base ? `${base}/` : ''}${value}`, { url: path, at }));
    else if (key !== 'scale') warn(`${path}: ${at}: "${key}" means nothing here`);
  }
  if (lists.skeleton.length !== 1)
    throw new FormatError('one skeleton is expected', { url: path, at: 'skeleton', value: lists.skeleton.length });
  if (lists.mesh.length === 0) throw new FormatError('no mesh is named', { url: path, at: 'mesh' });
  const beside = (await readdir(folder))
    .filter(f => ANIMATION.test(f))
    .sort()
    .map(f => resolve(folder, f));
  return {
    name: stem(path),
    folder,
    skeleton: lists.skeleton[0],
    meshes: lists.mesh,
    materials: lists.material,
    animations: lists.animation,
    extraAnimations: beside.filter(f => !lists.animation.includes(f)),
  };
}

/** Sorts loose files by their endings (.csf .xsf .cmf .xmf .crf .xrf .caf .xaf .cpf .xpf). Materials in the order of the names' numbers. */
export function sortLooseFiles(paths: readonly string[]): ModelFiles {
  const of = (pattern: RegExp) => paths.filter(p => pattern.test(p)).map(p => resolve(p));
  const skeletons = of(/\.(csf|xsf)$/i);
  const url = paths[0] ?? '';
  if (skeletons.length !== 1)
    throw new FormatError('one skeleton (.csf or .xsf) is expected', {
      url,
      at: 'files',
      value: skeletons.map(p => basename(p)),
    });
  const meshes = of(/\.(cmf|xmf)$/i);
  if (meshes.length === 0) throw new FormatError('no mesh (.cmf or .xmf)', { url, at: 'files' });
  const byNumber = (a: string, b: string) => basename(a).localeCompare(basename(b), 'en', { numeric: true });
  return {
    name: stem(skeletons[0]),
    folder: dirname(skeletons[0]),
    skeleton: skeletons[0],
    meshes,
    materials: of(/\.(crf|xrf)$/i).sort(byNumber),
    animations: of(ANIMATION),
    extraAnimations: [],
  };
}

/** The file's name without folder and ending. */
export function stem(path: string): string {
  return basename(path, extname(path));
}

/**
 * The path of `name` below `folder`. Names come from Windows: `\` is `/`, upper and lower case are the same.
 *
 * @throws FormatError for a URL and for a name that leads out of the folder.
 */
async function findInside(folder: string, name: string, place: { url: string; at: string }): Promise<string> {
  const path = resolve(folder, name.replaceAll('\\', '/'));
  const inside = relative(folder, path);
  if (
    /^\w\w+:/.test(name) ||
    name.includes('\0') ||
    inside === '' ||
    inside.startsWith('..') ||
    resolve(folder, inside) !== path ||
    /^[a-z]:/i.test(name)
  ) {
    throw new FormatError('a file below the folder of the model is expected', { ...place, value: name });
  }
  return (await findAnyCase(path)) ?? path;
}

/** A texture by the last part of its name: exporters wrote the whole path of the artist's disk. Undefined where there is none. */
export async function findTexture(folder: string, name: string): Promise<string | undefined> {
  const file = name.replaceAll('\\', '/').split('/').at(-1) ?? '';
  if (file === '' || file === '..' || file.includes('\0')) return undefined;
  return findAnyCase(resolve(folder, file));
}

async function findAnyCase(path: string): Promise<string | undefined> {
  const wanted = basename(path).toLowerCase();
  try {
    const names = await readdir(dirname(path));
    const found = names.find(n => n === basename(path)) ?? names.find(n => n.toLowerCase() === wanted);
    return found === undefined ? undefined : resolve(dirname(path), found);
  } catch {
    return undefined;
  }
}
