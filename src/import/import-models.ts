/** Imports models as a room. */

import { stat } from 'node:fs/promises';
import { FormatError } from '../core/errors.ts';
import { type InputModel, openInputs, readInput } from './inputs/open-inputs.ts';
import { withoutHelperTracks } from './model/helper-joints.ts';
import { joinClips } from './model/join-clips.ts';
import { boxOf } from './model/place-model.ts';
import type { RoomLight, SourceProduct, SourceRoom } from './model/source-model.ts';
import { orAborted } from './or-aborted.ts';
import { loadSharp } from './picture/load-sharp.ts';
import type { ImportedModel } from './reading/imported-model.ts';
import { isLooseCal3d, type ReadModel, readModel } from './reading/read-model.ts';
import { refuseWarnings } from './report/refuse-warnings.ts';
import type { RoomReport, WriteOptions } from './report/room-report.ts';
import type { RoomWriter } from './write/write-room.ts';

export interface ImportOptions extends WriteOptions {
  readonly name?: string;
  /** Reads a model. By default it reads in this thread, without limits of time and memory (see ModelReaderThread). */
  readonly read?: ReadModel;
  /** Models may name files below this folder. By default, only below their own folder. */
  readonly root?: string | undefined;
}

export interface ImportReport {
  readonly room: RoomReport;
  readonly models: readonly {
    readonly file: string;
    readonly name: string;
    readonly kind: 'avatar' | 'product' | 'clips';
    /** Bytes of the source files. */
    readonly bytes: number;
    readonly clips: number;
    readonly warnings: readonly string[];
  }[];
}

/** The light of a plain room: even, without walls. */
export const PLAIN_LIGHT: RoomLight = {
  sky: [0.75, 0.78, 0.82],
  ground: [0.45, 0.42, 0.4],
  sun: { direction: [0.4, 0.8, 0.45], color: [0.6, 0.58, 0.54] },
  background: [0.82, 0.84, 0.87],
};

/**
 * Imports models as a room; loose Cal3D files form one model for each skeleton. Furniture is placed in rows, with the avatars in
 * front. Avatars play their idle clip where they have one. A folder or a `.zip` stands for its models. Files that hold only clips
 * join the avatars that they fit.
 *
 * @throws FormatError of the first file that cannot be read, or the reason of `signal`; nothing is written then.
 */
export async function importModels(files: readonly string[], outDir: string, options: ImportOptions = {}): Promise<ImportReport> {
  const { signal } = options;
  signal?.throwIfAborted();
  const inputs = await openInputs(files, options.root, signal);
  try {
    const total = inputs.models.length * 2;
    const isLarge = (await largestFile(inputs.models)) >= LARGE_FILE;
    options.threads?.expect(inputs.models.length, isLarge);
    const writing: WriteOptions = {
      ...options,
      onProgress: step => options.onProgress?.({ done: (1 + step.done / step.total) * (total / 2), total, what: step.what }),
    };
    // Loads while the reader's thread reads the first model.
    const loading = import('./write/write-room.ts');
    if (isLarge) loading.then(loadSharp).catch(() => {});
    let writer: RoomWriter | undefined;
    let models: ImportedModel[];
    try {
      const read: ImportedModel[] = [];
      for (const model of inputs.models) {
        if (writer) await orAborted(writer.ready(), signal);
        const source = await readInput(model, options.read ?? readModel, signal);
        const whole = source.avatar ? { ...source, avatar: withoutHelperTracks(source.avatar) } : source;
        options.onProgress?.({ done: read.length + 1, total, what: model.files[0] });
        writer ??= new (await loading).RoomWriter(outDir, writing);
        const last = writer.encodeTextures(whole);
        read.push(last);
        // Light needs the whole room before a mesh is written.
        if (options.bake) continue;
        for (const product of smallProducts(last)) writer.prepare(product);
        if (last.avatar) writer.prepareClips(last.avatar);
      }
      models = joinClips(read);
      if (options.strict) refuseWarnings(models);
    } catch (error) {
      await writer?.abandon();
      throw error;
    }
    const arranged = arrange(models, options.name ?? 'import');
    const { RoomWriter, bakeAndWrite } = await loading;
    const room = await bakeAndWrite(arranged, writer ?? new RoomWriter(outDir, writing), writing).catch((error: unknown) => {
      throw withFile(error, models, inputs.models);
    });
    return {
      room,
      models: models.map((m, i) => ({
        file: inputs.models[i].shown,
        name: m.name,
        kind: m.avatar ? 'avatar' : m.clips ? 'clips' : 'product',
        bytes: m.bytes,
        clips: (m.avatar?.clips ?? m.clips ?? []).length,
        warnings: m.warnings,
      })),
    };
  } finally {
    await inputs.close();
  }
}

