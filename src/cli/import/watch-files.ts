/** Watches the files of an import. */
import { existsSync, type FSWatcher, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { isLeftOut } from '../../import/inputs/source-files.ts';

/** Milliseconds without a change after which an export counts as complete. Exporters write several files one after another. */
const QUIET = 150;

/**
 * Resolves when one of the files was changed and then nothing for 150 ms, or when `signal` is aborted.
 *
 * It watches folders, not files, because many programs save by renaming a new file over the old one. Where a folder is not there,
 * it watches for it in the nearest one above.
 *
 * @param files - absolute paths of files and folders. Any change in a listed folder counts.
 * @param left - absolute paths of folders whose changes do not count: those that the import writes.
 */
export function nextChange(
  files: readonly string[],
  clock: Clock,
  signal: AbortSignal,
  left: readonly string[] = [],
): Promise<void> {
  const named = new Map<string, Set<string>>();
  for (const file of files) {
    let [folder, name] = [dirname(file), basename(file)];
    while (!existsSync(folder) && dirname(folder) !== folder) [folder, name] = [dirname(folder), basename(folder)];
    named.set(folder, (named.get(folder) ?? new Set()).add(name));
  }
  const whole = files.filter(file => files.some(other => dirname(other) === file));
  return new Promise(resolve => {
    const watchers: FSWatcher[] = [];
    let stop: (() => void) | undefined;
    const end = (): void => {
      stop?.();
      for (const watcher of watchers) watcher.close();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const changed = (): void => {
      stop?.();
      stop = clock.after(QUIET, end);
    };
    const add = (folder: string, counts: (name: string | null) => boolean): void => {
      try {
        const watcher = watch(folder, (_, name) => {
          if (counts(name) && !(name !== null && isLeftOut(join(folder, name), left))) changed();
        });
        // A folder that is deleted counts as a change: the next import says what is missing.
        watchers.push(watcher.on('error', changed));
      } catch {
        // A folder that cannot be watched is left out; the others still are.
      }
    };
    for (const [folder, names] of named) add(folder, name => name === null || names.has(name));
    for (const folder of whole) add(folder, () => true);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
