import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { build, type Rollup } from 'vite';

const ARGUMENTS = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--disable-background-networking',
  '--enable-precise-memory-info',
  '--js-flags=--expose-gc',
];

/** Bundles a module of this folder so that its exports stand at `window.foyer`. */
export async function bundle(entry: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'foyer' } },
  });
  const outputs = (Array.isArray(result) ? result : [result]) as Rollup.RollupOutput[];
  return outputs[0].output[0].code;
}

export interface Harness {
  readonly browser: Browser;
  /** A fresh page with the bundle in it; page errors make `errors` grow. */
  open(): Promise<{ page: Page; errors: string[] }>;
  close(): Promise<void>;
}

/** A browser, and a small server for one page with the bundle. */
export async function startHarness(entry = join(import.meta.dirname, 'page.ts')): Promise<Harness> {
  const code = await bundle(entry);
  const server: Server = createServer((request, response) => {
    const script = request.url === '/page.js';
    response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' });
    response.end(
      script ? code : '<!doctype html><link rel="icon" href="data:,"><body style="margin:0"><script src="/page.js"></script>',
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  return {
    browser,
    async open() {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', error => errors.push(String(error)));
      page.on('console', message => {
        if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
      });
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      return { page, errors };
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
