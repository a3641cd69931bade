/** Unpacks `.zip` archives of models. */
import { isUtf8 } from 'node:buffer';
import { createWriteStream, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';
import { FormatError, quote } from '../../core/errors.ts';
import { systemTrouble } from '../../node/system-trouble.ts';
import { mistakenFile } from '../file/mistaken-file.ts';
import { readLimited } from '../file/sandboxed-files.ts';
import { isLooseCal3d, isModel } from '../reading/read-model.ts';
import type { Warn } from '../report/warnings.ts';
import { mendedArchive } from './archive-directory.ts';
import { filesBelow, MAX_FILES } from './files-below.ts';

/** Maximum bytes that an archive and those inside it unpack to. */
const MAX_UNPACKED = 512 * 1024 * 1024;
/** Maximum bytes of one name in a path, and of a path in an archive: macOS opens paths of 1,023 bytes, Linux of 4,095. */
const MAX_NAME = 255;
const MAX_PATH = 900;

/** What was unpacked of an archive and of those inside it. */
interface Budget {
  bytes: number;
  files: number;
}

/** What unpacking reports, and what ends it. */
export interface Unpacking {
  /** Receives what is left out. */
  readonly warn: Warn;
  /** Receives a model that cannot be unpacked, as the user would name it. */
  readonly refuse: (file: string, error: FormatError) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Unpacks an archive into an empty folder. Where it has no model itself, it unpacks the archives in it too: portals put what an
 * artist uploaded, often a `.zip`, beside its textures. Each becomes a folder of the same name.
 *
 * It leaves out what it cannot unpack, and names that lead out of the folder, with a warning. It refuses a model that it cannot unpack.
 *
 * @throws FormatError for what is no archive or unpacks to too much.
 */
export async function unpackArchive(archive: string, folder: string, unpacking: Unpacking): Promise<void> {
  const { warn } = unpacking;
  const budget = { bytes: 0, files: 0 };
  await unpack(await readLimited(archive, { url: archive }), archive, folder, budget, unpacking);
  const shown = (path: string): string => join(archive, relative(folder, path));
  const files = await filesBelow(folder, shown);
  const archives = files.filter(isArchive);
  if (archives.length === 0 || files.some(isModelFile)) return;
  const failures: FormatError[] = [];
  for (const inner of archives) {
    try {
      const bytes = await readLimited(inner, { url: shown(inner) });
      await rm(inner);
      await unpack(bytes, shown(inner), inner, budget, unpacking);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      failures.push(error);
      await rm(inner, { recursive: true, force: true });
    }
  }
  // Without any model, what refused the archive counts.
  if (failures.length > 0 && !(await filesBelow(folder, shown)).some(isModelFile)) throw failures[0];
  for (const { reason, url } of failures) warn(`archive ${relative(archive, url)} is left out: ${reason}`);
}

export const isArchive = (path: string): boolean => /\.zip$/i.test(path);
const isModelFile = (path: string): boolean => isModel(path) || isLooseCal3d(path);

/** @param archive - its name in messages. */
async function unpack(
  bytes: Uint8Array,
  archive: string,
  folder: string,
  budget: Budget,
  { warn, refuse, signal }: Unpacking,
): Promise<void> {
  const fail = (reason: string, value?: unknown, cause?: unknown): never => {
    throw new FormatError(reason, { url: archive, at: 'file', value, cause });
  };
  const { zip, entries } = await listed(bytes).catch((cause: Error) =>
    fail(mistaken(bytes) ?? `the archive cannot be opened (${cause.message})`, undefined, cause),
  );
  const targets = new Map<string, Entry>();
  for (const entry of entries) {
    const name = nameOf(entry);
    if (name.endsWith('/')) continue;
    const target = targetOf(folder, name);
    const why = troubleOf(entry, name);
    if (target === undefined) warn(`${quote(name)} in the archive is left out: its name leads out of it`);
    else if (why === undefined) targets.set(target, entry);
    else leaveOut(name, why);
  }
  // Some archivers write a folder as an empty file.
  const folders = new Set([...targets.keys()].flatMap(target => foldersAbove(target, folder)));
  let { bytes: unpacked, files } = budget;
  for (const [target, { uncompressedSize }] of targets) {
    if (folders.has(target)) {
      targets.delete(target);
      if (uncompressedSize > 0) leaveOut(relative(folder, target), 'there is a folder of that name');
      continue;
    }
    unpacked += uncompressedSize;
    files++;
    if (unpacked > MAX_UNPACKED) fail(`unpacks to more than ${MAX_UNPACKED} bytes`, unpacked);
    if (files > MAX_FILES) fail(`has more than ${MAX_FILES} files`, files);
  }
  // What is unpacked from here on counts, also where the archive turns out to be broken. One that is refused for its size does not.
  Object.assign(budget, { bytes: unpacked, files });
  const made = new Set<string>();
  for (const [target, entry] of targets) {
    signal?.throwIfAborted();
    const checksum = await unpacking(archive, async () => {
      const above = dirname(target);
      if (!made.has(above)) await mkdir(above, { recursive: true });
      made.add(above);
      return writeContent(zip, entry, target, signal).catch(async (cause: Error) => {
        signal?.throwIfAborted();
        if (systemTrouble(cause, 'write') !== undefined) throw cause;
        await rm(target, { force: true });
        return leaveOut(relative(folder, target), `it cannot be unpacked (${cause.message})`);
      });
    });
    if (checksum !== undefined && checksum !== entry.crc32)
      warn(`${relative(folder, target)} has a wrong checksum: it may be damaged`);
  }

  function leaveOut(name: string, why: string): undefined {
    if (isModelFile(name))
      refuse(join(archive, name), new FormatError(`${name} cannot be read: ${why}`, { url: archive, at: 'file' }));
    else warn(`${quote(name)} in the archive is left out: ${why}`);
  }
}

const mistaken = (bytes: Uint8Array): string | undefined => (bytes[0] === 0x50 ? undefined : mistakenFile(bytes));

async function listed(bytes: Uint8Array): Promise<{ zip: ZipFile; entries: Entry[] }> {
  const zip = await fromBufferPromise(mendedArchive(bytes), { lazyEntries: true, decodeStrings: false, autoClose: false });
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    entries.push(entry);
    if (entries.length > 2 * MAX_FILES) throw new Error(`more than ${2 * MAX_FILES} entries`);
  }
  return { zip, entries };
}

/** Maximum bytes of an entry that is written as one piece. As streams, 9,990 files took 1.4 s more of processor time. */
const SMALL = 65_536;

/** Writes an entry's content. A large one is written piece by piece: as one piece, 480 MB took 1.5 GB. @returns its CRC-32. */
async function writeContent(zip: ZipFile, entry: Entry, target: string, signal: AbortSignal | undefined): Promise<number> {
  if (entry.uncompressedSize <= SMALL) {
    const content = await buffer(await zip.openReadStreamPromise(entry));
    writeFileSync(target, content);
    return crc32(content);
  }
  let checksum = 0;
  const counted = async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      checksum = crc32(piece, checksum);
      yield piece;
    }
  };
  await pipeline(await zip.openReadStreamPromise(entry), counted, createWriteStream(target), { signal });
  return checksum;
}

