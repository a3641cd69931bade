/** The commands `foyer import` and `foyer room`. */
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import type { Clock } from '../core/clock.ts';
import { checkTargets } from '../import/inputs/check-targets.ts';
import { sourceFiles } from '../import/inputs/source-files.ts';
import type { ReadLimits } from '../import/reading/model-reader-thread.ts';
import type { ReadModel } from '../import/reading/read-model.ts';
import type { ReadOptions } from '../import/reading/read-options.ts';
import type { RoomReport, WriteOptions } from '../import/report/room-report.ts';
import { RunCache } from '../import/write/cache/run-cache.ts';
import { modelLines, roomLines } from './import-report.ts';
import { pictureNames } from './room-pictures.ts';

// The modules that read and encode models load on demand. They take a second to load, and a remembered run needs none of them.

export const IMPORT_USAGE = `foyer import FILE… --out DIR    models become a room: glTF (.glb .gltf .vrm), Cal3D (.cfg, or its loose files), folders and .zip of them
foyer room ROOM.json… --out DIR a room that you wrote (docs/import.md); several share one store of resources
  --json         the report as JSON
  --strict       every warning is an error
  --root DIR     the folder of a pack: its models may name files anywhere below it
  --no-ktx2      WebP only: much faster, more GPU memory
  --gzip         meshes and clips as gzip files (.glbz), about 40 % smaller; other programs must unpack them
  --cache DIR    encodings kept between runs; .cache/import where not given
  --weights N    at most N weights a vertex, 1 to 4
  --levels N     levels of detail beside the finest, 0 to 8; 6
  --bake         light, shadow and ambient occlusion into the vertex colours of the furniture
  --rays N       rays a vertex for --bake, 8 to 1024; 64 where not given
  --poster       poster.webp (1200x630) and preview.webp (400x210) beside the room (needs Chromium and the built site)
  --watch        imports again what changes, serves the room and reloads its open page, until Ctrl-C
  --seconds N    a model may take so long to read, 1 to 3600; 60 where not given
  --memory N     MiB that reading a model may take, 64 to 16384; 800 where not given`;

export interface Terminal {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Whether the terminal can show a progress bar. */
  readonly interactive: boolean;
  /** Ends `--watch`. Without it, --watch imports once. */
  readonly signal?: AbortSignal;
  /** Times long work and limits the reading of a model. Without it neither applies, and models are read in this thread. */
  readonly clock?: Clock;
}

/**
 * Runs `foyer import …`. Errors go to `terminal.err`. @returns the exit code: 0 done, 1 a file could not be read, 2 wrong
 * arguments.
 */
export const importCommand = (args: readonly string[], terminal: Terminal): Promise<number> =>
  run('import', args, terminal, importFiles);

/** Runs `foyer room …`; exit codes as above. */
export const roomCommand = (args: readonly string[], terminal: Terminal): Promise<number> =>
  run('room', args, terminal, writeRooms);

/** The report of a command, as JSON and as lines. */
interface Told {
  readonly json: unknown;
  readonly lines: readonly string[];
}

type Work = (
  files: readonly string[],
  out: string,
  options: WriteOptions & ReadOptions,
  read: ReadModel,
) => Promise<{ readonly told: Told; readonly documents: readonly string[] }>;

async function run(word: string, args: readonly string[], terminal: Terminal, work: Work): Promise<number> {
  const parsed = parse(args);
  if (typeof parsed === 'string') {
    terminal.err(`foyer: ${parsed} ("foyer help" lists the options)`);
    return 2;
  }
  try {
    const { files, out, options } = parsed;
    const documents = word === 'room' && files.length > 1 ? files.map(file => basename(file)) : ['room.json'];
    const pictures = parsed.poster ? documents.map(pictureNames) : [];
    const written = { out, documents, pictures, ...(options.cache ? { cache: options.cache } : {}) };
    const { refusal, notes } = await checkTargets(files, written, options.root);
    if (refusal !== undefined) {
      terminal.err(`foyer: ${printable(refusal)}`);
      return 2;
    }
    for (const note of notes) terminal.err(printable(note));
    const once = async (last: string): Promise<void> => {
      const { json, lines } = await recallOrDo(word, parsed, () => doAnew(parsed, terminal, work), terminal);
      const pictures = parsed.poster ? await drawPictures(out, documents, terminal) : [];
      terminal.out(parsed.json ? JSON.stringify(json, null, 1) : printable([...lines, ...pictures, last].join('\n')));
    };
    const first = () => once(opening(out, documents));
    if (parsed.watch && terminal.signal && terminal.clock) {
      const again = async () => {
        // A file that was changed may name others.
        const { refusal } = await checkTargets(files, written, options.root);
        if (refusal !== undefined) throw new Error(refusal);
        await once('imported again');
      };
      await watching(parsed, documents, terminal, terminal.clock, terminal.signal, { first, again });
    } else await first();
    return 0;
  } catch (error) {
    terminal.err(`foyer: ${printable(error instanceof Error ? error.message : String(error))}`);
    return 1;
  }
}

