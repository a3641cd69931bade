import { createRequire } from 'node:module';
import type Sharp from 'sharp';

let loaded: typeof Sharp | undefined;

/**
 * Loads sharp when the first picture needs it, because many models have no picture.
 *
 * By `require`: that takes 30 ms of processor time in each thread. `import` takes 70 ms, because sharp needs 45 small files of
 * another package, whose exports Node looks for first.
 */
export const loadSharp = async (): Promise<typeof Sharp> => {
  if (!loaded) {
    loaded = createRequire(import.meta.url)('sharp') as typeof Sharp;
    // It would keep up to 50 MB of what it has decoded. No picture is opened twice.
    loaded.cache(false);
    // Two threads of this process use it, and both cores have work. Each thread more keeps memory.
    loaded.concurrency(1);
  }
  return loaded;
};