/** Returns an entry's name. One that is not marked as UTF-8 may be so all the same; else it counts as CP437. */
function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  const flags = isUtf8(fileNameRaw) ? generalPurposeBitFlag | 0x800 : generalPurposeBitFlag;
  return getFileNameLowLevel(flags, fileNameRaw, extraFields, true).replaceAll('\\', '/');
}

/** Returns an entry's target path; undefined for names that lead out. A name from the root counts as one from the archive's. */
function targetOf(folder: string, name: string): string | undefined {
  const path = resolve(folder, name.replace(/^\/+/, ''));
  return path.startsWith(folder + sep) && !name.includes('\0') ? path : undefined;
}

function troubleOf(entry: Entry, name: string): string | undefined {
  if (Buffer.byteLength(name) > MAX_PATH || name.split('/').some(part => Buffer.byteLength(part) > MAX_NAME))
    return 'its name is too long';
  // The upper half holds the mode of a Unix file.
  if (((entry.externalFileAttributes >>> 28) & 15) === 10) return 'it is a link';
  return entry.isEncrypted() ? 'it has a password: unpack the archive yourself' : undefined;
}

function foldersAbove(path: string, root: string): string[] {
  const above: string[] = [];
  for (let at = dirname(path); at.length > root.length; at = dirname(at)) above.push(at);
  return above;
}

/** @throws Error that names the folder, where the archive cannot be unpacked there. */
export async function unpacking<T>(archive: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const trouble = systemTrouble(cause, 'write');
    if (trouble === undefined) throw cause;
    throw new Error(`${archive} cannot be unpacked to ${tmpdir()}: ${trouble} (TMPDIR names another folder)`, { cause });
  }
}
