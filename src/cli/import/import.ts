/** The commands `foyer import` and `foyer room`. */
import { basename, join } from 'node:path';
import type { SingleBar } from 'cli-progress';
import { checkTargets } from '../../import/inputs/check-targets.ts';
import { RunCache } from '../../import/write/cache/run-cache.ts';
import type { WriteOptions } from '../../import/write/write-options.ts';
import { INTERRUPTED } from '../../node/interruption.ts';
import { pictureNames } from '../pictures/room-pictures.ts';
import { oneLine } from '../printable.ts';
import { shellWord } from '../shell-word.ts';
import type { Terminal } from '../terminal.ts';
import { watchAndImport } from './import-again.ts';
import { type ImportArguments, parseImportArguments } from './import-arguments.ts';
import { importFiles } from './import-files.ts';
import { type ImportThreads, startThreads } from './import-threads.ts';
import { tellError } from './tell-error.ts';
import type { LeftOutModels, Told, Work } from './work.ts';
import { writeRooms } from './write-rooms.ts';

// The modules that read and encode models load on demand. They take a second to load, and a remembered run needs none of them.

export const IMPORT_USAGE = `foyer import FILE… --out DIR    models become a room: glTF (.glb .gltf .vrm), Cal3D (.cfg, or its loose files), folders and .zip of them
foyer room ROOM.json… --out DIR a room that you wrote (docs/import.md); several share one store of resources
  --json         the report as JSON
  --strict       every warning is an error, and no model may be left out
  --root DIR     the folder of a pack: its models may name files anywhere below it
  --no-ktx2      WebP only: much faster, more GPU memory
  --gzip         meshes and clips as gzip files (.glbz), about 40 % smaller; other programs must unpack them
  --bundles      small files also together in files of 64 or 128 KiB (.bundle), so that a static room opens with fewer requests
  --cache DIR    encodings kept between runs; .cache/import where not given
  --weights N    at most N weights a vertex, 1 to 4
  --levels N     levels of detail beside the finest, 0 to 8; 7
  --bake         light, shadow and ambient occlusion into the vertex colours of the furniture
  --rays N       rays a vertex for --bake, 8 to 1024; 64 where not given
  --poster       poster.webp (1200x630) and preview.webp (400x210) beside the room (needs Chromium and the built site)
  --watch        imports again what changes, serves the room and reloads its open page, until Ctrl-C
  --seconds N    a model may take so long to read, 1 to 3600; 60 where not given
  --memory N     MiB that reading a model may take, 64 to 16384; 800 where not given`;

/**
 * Runs `foyer import …`. Errors go to `terminal.err`. @returns the exit code: 0 done, 1 a model is left out or nothing is written,
 * 2 wrong arguments, 130 interrupted.
 */
export const importCommand = (args: readonly string[], terminal: Terminal): Promise<number> =>
  run('import', args, terminal, importFiles);

/** Runs `foyer room …`; exit codes as above. */
export const roomCommand = (args: readonly string[], terminal: Terminal): Promise<number> =>
  run('room', args, terminal, writeRooms);

async function run(word: string, args: readonly string[], terminal: Terminal, work: Work): Promise<number> {
  const parsed = parseImportArguments(args);
  if (typeof parsed === 'string') {
    terminal.err(`foyer: ${parsed} ("foyer help" lists the options)`);
    return 2;
  }
  // The first run uses these threads, which start at once. With --watch, each later run starts its own.
  let early: Promise<ImportThreads> | undefined = startThreads(terminal, parsed.limits);
  early.catch(() => {});
  const threads = (): Promise<ImportThreads> => {
    const started = early ?? startThreads(terminal, parsed.limits);
    early = undefined;
    return started;
  };
  try {
    const { files, out, options } = parsed;
    const documents = word === 'room' && files.length > 1 ? files.map(file => basename(file)) : ['room.json'];
    const pictures = parsed.poster ? documents.map(pictureNames) : [];
    const written = { out, documents, pictures, ...(options.cache ? { cache: options.cache } : {}) };
    const { refusal, notes } = await checkTargets(files, written, options.root);
    if (refusal !== undefined) {
      terminal.err(`foyer: ${oneLine(refusal)}`);
      return 2;
    }
    for (const note of notes) terminal.err(oneLine(note));
    const tell = (message: string): void => terminal.err(`foyer: ${oneLine(message)}`);
    const once = async (last: string, signal = terminal.signal): Promise<number> => {
      const until = { ...terminal, ...(signal ? { signal } : {}) };
      let used: ImportThreads | undefined;
      const make = async () => doAnew(parsed, until, work, (used = await threads()));
      const result = recallOrDo(word, parsed, make, until);
      // The threads end while the run is kept for the next one.
      const { told, leftOut } = await result.finally(() => used?.close());
      const pictures = parsed.poster ? await drawPictures(out, documents, until) : [];
      leftOut?.messages.forEach(tell);
      const { json, lines } = told;
      terminal.out(parsed.json ? JSON.stringify(json, null, 1) : [...lines, ...pictures, last].map(oneLine).join('\n'));
      if (!leftOut) return 0;
      tell(leftOut.summary);
      return 1;
    };
    const first = (signal: AbortSignal) => once(opening(out, documents), signal);
    if (parsed.watch && terminal.signal && terminal.clock) {
      const again = async (signal: AbortSignal) => {
        // A file that was changed may name others.
        const { refusal } = await checkTargets(files, written, options.root);
        if (refusal !== undefined) throw new Error(refusal);
        await once('imported again', signal);
      };
      await watchAndImport(parsed, documents, terminal, terminal.clock, terminal.signal, { first, again });
      return 0;
    }
    return await once(opening(out, documents));
  } catch (error) {
    if (terminal.signal?.aborted) return INTERRUPTED;
    tellError(error, terminal);
    return 1;
  } finally {
    await early?.then(
      unused => unused.close(),
      () => {},
    );
  }
}

