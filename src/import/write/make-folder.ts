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
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isFolder = (path: string) =>
      stat(path).then(
        info => info.isDirectory(),
        () => false,
      );
    if (code === 'EEXIST' && (await isFolder(folder))) return;
    const parent = dirname(folder);
    if (code !== 'ENOENT' || parent === folder || (await isFolder(parent))) throw error;
    await makeFolder(parent);
    // Another process may have created it in the meantime.
    await mkdir(folder).catch(async cause => {
      if (!(await isFolder(folder))) throw cause;
    });
  }
}