/** Draws the pictures of each room. A room without pictures is still a room, so what is missing is a warning. */
async function drawPictures(out: string, documents: readonly string[], terminal: Terminal): Promise<string[]> {
  const { writePictures } = await import('./room-pictures.ts');
  const { builtSite } = await import('./package-root.ts');
  try {
    const lines: string[] = [];
    for (const document of documents) lines.push(...(await writePictures(out, document, builtSite() ?? 'dist/site')));
    return lines;
  } catch (error) {
    terminal.err(`warning: no poster: ${printable((error as Error).message.split('\n')[0])}`);
    return [];
  }
}

/** Imports, and imports again after each change until the signal. An error is told, and the next change tries again. */
async function watching(
  { files, out, options }: Parsed,
  documents: readonly string[],
  terminal: Terminal,
  clock: Clock,
  signal: AbortSignal,
  { first, again }: { readonly first: () => Promise<void>; readonly again: () => Promise<void> },
): Promise<void> {
  const { nextChange } = await import('./watch-files.ts');
  const { servePreview } = await import('./preview-server.ts');
  const { builtSite } = await import('./package-root.ts');
  const left = [out, ...(options.cache ? [options.cache] : [])].map(folder => resolve(folder));
  // Made now, so that making them is no change of a folder that is watched.
  for (const folder of left) await mkdir(folder, { recursive: true }).catch(() => {});
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      terminal.err(`foyer: ${printable(error instanceof Error ? error.message : String(error))}`);
    }
  };
  // Watching begins before the files are read, so that no change is missed.
  const armed = async (): Promise<{ readonly change: Promise<void> }> => {
    const sources = await Promise.all(
      files.map(async file => (await sourceFiles(file, options.root, left)) ?? around(resolve(file), left)),
    );
    return { change: nextChange(sources.flat(), clock, signal, left) };
  };
  let next = await armed();
  await attempt(first);
  const site = builtSite();
  const preview = site === undefined ? undefined : await servePreview(join(out, documents[0]), site);
  terminal.out(preview ? `watching; open ${preview.url}` : 'watching; the site is not built, so no page is served');
  try {
    for (;;) {
      await next.change;
      if (signal.aborted) return;
      next = await armed();
      await attempt(async () => {
        await again();
        preview?.reload();
      });
    }
  } finally {
    await preview?.close();
  }
}

/** Returns a file whose sources are unknown with its folder, so that any change beside it counts. */
const around = (file: string, left: readonly string[]): readonly string[] =>
  left.includes(dirname(file)) ? [file] : [dirname(file), file];

/** Explains how to view the result. */
function opening(out: string, [document]: readonly string[]): string {
  const file = join(out, document);
  return `open it: foyer serve --room ${/\s/.test(file) ? `"${file}"` : file}`;
}

/** Removes control characters: names in a model are untrusted and could control the terminal. */
const printable = (text: string): string => text.replace(CONTROL, '\ufffd');
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for; line ends and tabs stay.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Restores the result of an earlier run with the same files and options, or runs the work. */
async function recallOrDo(
  word: string,
  { files, out, options }: Parsed,
  make: () => ReturnType<Work>,
  terminal: Terminal,
): Promise<Told> {
  const { cache = '', ...what } = options;
  const runs = new RunCache(cache);
  const key = await runs.keyOf(files, [word, what], options.root, out);
  const recalled = key === undefined ? undefined : await runs.recall(key, out);
  if (recalled) return recalled.told as Told;
  const outcome = await make();
  const trouble = key === undefined ? undefined : await runs.remember(key, out, outcome);
  if (trouble !== undefined && !outcome.told.lines.some(line => line.includes(trouble)))
    terminal.err(`warning: ${printable(trouble)}`);
  return outcome.told;
}

async function doAnew({ json, files, out, options, limits }: Parsed, terminal: Terminal, work: Work): ReturnType<Work> {
  const bar =
    terminal.interactive && !json
      ? new SingleBar({ format: '{bar} {percentage}% {what}', hideCursor: true, clearOnComplete: true })
      : undefined;
  const { ModelReaderThread } = await import('../import/reading/model-reader-thread.ts');
  const { readModel } = await import('../import/reading/read-model.ts');
  const apart = terminal.clock && new ModelReaderThread(terminal.clock, limits);
  try {
    bar?.start(1, 0, { what: '' });
    const onProgress: WriteOptions['onProgress'] = ({ done, total, what }) => bar?.update(done / total, { what: basename(what) });
    const bake = options.bake && { ...options.bake, ...(terminal.clock ? { clock: terminal.clock } : {}) };
    const writing = { ...options, ...(bake ? { bake } : {}), ...(bar ? { onProgress } : {}) };
    return await work(files, out, writing, apart?.read ?? readModel);
  } finally {
    bar?.stop();
    await apart?.close();
  }
}

interface Parsed {
  readonly files: readonly string[];
  readonly out: string;
  readonly json: boolean;
  readonly poster: boolean;
  readonly watch: boolean;
  readonly options: WriteOptions & ReadOptions;
  readonly limits: ReadLimits;
}

