/** Imports models as a room. */

import { stat } from 'node:fs/promises';
import { FormatError } from '../core/errors.ts';
import { type InputModel, type Inputs, openInputs, readInput } from './inputs/open-inputs.ts';
import { arrangeModels } from './model/arrange-models.ts';
import { withoutHelperTracks } from './model/helper-joints.ts';
import type { ImportedModel } from './model/imported-model.ts';
import { joinClips } from './model/join-clips.ts';
import { isSmall } from './model/small-model.ts';
import type { SourceProduct, SourceRoom } from './model/source-model.ts';
import { orAborted } from './or-aborted.ts';
import { loadSharp } from './picture/load-sharp.ts';
import { isLooseCal3d, type ReadModel, readModel } from './reading/read-model.ts';
import { refuseWarnings } from './report/refuse-warnings.ts';
import { type LeftOut, RefusedModels } from './report/refused-models.ts';
import type { RoomReport } from './report/room-report.ts';
import { EarlyWriter } from './write/early-writer.ts';
import { letOthersRun } from './write/levels/let-others-run.ts';
import type { FailedPlace, RoomWriter } from './write/room-writer.ts';
import type { WriteOptions } from './write/write-options.ts';

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
  /** Models that could not be imported and were left out. */
  readonly errors: readonly LeftOut[];
}

/**
 * Imports models as a room; loose Cal3D files form one model for each skeleton. Furniture is placed in rows, with the avatars in
 * front. Avatars play their idle clip where they have one. A folder or a `.zip` stands for its models. Files that hold only clips
 * join the avatars that they fit.
 *
 * A model that cannot be read or written is left out, and the report says why.
 *
 * @throws FormatError or UnreadableModels where no model is left, or with `strict` where any is left out; the reason of `signal`.
 * Nothing is written then.
 */
export async function importModels(files: readonly string[], outDir: string, options: ImportOptions = {}): Promise<ImportReport> {
  const { signal } = options;
  signal?.throwIfAborted();
  const inputs = await openInputs(files, options.root, signal);
  try {
    return await importInputs(inputs, outDir, options);
  } finally {
    await inputs.close();
  }
}

async function importInputs(inputs: Inputs, outDir: string, options: ImportOptions): Promise<ImportReport> {
  const refused = new RefusedModels(inputs.refused, options.strict === true);
  const total = inputs.models.length * 2;
  const writing: ImportOptions = {
    ...options,
    onProgress: step => options.onProgress?.({ done: (1 + step.done / step.total) * (total / 2), total, what: step.what }),
  };
  const isLarge = (await largestFile(inputs.models)) >= LARGE_FILE;
  // What writes loads for 50 ms. The reader's thread is asked for the first model before that.
  const loading = letOthersRun().then(() => loadWriter(inputs.models.length, isLarge, options.threads));
  loading.catch(() => {});
  const early = new EarlyWriter(async () => new (await loading).RoomWriter(outDir, writing));
  try {
    const { read, notes } = await readModels(inputs.models, early, refused, options);
    refused.check(read.length);
    const { room, models } = await writeModels(read, await early.writer(), refused, writing);
    return { room: { ...room, warnings: [...notes, ...room.warnings] }, models: models.map(rowOf), errors: refused.leftOut };
  } catch (error) {
    await early.abandon();
    throw error;
  }
}

/** Loads what writes a room, and tells the threads what comes. */
function loadWriter(
  models: number,
  isLarge: boolean,
  threads: WriteOptions['threads'],
): Promise<typeof import('./write/write-room.ts')> {
  const loading = import('./write/write-room.ts');
  const sharp = isLarge ? loading.then(loadSharp) : undefined;
  sharp?.catch(() => {});
  threads?.expect(models, isLarge, sharp);
  return loading;
}

