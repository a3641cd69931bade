/** Finds the files of a Cal3D model. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { FormatError, quote } from '../../core/errors.ts';
import { decodeTextFile } from '../file/byte-cursor.ts';
import { findAnyCase, type Place, pathBeside, readLimited } from '../file/sandboxed-files.ts';
import type { Warn } from './cal3d-file.ts';

/** Paths of the files of one model, each list in its own order. */
export interface ModelFiles {
  readonly name: string;
  /** The folder that is searched for textures. */
  readonly folder: string;
  readonly skeleton: string;
  readonly meshes: readonly string[];
  /** A submesh's material index points into this list; undefined for one that is not there. */
  readonly materials: readonly (string | undefined)[];
  readonly animations: readonly string[];
  /** Animations beside the model that no file names. One that does not fit is left out with a warning. */
  readonly extraAnimations: readonly string[];
}

const SKELETON = /\.[cx]sf$/i;
const MESH = /\.[cx]mf$/i;
const MATERIAL = /\.[cx]rf$/i;
const ANIMATION = /\.[cx][ap]f$/i;
/** @throws FormatError for a file that cannot be read or is larger than 256 MB. */
export const readBytes = (path: string): Promise<Uint8Array> => readLimited(path, { url: path });

const KEYS = ['skeleton', 'mesh', 'material', 'animation'] as const;

/** Whether a text has a line by which a configuration of Cal3D is known. Other programs have `.cfg` files too. */
export const namesCal3d = (text: string): boolean => /^[^\S\r\n]*(skeleton|mesh)[^\S\r\n]*=/im.test(text);

/**
 * Reads the files that a `.cfg` names: lines `key=value`; `#`, `;` and `//` start a comment; `[section]` is ignored. Other
 * animations in its folder become extras: configurations name only those that their demo plays.
 *
 * A material or an animation that is not there is left out with a warning, and so is a file that is named twice.
 *
 * @throws FormatError for a mesh or skeleton that is not there or outside its folder, for a second skeleton, and for a
 * configuration without skeleton or mesh.
 */
export async function readConfig(path: string, warn: Warn): Promise<ModelFiles> {
  const folder = dirname(resolve(path));
  const lists: Record<Exclude<(typeof KEYS)[number], 'material'>, string[]> = { skeleton: [], mesh: [], animation: [] };
  const materials: (string | undefined)[] = [];
  const text = decodeTextFile(await readBytes(path));
  let base = '';
  for (const [i, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = withoutComment(raw);
    if (line === '' || /^\[.*\]$/.test(line)) continue;
    const at = `line ${i + 1}`;
    const pair = /^(\w+)\s*=\s*"?([^"]*)"?$/.exec(line);
    if (!pair) {
      if (!namesCal3d(text))
        throw new FormatError('no configuration of Cal3D: key=value is expected', { url: path, at, value: line });
      warn(`${path}: ${at}: ${quote(line)} means nothing here`);
      continue;
    }
    const [key, value] = [pair[1].toLowerCase(), pair[2].trim()];
    const list = KEYS.find(known => known === key);
    if (key === 'path') base = value;
    else if (list === undefined) {
      if (key !== 'scale') warn(`${path}: ${at}: "${key}" means nothing here`);
    } else if (value === '') warn(`${path}: ${at}: no ${key} is named`);
    else {
      const named = { base, value, isNeeded: list === 'skeleton' || list === 'mesh' };
      const file = await findNamed(folder, named, { url: path, at }, warn);
      // A submesh names its material by its place in this list.
      if (list === 'material') materials.push(file);
      else if (file !== undefined && lists[list].includes(file)) warn(`${path}: ${at}: ${value} is named twice; read once`);
      else if (file !== undefined) lists[list].push(file);
    }
  }
  const beside = (await readdir(folder)).sort();
  const all = (pattern: RegExp) => beside.filter(f => pattern.test(f)).map(f => resolve(folder, f));
  const skeletons = found(lists.skeleton, all(SKELETON), 'skeleton', path, warn);
  if (skeletons.length !== 1)
    throw new FormatError('one skeleton is expected', { url: path, at: 'skeleton', value: skeletons.length });
  const meshes = found(lists.mesh, all(MESH), 'mesh', path, warn);
  if (meshes.length === 0) throw new FormatError('no mesh is named', { url: path, at: 'mesh' });
  return {
    name: stem(path),
    folder,
    skeleton: skeletons[0],
    meshes,
    materials: materials.length > 0 ? materials : found([], all(MATERIAL).sort(byNumber), 'material', path, warn),
    animations: lists.animation,
    extraAnimations: all(ANIMATION).filter(f => !lists.animation.includes(f)),
  };
}

