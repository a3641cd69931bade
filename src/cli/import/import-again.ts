/** Imports again what changes: `--watch`. */
import { dirname, join, resolve } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { eitherSignal } from '../../core/either-signal.ts';
import { sourceFiles } from '../../import/inputs/source-files.ts';
import { makeFolder } from '../../node/make-folder.ts';
import type { Terminal } from '../terminal.ts';
import type { ImportArguments } from './import-arguments.ts';
import { tellError } from './tell-error.ts';

type Work = (signal: AbortSignal) => Promise<unknown>;

/**
 * Imports, and imports again after each change until the signal. A change aborts the import that runs. An error is told, and the next
 * change tries again.
 */
export async function watchAndImport(
  { files, out, options }: ImportArguments,
  documents: readonly string[],
  terminal: Terminal,
  clock: Clock,
  signal: AbortSignal,
  { first, again }: { readonly first: Work; readonly again: Work },
): Promise<void> {
  const { nextChange } = await import('./watch-files.ts');
  const { servePreview } = await import('../pictures/preview-server.ts');
  const { builtSite } = await import('../package-root.ts');
  const left = [out, ...(options.cache ? [options.cache] : [])].map(folder => resolve(folder));
  // Made now, so that making them is no change of a folder that is watched.
  for (const folder of left) await makeFolder(folder).catch(() => {});
  const attempt = async (work: Work, change: Promise<void>): Promise<void> => {
    const changed = new AbortController();
    void change.then(() => changed.abort());
    try {
      await work(eitherSignal(signal, changed.signal));
    } catch (error) {
      if (signal.aborted || changed.signal.aborted) return;
      tellError(error, terminal);
    } finally {
      // The signal of the whole command forgets this import.
      changed.abort();
    }
  };
  // Watching begins before the files are read, so that no change is missed.
  const armed = async (): Promise<{ readonly change: Promise<void> }> => {
    const sources = await Promise.all(
      files.map(async file => (await sourceFiles(file, options.root, left)) ?? around(resolve(file), left)),
    );
    return { change: nextChange(sources.flat(), clock, signal, left) };
  };
  let next = await armed();
  await attempt(first, next.change);
  if (signal.aborted) return;
  const site = builtSite();
  const preview = site === undefined ? undefined : await servePreview(join(out, documents[0]), site);
  terminal.out(preview ? `watching; open ${preview.url}` : 'watching; the site is not built, so no page is served');
  try {
    for (;;) {
      await next.change;
      if (signal.aborted) return;
      next = await armed();
      await attempt(async until => {
        await again(until);
        preview?.reload();
      }, next.change);
    }
  } finally {
    await preview?.close();
  }
}

/** Returns a file whose sources are unknown with its folder, so that any change beside it counts. */
const around = (file: string, left: readonly string[]): readonly string[] =>
  left.includes(dirname(file)) ? [file] : [dirname(file), file];