/** Files of so many bytes mostly hold work for a second thread, and pictures: 12,000 triangles have 370 kB. */
const LARGE_FILE = 300_000;

/**
 * Maximum triangles of a model that is written while the next one is read. Writing a larger one takes so much memory that the
 * limit of the reader would count it.
 */
const SMALL = 50_000;

function smallProducts({ product, avatar }: ImportedModel): SourceProduct[] {
  const products = product ? [product] : (avatar?.outfit.map(o => o.product) ?? []);
  const triangles = products.flatMap(p => p.parts).reduce((sum, { index }) => sum + index.length / 3, 0);
  return triangles <= SMALL ? products : [];
}

/** The writer knows a model by its name alone: its error gets the file's. */
function withFile(error: unknown, models: readonly ImportedModel[], inputs: readonly InputModel[]): unknown {
  if (!(error instanceof FormatError)) return error;
  const { reason, url, at, value } = error;
  const input = inputs[models.findIndex(model => model.name === url)];
  return input ? new FormatError(reason, { url: input.shown, ...(at === undefined ? {} : { at }), value, cause: error }) : error;
}

/** Returns the bytes of the largest file that names a model. A Cal3D model counts as large: it is a figure in many files. */
async function largestFile(models: readonly InputModel[]): Promise<number> {
  const files = models.flatMap(model => model.files);
  if (files.some(file => isLooseCal3d(file) || /\.cfg$/i.test(file))) return Number.POSITIVE_INFINITY;
  const sizes = await Promise.all(
    files.map(file =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((a, b) => Math.max(a, b), 0);
}

/** Arranges furniture in rows of about the square root of its count, 0.5 m apart. Avatars stand in front of it. */
function arrange(models: readonly ImportedModel[], name: string): SourceRoom {
  const avatars = models.flatMap(m => (m.avatar ? [m.avatar] : []));
  const products = models.flatMap(m => (m.product ? [m.product] : []));
  const columns = Math.max(1, Math.ceil(Math.sqrt(products.length)));
  const furniture: { product: SourceProduct; position: [number, number, number] }[] = [];
  let depth = 0;
  let widest = 0;
  for (let row = 0; row * columns < products.length; row++) {
    const inRow = products.slice(row * columns, (row + 1) * columns).map(product => ({ product, ...extent(product) }));
    const width = inRow.reduce((sum, p) => sum + p.size[0] + 0.5, 0);
    const deep = Math.max(...inRow.map(p => p.size[2])) + 0.8;
    let x = -width / 2;
    for (const { product, min, size } of inRow) {
      furniture.push({ product, position: [x + 0.25 - min[0], 0, -depth - deep / 2 - (min[2] + size[2] / 2)] });
      x += size[0] + 0.5;
    }
    depth += deep;
    widest = Math.max(widest, width);
  }
  const sun = models.find(m => m.sun)?.sun;
  const back = Math.max(3, widest * 0.8, avatars.length);
  return {
    name,
    light: { ...PLAIN_LIGHT, ...(sun ? { sun } : {}) },
    spawn: { position: [0, 1.6 + back * 0.15, back + 1], target: [0, 0.8, -depth / 3] },
    furniture,
    avatars: avatars.map((avatar, i) => {
      const clip =
        avatar.clips.find(c => /^idle/i.test(c.name)) ?? avatar.clips.find(c => /idle/i.test(c.name)) ?? avatar.clips[0];
      return {
        avatar,
        position: [(i - (avatars.length - 1) / 2) * 1.6, 0, 1.2] as const,
        ...(clip ? { animation: clip.name } : {}),
      };
    }),
  };
}

function extent(product: SourceProduct): { min: readonly number[]; size: number[] } {
  const { min, max } = boxOf(product.parts);
  return { min, size: max.map((m, k) => m - min[k]) };
}
