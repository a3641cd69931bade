/** Starts a thread of the importer. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { optimizeAsUsual } from './optimize-later.ts';

/**
 * Starts a thread that does not keep the process alive.
 *
 * @param beside - `import.meta.url` of the caller.
 * @param name - of the thread's file, relative to the caller and without its ending. A build has all files in one folder.
 */
export function startThread(beside: string, name: string, options: WorkerOptions = {}): Worker {
  optimizeAsUsual();
  // In the repository, tsx compiles the thread's TypeScript.
  const isSource = beside.endsWith('.ts');
  const file = new URL(`${name}.${isSource ? 'ts' : 'cjs'}`, beside);
  if (!existsSync(fileURLToPath(file))) throw new Error(`the file of a thread is missing: ${file}`);
  const tsx = (): string => pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href.replace(/\.cjs$/, '.mjs');
  const worker = isSource
    ? new Worker(`import('${tsx()}').then(tsx => (tsx.register(), import('${file}')))`, { ...options, eval: true })
    : new Worker(file, options);
  worker.unref();
  return worker;
}
