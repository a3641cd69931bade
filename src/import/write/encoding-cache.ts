import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Encodings that take long, by a key that names all that they depend on. */
export interface EncodingCache {
  /** @param make - called where nothing is stored under `key`, at most once at a time. */
  get(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array>;
}

/** A cache in memory, before one in a folder where that is given. The folder can be deleted at any time. */
export function encodingCache(folder?: string): EncodingCache {
  const running = new Map<string, Promise<Uint8Array>>();
  return {
    get(key, make) {
      let bytes = running.get(key);
      if (!bytes) running.set(key, (bytes = folder ? fromFolder(folder, key, make) : make()));
      return bytes;
    },
  };
}

async function fromFolder(folder: string, key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const path = join(folder, key);
  try {
    return new Uint8Array(await readFile(path));
  } catch {
    // Not there, or not readable: made anew.
  }
  const bytes = await make();
  await mkdir(folder, { recursive: true });
  // Renamed into place, so that a run that is cut short leaves no half file under the name.
  await writeFile(`${path}.${process.pid}`, bytes);
  await rename(`${path}.${process.pid}`, path);
  return bytes;
}
