import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Encodings that take long, by a key that names all that they depend on. */
export interface EncodingCache {
  /** @param make - called where nothing sound is stored under `key`, at most once at a time. */
  get(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array>;
}

/**
 * A cache in memory, before one in a folder where that is given. The folder can be deleted at any time.
 * @param warn - told once where the folder cannot be written: then nothing is kept for the next run.
 */
export function encodingCache(folder?: string, warn: (message: string) => void = () => {}): EncodingCache {
  let told = false;
  const keep = async (key: string, bytes: Uint8Array): Promise<void> => {
    if (folder === undefined || told) return;
    const trouble = await tryToKeep(folder, key, bytes);
    if (trouble === undefined) return;
    told = true;
    warn(trouble);
  };
  const running = new Map<string, Promise<Uint8Array>>();
  return {
    get(key, make) {
      let bytes = running.get(key);
      if (!bytes) running.set(key, (bytes = folder ? fromFolder(folder, key, make, keep) : make()));
      return bytes;
    },
  };
}

async function fromFolder(
  folder: string,
  key: string,
  make: () => Promise<Uint8Array>,
  keep: (key: string, bytes: Uint8Array) => Promise<void>,
): Promise<Uint8Array> {
  const stored = await readSealed(join(folder, key));
  if (stored) return stored;
  const bytes = await make();
  await keep(key, bytes);
  return bytes;
}

/** As `writeSealed`; @returns what is wrong where it cannot be done: a cache is no reason to fail. */
export async function tryToKeep(folder: string, name: string, bytes: Uint8Array): Promise<string | undefined> {
  try {
    await writeSealed(folder, name, bytes);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return `the cache ${folder} cannot be written (${code ?? message}): nothing is kept for the next run`;
  }
}

const SEAL_BYTES = 32;
const sealOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** @returns what `writeSealed` wrote; undefined where there is nothing, or something else: then it is made anew. */
export async function readSealed(path: string): Promise<Uint8Array | undefined> {
  let file: Buffer;
  try {
    file = await readFile(path);
  } catch {
    return undefined;
  }
  if (file.byteLength < SEAL_BYTES) return undefined;
  const bytes = new Uint8Array(file.buffer, file.byteOffset + SEAL_BYTES, file.byteLength - SEAL_BYTES);
  return sealOf(bytes).equals(file.subarray(0, SEAL_BYTES)) ? bytes : undefined;
}

/** Writes a file of its SHA-256 and `bytes`; the folder is made. */
export async function writeSealed(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Renamed into place, so that a run that is cut short leaves no half file under the name.
  const partial = join(folder, `${name}.${process.pid}`);
  await writeFile(partial, Buffer.concat([sealOf(bytes), bytes]));
  await rename(partial, join(folder, name));
}
