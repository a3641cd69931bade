/** The commands `foyer import` and `foyer room`. */
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import type { Clock } from '../core/clock.ts';
import type { ImportReport } from '../import/import-models.ts';
import { checkTargets } from '../import/inputs/check-targets.ts';
import type { ReadLimits } from '../import/reading/model-reader-thread.ts';
import type { ReadModel } from '../import/reading/read-model.ts';
import type { ReadOptions } from '../import/reading/read-options.ts';
import type { RoomReport, WriteOptions } from '../import/report/room-report.ts';
import { RunCache } from '../import/write/cache/run-cache.ts';

// The modules that read and encode models load on demand. They take a second to load, and a remembered run needs none of them.

export const IMPORT_USAGE = `foyer import FILE… --out DIR    models become a room: glTF (.glb .gltf .vrm), Cal3D (.cfg, or its loose files), folders and .zip of them
foyer room ROOM.json… --out DIR a room that you wrote (docs/import.md); several share one store of resources
  --json         the report as JSON
  --strict       every warning is an error
  --root DIR     the folder of a pack: its models may name files anywhere below it
  --no-ktx2      WebP only: much faster, more GPU memory
  --cache DIR    encodings kept between runs; .cache/import where not given
  --weights N    at most N weights a vertex, 1 to 4
  --levels N     levels of detail beside the finest, 0 to 4
  --bake         light, shadow and ambient occlusion into the vertex colours of the furniture
  --rays N       rays a vertex for --bake, 8 to 1024; 64 where not given
  --seconds N    a model may take so long to read, 1 to 3600; 60 where not given
  --memory N     MiB that reading a model may take, 64 to 16384; 800 where not given`;

export interface Terminal {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Whether the terminal can show a progress bar. */
  readonly interactive: boolean;
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
    const { refusal, notes } = await checkTargets(files, out, documents, options.root);
    if (refusal !== undefined) {
      terminal.err(`foyer: ${printable(refusal)}`);
      return 2;
    }
    for (const note of notes) terminal.err(printable(note));
    const { json, lines } = await recallOrDo(word, parsed, () => doAnew(parsed, terminal, work), terminal);
    terminal.out(parsed.json ? JSON.stringify(json, null, 1) : printable([...lines, opening(out, documents)].join('\n')));
    return 0;
  } catch (error) {
    terminal.err(`foyer: ${printable(error instanceof Error ? error.message : String(error))}`);
    return 1;
  }
}

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
  const key = await runs.keyOf(files, [word, what], options.root);
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
        cache: { type: 'string', default: '.cache/import' },
        weights: { type: 'string', default: '4' },
        levels: { type: 'string', default: '3' },
        bake: { type: 'boolean', default: false },
        rays: { type: 'string', default: '64' },
        seconds: { type: 'string', default: '60' },
        memory: { type: 'string', default: '800' },
      },
    });
    if (positionals.length === 0) return 'no file named';
    if (values.out === undefined || values.out === '') return '--out DIR is missing';
    if (!/^[1-4]$/.test(values.weights)) return `--weights takes 1 to 4, not "${values.weights}"`;
    if (!/^[0-4]$/.test(values.levels)) return `--levels takes 0 to 4, not "${values.levels}"`;
    const rays = Number(values.rays);
    if (!Number.isInteger(rays) || rays < 8 || rays > 1024) return `--rays takes 8 to 1024, not "${values.rays}"`;
    const limits = { seconds: Number(values.seconds), megabytes: Number(values.memory) };
    if (!(limits.seconds >= 1 && limits.seconds <= 3600)) return `--seconds takes 1 to 3600, not "${values.seconds}"`;
    if (!(limits.megabytes >= 64 && limits.megabytes <= 16384)) return `--memory takes 64 to 16384, not "${values.memory}"`;
    const options = {
      ...(values.bake ? { bake: { rays } } : {}),
      ktx2: !values['no-ktx2'],
      cache: values.cache,
      ...(values.strict ? { strict: true } : {}),
      ...(values.root === undefined ? {} : { root: values.root }),
      maxWeights: Number(values.weights),
      levels: Number(values.levels),
    };
    return { files: positionals, out: values.out, json: values.json, options, limits };
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

const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

function modelLines({ models, room }: ImportReport): string[] {
  const rows = models.map(m => {
    const product = room.products.find(p => p.name === m.name);
    return [
      m.name,
      m.kind,
      kB(m.bytes),
      product ? kB(product.bytes) : '',
      product?.triangles,
      product?.levels,
      product?.joints,
      product?.maxWeights,
      m.clips,
    ].map(x => String(x ?? ''));
  });
  const warnings = models.flatMap(m => m.warnings.map(w => `warning: ${m.name}: ${w}`));
  return [
    ...table([['model', 'kind', 'before', 'after', 'triangles', 'levels', 'joints', 'weights', 'clips'], ...rows]),
    '',
    ...warnings,
  ];
}

function roomLines(room: RoomReport, before: number): string[] {
  const total = Object.values(room.bytes).reduce((sum, b) => sum + b, 0);
  const kinds = Object.entries(room.bytes).map(([kind, bytes]) => `${kind} ${kB(bytes)}`);
  return [
    ...lightLines(room),
    `${room.document}: ${kB(before)} became ${kB(total)} in ${room.resources} resources (${kinds.join(', ')})`,
    ...room.warnings.map(w => `warning: ${w}`),
  ];
}

function lightLines({ bake }: RoomReport): string[] {
  if (!bake) return [];
  const time = bake.seconds === undefined ? '' : ` in ${bake.seconds.toFixed(1)} s`;
  return [`light: ${bake.rays} rays for ${bake.vertices} vertices${time}`];
}

function table(rows: readonly string[][]): string[] {
  const widths = rows[0].map((_, c) => Math.max(...rows.map(r => r[c].length)));
  return rows.map(r =>
    r
      .map((cell, c) => (c < 2 ? cell.padEnd(widths[c]) : cell.padStart(widths[c])))
      .join('  ')
      .trimEnd(),
  ); // prettier-ignore
}