/** Returns a line of a configuration without its comment. A name in quotes may have what begins one: `mesh="head #2.cmf"`. */
function withoutComment(line: string): string {
  const [quoted] = /^\s*\w+\s*=\s*"[^"]*"(?=\s*($|#|;|\/\/))/.exec(line) ?? [];
  const kept = quoted ?? line.replace(/(^|\s)(#|;|\/\/)[\s\S]*/, '').replace(/;\s*$/, '');
  return kept.trim();
}

/** Returns the named files; where none is named, the files beside the configuration. */
function found(named: readonly string[], beside: readonly string[], key: string, path: string, warn: Warn): readonly string[] {
  if (named.length > 0 || beside.length === 0) return named;
  warn(`${path}: no ${key} is named; taken: ${beside.map(f => basename(f)).join(', ')}`);
  return beside;
}

const byNumber = (a: string, b: string) => basename(a).localeCompare(basename(b), 'en', { numeric: true });

/** Sorts loose files by their extensions (.csf .xsf .cmf .xmf .crf .xrf .caf .xaf .cpf .xpf). */
export async function sortLooseFiles(paths: readonly string[], warn: Warn): Promise<ModelFiles> {
  const of = (pattern: RegExp) => paths.filter(p => pattern.test(p)).map(p => resolve(p));
  const skeletons = of(SKELETON);
  const url = paths[0] ?? '';
  if (skeletons.length !== 1)
    throw new FormatError('one skeleton (.csf or .xsf) is expected', {
      url,
      at: 'files',
      value: skeletons.map(p => basename(p)),
    });
  const meshes = of(MESH);
  if (meshes.length === 0) throw new FormatError('no mesh (.cmf or .xmf)', { url, at: 'files' });
  return {
    name: stem(skeletons[0]),
    folder: dirname(skeletons[0]),
    skeleton: skeletons[0],
    meshes,
    materials: await ordered(of(MATERIAL), skeletons[0], warn),
    animations: of(ANIMATION),
    extraAnimations: [],
  };
}

/**
 * Orders materials as the meshes number them, which no file states. It takes the order of the configuration that has the
 * skeleton's name. Otherwise it sorts by the numbers at the end of all names, and else keeps the given order.
 */
async function ordered(materials: readonly string[], skeleton: string, warn: Warn): Promise<string[]> {
  if (materials.length < 2) return [...materials];
  const folder = dirname(skeleton);
  const config = await findAnyCase(folder, resolve(folder, `${stem(skeleton)}.cfg`));
  if (config !== undefined) {
    const lines = decodeTextFile(await readBytes(config))
      .split(/\r\n|\r|\n/)
      .map(withoutComment);
    const names = lines.flatMap(line => /^material\s*=\s*"?([^"]*)"?$/i.exec(line)?.[1].trim().replaceAll('\\', '/') ?? []);
    const places = names.map(name => basename(name).toLowerCase());
    const place = (path: string) => {
      const at = places.indexOf(basename(path).toLowerCase());
      return at < 0 ? places.length : at;
    };
    if (materials.some(m => places.includes(basename(m).toLowerCase())))
      return [...materials].sort((a, b) => place(a) - place(b) || byNumber(a, b));
  }
  if (materials.every(m => /\d$/.test(stem(m)))) return [...materials].sort(byNumber);
  warn(`${skeleton}: the order of the materials is not known; taken as given: ${materials.map(m => basename(m)).join(', ')}`);
  return [...materials];
}

/** The file's name without folder and extension. */
export function stem(path: string): string {
  return basename(path, extname(path));
}

/**
 * Finds a file that a configuration names: at its path, else beside the configuration by the last part of its name. Exporters
 * wrote the whole path of the artist's disk. Undefined with a warning where it is not there and not needed.
 */
async function findNamed(
  folder: string,
  { base, value, isNeeded }: { readonly base: string; readonly value: string; readonly isNeeded: boolean },
  place: Place,
  warn: Warn,
): Promise<string | undefined> {
  try {
    return await findInside(folder, `${base ? `${base}/` : ''}${value}`, place);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const last = value.split(/[\\/]/).at(-1) ?? '';
    const beside = last === '' ? undefined : await findInside(folder, last, place).catch(() => undefined);
    if (beside !== undefined) {
      warn(`${place.url}: ${place.at}: ${value} is not there; ${last} is taken`);
      return beside;
    }
    if (isNeeded) throw error;
    warn(`${place.url}: ${place.at}: ${value} is left out: ${error.reason}`);
    return undefined;
  }
}

/**
 * Finds the path of `name` below `folder`. Names come from Windows: `\\` means `/`, and case is ignored.
 *
 * @throws FormatError for a URL, for a name that leads out of the folder, and where there is no such file.
 */
async function findInside(folder: string, name: string, place: Place): Promise<string> {
  const path = await pathBeside(folder, name.replaceAll('\\', '/'), place);
  const found = await findAnyCase(folder, path);
  if (found === undefined) throw new FormatError('the file cannot be opened (there is no such file)', { ...place, value: name });
  return found;
}

/** Extensions of converted pictures; the first existing file wins. */
const PICTURES = ['.tga', '.png', '.jpg', '.jpeg', '.bmp', '.webp'];

/**
 * Finds a texture: first at its named path below `folder`, then anywhere in the folder by the last part of its name, then with
 * another picture extension. Exporters wrote the whole path of the artist's disk. Undefined where no file matches.
 */
export async function findTexture(folder: string, name: string): Promise<string | undefined> {
  const parts = name.replaceAll('\\', '/').split('/');
  const file = parts.at(-1) ?? '';
  if (file === '' || file === '.' || file === '..' || file.includes('\0')) return undefined;
  const bare = file.slice(0, file.length - extname(file).length);
  // The longest existing tail of the name wins: textures\\skin.tga before skin.tga.
  const tails = parts.map((_, i) => parts.slice(i).join('/')).filter(t => !/(^|\/)\.\.?(\/|$)|^[a-z]:|^$|^\//i.test(t));
  for (const candidate of [...tails, ...PICTURES.map(ending => bare + ending)]) {
    const found = await findAnyCase(folder, resolve(folder, candidate));
    if (found !== undefined) return pathBeside(folder, relative(folder, found), { url: folder, at: `texture ${name}` });
  }
  return undefined;
}