/** Reads the models one after another, and begins to write each. @returns those that are sound, and notes that none of them has. */
async function readModels(
  inputs: readonly InputModel[],
  early: EarlyWriter,
  refused: RefusedModels,
  options: ImportOptions,
): Promise<{ readonly read: readonly ReadInput[]; readonly notes: readonly string[] }> {
  const { signal, bake, read: readOne = readModel } = options;
  const read: ReadInput[] = [];
  // What was left out of an archive is told with the next model that can be read.
  const notes: string[] = [];
  // Light needs the whole room before a mesh is written.
  const onProduct = (product: SourceProduct): void => {
    if (!bake && isSmall([product])) early.begin(product);
  };
  for (const [i, input] of inputs.entries()) {
    await orAborted(early.ready(), signal);
    notes.push(...(input.warnings ?? []));
    const reading = readInput(input, readOne, { onProduct, onPicture: early.beginPicture, ...(signal ? { signal } : {}) });
    const source = await refused.orLeftOut(input.shown, reading);
    options.onProgress?.({ done: i + 1, total: inputs.length * 2, what: input.files[0] });
    await early.endModel(source !== undefined);
    if (!source) continue;
    const whole = source.avatar ? { ...source, avatar: withoutHelperTracks(source.avatar) } : source;
    const writer = await early.writer();
    const model = writer.encodeTextures({ ...whole, warnings: [...notes.splice(0), ...whole.warnings] });
    read.push({ input, model });
    if (bake) continue;
    for (const product of smallProducts(model)) writer.prepare(product);
    if (model.avatar) writer.prepareClips(model.avatar);
  }
  return { read, notes };
}

/** Writes the models as a room. It leaves out one that cannot be written, and writes the others again. */
async function writeModels(
  read: readonly ReadInput[],
  first: RoomWriter,
  refused: RefusedModels,
  options: ImportOptions,
): Promise<{ readonly room: RoomReport; readonly models: readonly ReadInput[] }> {
  const { bakeAndWrite } = await import('./write/write-room.ts');
  let left = read;
  for (let writer = first; ; writer = writer.again()) {
    // Joined anew each time: an avatar that is left out takes no clips.
    const models = joined(left, refused);
    if (options.strict) refuseWarnings(models.map(({ model }) => model));
    const arranged = arrangeModels(
      models.map(({ model }) => model),
      options.name ?? 'import',
    );
    try {
      return { room: await bakeAndWrite(arranged, writer, options), models };
    } catch (error) {
      const failed = failedOf(arranged, writer.failed, models);
      if (!(error instanceof FormatError) || !failed) throw error;
      refused.add(failed.input.shown, namedAs(error, failed.input.shown));
      const kept = new Set(models.filter(one => one !== failed).map(({ input }) => input));
      left = left.filter(({ input }) => kept.has(input));
      refused.check(left.length);
    }
  }
}

/** A model, and what it was read from. */
interface ReadInput {
  readonly input: InputModel;
  readonly model: ImportedModel;
}

const rowOf = ({ input, model }: ReadInput): ImportReport['models'][number] => ({
  file: input.shown,
  name: model.name,
  kind: model.avatar ? 'avatar' : model.clips ? 'clips' : 'product',
  bytes: model.bytes,
  clips: (model.avatar?.clips ?? model.clips ?? []).length,
  warnings: model.warnings,
});

/** Works like `joinClips`, and leaves out clips that fit no avatar. */
function joined(read: readonly ReadInput[], refused: RefusedModels): ReadInput[] {
  const models = joinClips(read.map(({ model }) => model));
  const left = read.flatMap(({ input }, i) => {
    const model = models[i];
    if (!(model instanceof FormatError)) return { input, model };
    refused.add(input.shown, namedAs(model, input.shown));
    return [];
  });
  refused.check(left.length);
  return left;
}

/** Returns the model that could not be written. */
function failedOf(room: SourceRoom, failed: FailedPlace | undefined, read: readonly ReadInput[]): ReadInput | undefined {
  if (!failed) return undefined;
  const { list, index } = failed;
  const of = list === 'furniture' ? room.furniture[index].product : room.avatars[index].avatar;
  return read.find(({ model }) => model.product === of || model.avatar === of);
}

/** The writer knows a model by its name alone: its error gets the file's. */
const namedAs = ({ reason, at, value, cause }: FormatError, file: string): FormatError =>
  new FormatError(reason, { url: file, ...(at === undefined ? {} : { at }), value, cause });

/** Files of so many bytes mostly hold work for a second thread, and pictures: 12,000 triangles have 370 kB. */
const LARGE_FILE = 300_000;

function smallProducts({ product, avatar }: ImportedModel): SourceProduct[] {
  const products = product ? [product] : (avatar?.outfit.map(o => o.product) ?? []);
  return isSmall(products) ? products : [];
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
