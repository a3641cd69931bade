/** A folder and those above it, made where they are missing. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes `folder` and the folders above it. It may be there already.
 *
 * Node's `mkdirSync(folder, { recursive: true })` never returns where a file system refuses new folders with ENOENT, as /proc does
 * (Node 20: it makes the folder above again and again). So each folder is made by itself.
 *
 * @throws NodeJS.ErrnoException where a folder cannot be made, or a file has its name
 */
export function makeFolder(folder: string): void {
  const path = resolve(folder);
  if (isFolder(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it since.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isFolder(path)) throw error;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
