import type { WorkerLike } from './worker-pool.ts';

/**
 * Starts the decoder's worker. Where its script lies at another origin, whose scripts no page may start as workers, a script of the page's
 * origin imports it: that origin must allow it (CORS), and a content security policy must allow `worker-src blob:`.
 */
export function startWorker(): WorkerLike {
  try {
    return construct();
  } catch (error) {
    const script = scriptOf(construct);
    if (script === undefined || new URL(script, location.href).origin === location.origin) throw error;
    const text = `import ${JSON.stringify(new URL(script, location.href).href)};`;
    const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    return new Worker(url, { type: 'module', name: 'foyer-decoder' });
  }
}

// Written as every bundler knows it: nothing may stand between the two constructors.
function construct(): Worker {
  return new Worker(new URL('./decode-worker.ts', import.meta.url), { type: 'module', name: 'foyer-decoder' });
}

/**
 * The URL that `start` gives to `Worker`. Only the bundler knows where it put the script, and it writes that into the call: so the call is
 * made once with a constructor that takes a note.
 */
function scriptOf(start: () => unknown): string | undefined {
  const real = globalThis.Worker;
  let script: string | undefined;
  try {
    globalThis.Worker = class {
      constructor(url: string | URL) {
        script = String(url);
      }
    } as unknown as typeof Worker;
    start();
  } finally {
    globalThis.Worker = real;
  }
  return script;
}
