/** Chooses the reader for a model by its extension. */
import { access, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { FormatError } from '../../core/errors.ts';
import { causeInWords } from '../../node/system-trouble.ts';
import type { Cal3dImport } from '../cal3d/read-cal3d.ts';
import { converterFor } from '../file/converters.ts';
import { blendTiles } from '../material/blend-tiles.ts';
import { enlargeSmall } from '../material/enlarge-small.ts';
import { padOdd } from '../material/pad-odd.ts';
import { type ImportedModel, withProducts } from '../model/imported-model.ts';
import type { SourceProduct } from '../model/source-model.ts';
import { orAborted } from '../or-aborted.ts';
import type { ReadOptions } from '../read-options.ts';

/**
 * Reads the model in `files`: one file, or all loose files of a Cal3D model.
 *
 * @throws FormatError that names the file, the place and the cause.
 */
export type ReadModel = (files: string | readonly string[], options?: ReadOptions) => Promise<ImportedModel>;

/** Loads the reader when a file needs it. It takes a tenth of a second, and the thread that writes needs none. */
const readGltf = async (path: string, options: ReadOptions): Promise<ImportedModel> =>
  (await import('../gltf/read-gltf.ts')).readGltf(path, options);

/** Readers by the extension of the file that the user names. */
const READERS: Readonly<Record<string, (path: string, options: ReadOptions) => Promise<ImportedModel>>> = {
  '.glb': readGltf,
  '.gltf': readGltf,
  '.vrm': readGltf,
  '.cfg': readCal3dConfig,
};
/** Matches files of a Cal3D model without a configuration. */
const LOOSE = /\.[cx][smra]f$|\.[cx]pf$/i;
const SKELETON = /\.[cx]sf$/i;

/** Whether a file of that name is a model of its own. Folders and `.zip` archives are searched for these. */
export const isModel = (path: string): boolean => Object.hasOwn(READERS, extname(path).toLowerCase());
export const isLooseCal3d = (path: string): boolean => LOOSE.test(path);

/**
 * Reads a model in this thread. An aborted one rejects at once, although what has begun is read to its end.
 *
 * @throws FormatError for an unknown extension; it names a converter where one is known.
 */
export const readModel: ReadModel = async (model, options = {}) => {
  const finished = new Map<SourceProduct, SourceProduct>();
  const finish = (product: SourceProduct): SourceProduct => {
    let known = finished.get(product);
    if (known) return known;
    const padded = padOdd(product, options.moving);
    finished.set(product, (known = { ...padded, textures: finishTextures(padded) }));
    return known;
  };
  const { onProduct } = options;
  const passOn = onProduct && ((product: SourceProduct): void => onProduct(finish(product)));
  return withProducts(await orAborted(readSource(model, { ...options, onProduct: passOn }), options.signal), finish);
};

const finishTextures = ({ parts, textures }: SourceProduct) => enlargeSmall(parts, blendTiles(parts, textures));

const readSource = async (model: string | readonly string[], options: ReadOptions): Promise<ImportedModel> => {
  const files = typeof model === 'string' ? [model] : model;
  const [path = ''] = files;
  const fail = (reason: string, value: string): never => {
    throw new FormatError(reason, { url: path, at: 'file name', value });
  };
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) fail('URLs are not opened: bring the model to this disk first', path);
  if (files.every(file => LOOSE.test(file)) && files.length > 0) return readLooseCal3d(files, options);
  const ending = extname(path).toLowerCase();
  if (files.length === 1 && Object.hasOwn(READERS, ending)) return READERS[ending](path, options);
  if (files.length === 1 && (await beginsAsGltf(path))) return readGltf(path, options);
  const advice = converterFor(ending);
  if (advice !== undefined) fail(`${ending} is not read: ${advice}`, ending);
  // The reader's own words for a file that is not there.
  const missing = await access(path).catch((error: unknown) => error);
  if (missing !== undefined) throw new FormatError(`the file cannot be opened (${causeInWords(missing, 'read')})`, { url: path });
  return fail(`no reader for this kind of file (known: ${Object.keys(READERS).join(' ')} .zip, loose Cal3D files)`, ending);
};

/** Whether the content is glTF under another extension. */
async function beginsAsGltf(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (!file) return false;
  try {
    if (!(await file.stat()).isFile()) return false;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    const text = buffer.toString('latin1', 0, bytesRead);
    return text.startsWith('glTF') || (/^\s*\{/.test(text) && /"asset"\s*:/.test(text) && !/"models"\s*:/.test(text));
  } finally {
    await file.close();
  }
}

/**
 * Groups the files that a user names into models. Each file is one model, except loose Cal3D files, which form one model for each
 * skeleton. A file belongs to the skeleton in its folder with which its name shares the longest prefix.
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

/** Reads a Cal3D model by its .cfg. The size of its folder counts as the size of the model. */
async function readCal3dConfig(path: string, { springs = true, onProduct }: ReadOptions): Promise<ImportedModel> {
  const { readCal3d } = await import('../cal3d/read-cal3d.ts');
  const model = await readCal3d(path, { springs, onProduct });
  const folder = dirname(path);
  const names = await readdir(folder);
  return imported(
    model,
    basename(path, extname(path)),
    names.map(name => join(folder, name)),
  );
}

async function readLooseCal3d(files: readonly string[], { springs = true, onProduct }: ReadOptions): Promise<ImportedModel> {
  const { readCal3dFiles } = await import('../cal3d/read-cal3d.ts');
  const model = await readCal3dFiles(files, { springs, onProduct });
  return imported(model, model.avatar.name, files);
}

async function imported({ avatar, warnings }: Cal3dImport, name: string, files: readonly string[]): Promise<ImportedModel> {
  let bytes = 0;
  for (const file of files) bytes += (await stat(file)).size;
  return { name, bytes, warnings, avatar };
}