/** Draws the pictures of each room. A room without pictures is still a room, so what is missing is a warning. */
async function drawPictures(out: string, documents: readonly string[], terminal: Terminal): Promise<string[]> {
  const { writePictures } = await import('../pictures/room-pictures.ts');
  const { builtSite } = await import('../package-root.ts');
  try {
    const lines: string[] = [];
    for (const document of documents) {
      terminal.signal?.throwIfAborted();
      lines.push(...(await writePictures(out, document, builtSite() ?? 'dist/site', terminal.signal)));
    }
    return lines;
  } catch (error) {
    terminal.signal?.throwIfAborted();
    terminal.err(`warning: no poster: ${oneLine((error as Error).message.split('\n')[0])}`);
    return [];
  }
}

/** Explains how to view the result. */
function opening(out: string, [document]: readonly string[]): string {
  const file = join(out, document);
  // In a clone there is no command `foyer`, but `npm run foyer`.
  const command = process.env.npm_lifecycle_event === 'foyer' ? 'npm run foyer -- serve' : 'foyer serve';
  // A data folder that has rooms keeps them.
  return `open it: ${command} --memory --room ${shellWord(file)}`;
}

/** Restores the result of an earlier run with the same files and options, or runs the work. */
async function recallOrDo(
  word: string,
  { files, out, options }: ImportArguments,
  make: () => ReturnType<Work>,
  terminal: Terminal,
): Promise<{ readonly told: Told; readonly leftOut?: LeftOutModels }> {
  const { cache = '', ...what } = options;
  const runs = new RunCache(cache);
  const key = await runs.keyOf(files, [word, what], options.root, out);
  terminal.signal?.throwIfAborted();
  const recalled = key === undefined ? undefined : await runs.recall(key, out, terminal.signal);
  if (recalled) return { told: recalled.told as Told };
  const outcome = await make();
  // The next run reports the same models again, or finds them mended.
  if (outcome.leftOut) return outcome;
  const trouble = key === undefined ? undefined : await runs.remember(key, out, outcome);
  if (trouble !== undefined && !outcome.told.lines.some(line => line.includes(trouble)))
    terminal.err(`warning: ${oneLine(trouble)}`);
  return outcome;
}

async function doAnew(
  { json, files, out, options }: ImportArguments,
  terminal: Terminal,
  work: Work,
  threads: ImportThreads,
): ReturnType<Work> {
  let bar: SingleBar | undefined;
  try {
    if (terminal.interactive && !json) {
      const { SingleBar } = await import('cli-progress');
      bar = new SingleBar({ format: '{bar} {percentage}% {what}', hideCursor: true, clearOnComplete: true });
    }
    bar?.start(1, 0, { what: '' });
    const onProgress: WriteOptions['onProgress'] = ({ done, total, what }) => bar?.update(done / total, { what: basename(what) });
    const bake = options.bake && { ...options.bake, ...(terminal.clock ? { clock: terminal.clock } : {}) };
    const writing = {
      ...options,
      ...(bake ? { bake } : {}),
      ...(bar ? { onProgress } : {}),
      ...(terminal.signal ? { signal: terminal.signal } : {}),
      threads: threads.writers,
    };
    return await work(
      files,
      out,
      writing,
      threads.reader?.read ?? (await import('../../import/reading/read-model.ts')).readModel,
    );
  } finally {
    bar?.stop();
    threads.close().catch(() => {});
  }
}
