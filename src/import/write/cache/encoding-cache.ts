/** Caches slow encodings in memory and in a folder. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../../node/make-folder.ts';
import { causeInWords } from '../../../node/system-trouble.ts';

/** Stores slow encodings by a key that names everything they depend on. */
export interface EncodingCache {
  /**
   * Returns a stored encoding or creates it. @param make - called where no valid entry exists under `key`, at most once at a
   * time.
   */
  get(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array>;
}

/** Encodings of so many bytes are not kept in memory once they are in the folder. */
const RELEASED = 500_000;

/**
 * Creates a cache in memory, backed by a folder if one is given. The folder is safe to delete at any time.
 * @param warn - called once where the folder cannot be written; nothing is then kept for the next run.
 */
export function encodingCache(folder?: string, warn: (message: string) => void = () => {}): EncodingCache {
  let told = false;
  const keep = async (key: string, bytes: Uint8Array): Promise<void> => {
    if (folder === undefined || told) return;
    const trouble = await tryToKeep(folder, key, bytes);
    if (trouble === undefined) {
      if (bytes.byteLength >= RELEASED) {
        (await names)?.add(key);
        running.delete(key);
      }
      return;
    }
    // Several may have tried at a time.
    if (told) return;
    told = true;
    warn(trouble);
  };
  const running = new Map<string, Promise<Uint8Array>>();
  // Looked at once: 57 models miss 500 entries of a new cache.
  let names: Promise<Set<string>> | undefined;
  const read = async (folder: string, key: string): Promise<Uint8Array | undefined> => {
    names ??= readdir(folder).then(
      found => new Set(found),
      () => new Set(),
    );
    return (await names).has(key) ? readSealed(join(folder, key)) : undefined;
  };
  return {
    get(key, make) {
      let bytes = running.get(key);
      if (!bytes) running.set(key, (bytes = folder ? fromFolder(() => read(folder, key), key, make, keep) : make()));
      return bytes;
    },
  };
}

async function fromFolder(
  read: () => Promise<Uint8Array | undefined>,
  key: string,
  make: () => Promise<Uint8Array>,
  keep: (key: string, bytes: Uint8Array) => Promise<void>,
): Promise<Uint8Array> {
  const stored = await read();
  if (stored) return stored;
  const bytes = await make();
  await keep(key, bytes);
  return bytes;
}

/** Works like `writeSealed`, but returns the problem in place of throwing: a cache must not fail an import. */
export async function tryToKeep(folder: string, name: string, ...chunks: Uint8Array[]): Promise<string | undefined> {
  try {
    await writeSealed(folder, name, ...chunks);
    return undefined;
  } catch (error) {
    const trouble = causeInWords(error, 'write');
    return `the cache ${folder} cannot be written (${trouble}): nothing is kept for the next run`;
  }
}

const SEAL_BYTES = 32;
function sealOf(chunks: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest();
}

/** Reads a file of `writeSealed`. @returns undefined for a missing or invalid file, which the caller then creates again. */
export async function readSealed(path: string): Promise<Uint8Array | undefined> {
  let file: Buffer;
  try {
    file = await readFile(path);
  } catch {
    return undefined;
  }
  if (file.byteLength < SEAL_BYTES) return undefined;
  const bytes = new Uint8Array(file.buffer, file.byteOffset + SEAL_BYTES, file.byteLength - SEAL_BYTES);
  return sealOf([bytes]).equals(file.subarray(0, SEAL_BYTES)) ? bytes : undefined;
}

/** Writes a file that holds the SHA-256 of the chunks' bytes, and these; creates the folder. */
export async function writeSealed(folder: string, name: string, ...chunks: Uint8Array[]): Promise<void> {
  // Renamed into place, so that an interrupted run leaves no partial file under the name.
  const partial = join(folder, `${name}.${process.pid}`);
  const sealed = [sealOf(chunks), ...chunks];
  try {
    await writeFile(partial, sealed).catch(async error => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await makeFolder(folder);
      await writeFile(partial, sealed);
    });
    await rename(partial, join(folder, name));
  } catch (error) {
    // A full disk keeps the first part of a file.
    await rm(partial, { force: true }).catch(() => {});
    throw error;
  }
}
