import { resolve } from 'node:path';
import { build } from 'vite';
import type { ServedFile } from './link/shaped-server.ts';

const html =
  '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/page.js"></script><body>';

/** The bench's page: path -> file, its workers and what it imports late included. */
export async function bundlePage(): Promise<Map<string, ServedFile>> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: {
        input: { page: resolve(import.meta.dirname, 'page/page.ts') },
        output: { entryFileNames: '[name].js' },
      },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!('output' in output)) throw new Error('vite did not build the page');
  const files = new Map<string, ServedFile>([['/', { body: new TextEncoder().encode(html), type: 'text/html' }]]);
  for (const part of output.output) {
    const body = part.type === 'chunk' ? part.code : part.source;
    files.set(`/${part.fileName}`, { body: Buffer.from(body), type: typeOf(part.fileName), kept: true });
  }
  return files;
}

function typeOf(name: string): string {
  if (name.endsWith('.js')) return 'text/javascript';
  return name.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';
}
