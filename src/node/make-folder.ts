/** Creates a folder with its parents. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates `folder` and its parents where they are missing. Node's own `recursive` never ends where a parent exists but may not hold
 * folders and the system answers ENOENT, as below /proc (Node 20).
 *
 * @throws the system's error.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await make(folder);
  } catch (error) {
    const parent = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder) throw error;
    // A parent that somebody else creates in the meantime is there already: no reason to give up.
    await makeFolder(parent);
    await make(folder);
  }
}

/** Creates one folder, unless it is there. */
async function make(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const info = await stat(folder).catch(() => undefined);
    if (!info?.isDirectory()) throw error;
  }
}