function parse(args: readonly string[]): Parsed | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        json: { type: 'boolean', default: false },
        strict: { type: 'boolean', default: false },
        root: { type: 'string' },
        'no-ktx2': { type: 'boolean', default: false },
        gzip: { type: 'boolean', default: false },
        cache: { type: 'string', default: '.cache/import' },
        weights: { type: 'string', default: '4' },
        levels: { type: 'string', default: '6' },
        bake: { type: 'boolean', default: false },
        poster: { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        rays: { type: 'string', default: '64' },
        seconds: { type: 'string', default: '60' },
        memory: { type: 'string', default: '800' },
      },
    });
    if (positionals.length === 0) return 'no file named';
    if (values.out === undefined || values.out === '') return '--out DIR is missing';
    if (!/^[1-4]$/.test(values.weights)) return `--weights takes 1 to 4, not "${values.weights}"`;
    if (!/^[0-8]$/.test(values.levels)) return `--levels takes 0 to 8, not "${values.levels}"`;
    const rays = Number(values.rays);
    if (!Number.isInteger(rays) || rays < 8 || rays > 1024) return `--rays takes 8 to 1024, not "${values.rays}"`;
    const limits = { seconds: Number(values.seconds), megabytes: Number(values.memory) };
    if (!(limits.seconds >= 1 && limits.seconds <= 3600)) return `--seconds takes 1 to 3600, not "${values.seconds}"`;
    if (!(limits.megabytes >= 64 && limits.megabytes <= 16384)) return `--memory takes 64 to 16384, not "${values.memory}"`;
    const options = {
      ...(values.bake ? { bake: { rays } } : {}),
      ktx2: !values['no-ktx2'],
      gzip: values.gzip,
      cache: values.cache,
      ...(values.strict ? { strict: true } : {}),
      ...(values.root === undefined ? {} : { root: values.root }),
      maxWeights: Number(values.weights),
      levels: Number(values.levels),
    };
    const { json, poster, watch } = values;
    return { files: positionals, out: values.out, json, poster, watch, options, limits };
  } catch (error) {
    return (error as Error).message;
  }
}

async function importFiles(
  files: readonly string[],
  out: string,
  options: WriteOptions & ReadOptions,
  read: ReadModel,
): ReturnType<Work> {
  const { importModels } = await import('../import/import-models.ts');
  const report = await importModels(files, out, { ...options, read, name: files.length === 1 ? basename(files[0]) : 'import' });
  const before = report.models.reduce((sum, m) => sum + m.bytes, 0);
  const lines = [...modelLines(report), ...roomLines(report.room, before)];
  return { told: { json: report, lines }, documents: [report.room.document] };
}

async function writeRooms(
  files: readonly string[],
  out: string,
  options: WriteOptions & ReadOptions,
  read: ReadModel,
): ReturnType<Work> {
  const { readRoomDescription } = await import('../import/described-room/read-room-description.ts');
  const { encodingCache } = await import('../import/write/cache/encoding-cache.ts');
  const { writeRoom } = await import('../import/write/write-room.ts');
  // Reads all files before writing the first, so that an error in the last one leaves nothing behind.
  const names = files.map(file => basename(file));
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice) throw new Error(`two rooms are called "${twice}": each becomes a file of that name in ${out}`);
  const rooms: ({ file: string } & Awaited<ReturnType<typeof readRoomDescription>>)[] = [];
  const once = memo(read);
  for (const file of files) rooms.push({ file, ...(await readRoomDescription(file, once, options)) });
  if (options.strict) {
    const { refuseWarnings } = await import('../import/report/refuse-warnings.ts');
    refuseWarnings(new Set(rooms.flatMap(r => [...r.models.values()])));
  }
  const troubles: string[] = [];
  const encodings = encodingCache(options.cache, trouble => troubles.push(`warning: ${trouble}`));
  const reports: RoomReport[] = [];
  for (const { file, room } of rooms)
    reports.push(
      await writeRoom(room, out, { ...options, encodings, document: rooms.length === 1 ? 'room.json' : basename(file) }),
    );
  const models = new Set(rooms.flatMap(r => [...r.models.values()]));
  const warnings = [...models].flatMap(m => m.warnings.map(w => `warning: ${m.name}: ${w}`));
  const before = rooms.map(r => [...r.models.values()].reduce((sum, m) => sum + m.bytes, 0));
  const lines = [...warnings, ...troubles, ...reports.flatMap((r, i) => roomLines(r, before[i]))];
  const told = [...models].map(({ name, bytes, warnings }) => ({ name, bytes, warnings }));
  return { told: { json: { rooms: reports, models: told }, lines }, documents: reports.map(r => r.document) };
}

/** Reads each model once for all rooms that share it. */
function memo(read: ReadModel): ReadModel {
  const known = new Map<string, ReturnType<ReadModel>>();
  return (path, options) => {
    const key = [path].flat().join('\n');
    let model = known.get(key);
    if (!model) known.set(key, (model = read(path, options)));
    return model;
  };
}
