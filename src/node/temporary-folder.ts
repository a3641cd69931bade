/** Deletes temporary folders where the process is interrupted. */
import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { END_SIGNALS } from './end-signals.ts';

/** Folders that exist. Signals are listened to only while there are some. */
const folders = new Set<string>();

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Creates an empty folder in the system's folder for temporary files. It is deleted where the process is interrupted. */
export async function temporaryFolder(prefix: string): Promise<TemporaryFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), prefix)));
  const keep = deleteAtInterrupt(path);
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true });
      keep();
    },
  };
}

/**
 * Deletes a folder when a signal ends the process. Where other code listens to that signal, it decides whether the process ends, and
 * the folder stays until then.
 *
 * @returns a function that keeps the folder; it may be called twice.
 */
export function deleteAtInterrupt(path: string): () => void {
  if (folders.size === 0) listen(true);
  folders.add(path);
  return () => {
    if (folders.delete(path) && folders.size === 0) listen(false);
  };
}

function listen(on: boolean): void {
  for (const signal of END_SIGNALS) process[on ? 'on' : 'off'](signal, interrupted);
  process[on ? 'on' : 'off']('exit', removeAll);
}

function interrupted(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  listen(false);
  // Without a listener, the signal ends the process as it would have done.
  process.kill(process.pid, signal);
}

function removeAll(): void {
  for (const path of folders) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // The process ends, so this error is not reported.
    }
  }
  folders.clear();
}
