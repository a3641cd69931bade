import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startWorker } from '../../../src/assets/threads/start-worker.ts';

interface Started {
  readonly url: string;
  readonly options: WorkerOptions | undefined;
}

const started: Started[] = [];
const scripts: Blob[] = [];

beforeEach(() => {
  started.length = scripts.length = 0;
  vi.stubGlobal('location', { href: 'https://page.example/room/', origin: 'https://page.example' });
  vi.stubGlobal('origin', 'https://page.example');
  vi.stubGlobal(
    'Worker',
    class {
      constructor(url: string | URL, options?: WorkerOptions) {
        const { origin, protocol, href } = new URL(url, 'https://page.example/room/');
        if (origin !== globalThis.origin && protocol !== 'blob:') throw new DOMException('another origin', 'SecurityError');
        started.push({ url: href, options });
      }
    },
  );
  vi.spyOn(URL, 'createObjectURL').mockImplementation(blob => {
    scripts.push(blob as Blob);
    return 'blob:https://page.example/1';
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('starts a script of its own origin as it is', () => {
  startWorker(() => new Worker('worker.js', { type: 'module' }));
  expect(started).toEqual([{ url: 'https://page.example/room/worker.js', options: { type: 'module' } }]);
});

it('imports a module of another origin', async () => {
  startWorker(() => new Worker(new URL('https://cdn.example/worker.js'), { type: 'module', name: 'any' }));
  expect(started).toEqual([{ url: 'blob:https://page.example/1', options: { type: 'module', name: 'foyer-decoder' } }]);
  expect(await scripts[0].text()).toBe('import "https://cdn.example/worker.js";');
});

it('imports the script in a sandboxed frame, whose origin is none', async () => {
  vi.stubGlobal('origin', 'null');
  startWorker(() => new Worker('worker.js', { type: 'module' }));
  expect(await scripts[0].text()).toBe('import "https://page.example/room/worker.js";');
});

it('takes a script of another origin that a bundler made no module as what it is', async () => {
  // webpack writes `type: undefined`. Next.js assigns an undeclared name in the script, which a module may not.
  startWorker(() => new Worker(new URL('https://cdn.example/worker.js'), { name: 'any' }));
  expect(started[0].options).toEqual({ type: 'classic', name: 'foyer-decoder' });
  expect(await scripts[0].text()).toBe('importScripts("https://cdn.example/worker.js");');
});

it('says why no worker starts', () => {
  expect(() =>
    startWorker(() => {
      throw new TypeError('workers are forbidden');
    }),
  ).toThrow('workers are forbidden');
});
