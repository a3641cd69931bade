/** Allows one import at a time to write into a folder. */
import { open, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isRunning } from '../../node/is-running.ts';
import { makeFolder } from '../../node/make-folder.ts';

const NAME = '.foyer-lock';
/** Milliseconds between two tries, and the number of tries. Moving files into place takes seconds at most. */
const BETWEEN = 100;
const TRIES = 600;

/** The last waiting turn for each folder in this process. */
const turns = new Map<string, Promise<unknown>>();

/**
 * Runs `work` while no other work, in this process or another, runs on the folder. It creates the folder. It takes over a lock
 * whose process has ended.
 *
 * @param signal - ends the wait, not the work.
 * @throws Error where another process holds the folder for a minute.
 */
export async function withFolder<T>(folder: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const path = resolve(folder);
  const before = turns.get(path) ?? Promise.resolve();
  const mine = before.catch(() => {}).then(() => locked(path, work, signal));
  turns.set(path, mine);
  try {
    return await mine;
  } finally {
    if (turns.get(path) === mine) turns.delete(path);
  }
}

async function locked<T>(folder: string, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  signal?.throwIfAborted();
  await makeFolder(folder);
  const file = join(folder, NAME);
  for (let attempt = 0; !(await take(file)); attempt++) {
    if (attempt >= TRIES) throw new Error(`another import holds ${folder}: delete ${file} where none runs`);
    await wait(BETWEEN);
    signal?.throwIfAborted();
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    const lock = await open(file, 'wx');
    await lock.writeFile(String(process.pid));
    await lock.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = Number(await readFile(file, 'utf8').catch(() => ''));
  if (owner > 0 && !isRunning(owner)) await rm(file, { force: true });
  return false;
}
