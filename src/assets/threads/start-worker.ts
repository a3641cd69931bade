import type { WorkerLike } from './worker-pool.ts';

/**
 * Starts the decoder's worker. Where its script lies at another origin, whose scripts no page may start as workers, a script of the page's
 * origin imports it: that origin must allow it (CORS), and a content security policy must allow `worker-src blob:`. A sandboxed frame has an
 * origin of its own, which its address does not tell.
 */
export function startWorker(start: () => Worker = construct): WorkerLike {
  try {
    return start();
  } catch (error) {
    const noted = noteCall(start);
    if (noted === undefined || noted.url.origin === globalThis.origin) throw error;
    // The bundler has the last word on what its script is: Next.js assigns an undeclared name in it, which a module may not.
    const { url, isModule } = noted;
    const text = `${isModule ? 'import ' : 'importScripts('}${JSON.stringify(url.href)}${isModule ? '' : ')'};`;
    const own = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    return new Worker(own, { type: isModule ? 'module' : 'classic', name: 'foyer-decoder' });
  }
}

// Written as every bundler knows it: nothing may stand between the two constructors.
function construct(): Worker {
  return new Worker(new URL('./decode-worker.ts', import.meta.url), { type: 'module', name: 'foyer-decoder' });
}

/**
 * What `start` gives to `Worker`. Only the bundler knows where it put the script and whether that is a module, and it writes both into the
 * call: so the call is made once with a constructor that takes a note.
 */
function noteCall(start: () => unknown): { readonly url: URL; readonly isModule: boolean } | undefined {
  const real = globalThis.Worker;
  let noted: { readonly url: URL; readonly isModule: boolean } | undefined;
  try {
    globalThis.Worker = class {
      constructor(url: string | URL, options?: WorkerOptions) {
        noted = { url: new URL(url, location.href), isModule: options?.type === 'module' };
      }
    } as unknown as typeof Worker;
    start();
  } finally {
    globalThis.Worker = real;
  }
  return noted;
}
