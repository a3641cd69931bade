import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Response } from 'playwright';
import { serveFiles } from '../browser/file-server.ts';
import type { App } from './apps.ts';

/** What became of an app in a browser. */
export interface Tried {
  /** The room was complete. */
  readonly opens: boolean;
  readonly worker: boolean;
  /** Warnings and errors of the build and of the console. */
  readonly problems: readonly string[];
  /** Bytes of JavaScript, gzipped, that were loaded before the room was interactive; three and the framework count. */
  readonly bytes: number;
}

/**
 * Builds an app in a new folder and opens it under a base path.
 * @param modules - a node_modules with the packages, Foyer's too.
 */
export async function tryApp(app: App, modules: string, rooms: string, browser: Browser): Promise<Tried> {
  const folder = mkdtempSync(join(dirname(modules), 'app-'));
  let server: { readonly url: string; close(): Promise<void> | void } | undefined;
  try {
    symlinkSync(modules, join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    for (const [path, text] of Object.entries(app.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const said = app.build.map(command => run(command, folder)).join('');
    server = app.serve
      ? await startServer(app.serve, folder, rooms)
      : await serveFiles({ '/app/': join(folder, app.out), '/rooms-test/': rooms });
    const tried = await openPage(browser, `${server.url}app${app.serve ? '' : '/'}`);
    return { ...tried, problems: [...warningsIn(said), ...tried.problems] };
  } finally {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function run([command, ...args]: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

const warningsIn = (text: string): string[] =>
  text.split('\n').filter(line => /\bwarn(ing)?\b/i.test(line) && !/lockfile|workspace root/i.test(line));

/** A framework's own server, and the rooms beside it on one origin. */
async function startServer([command, ...args]: readonly string[], cwd: string, rooms: string) {
  const port = await freePort();
  const own: ChildProcess = spawn(command, [...args, String(port)], { cwd, stdio: 'ignore' });
  const files = await serveFiles({ '/rooms-test/': rooms });
  const server = createServer((incoming, outgoing) => {
    const target = incoming.url?.startsWith('/rooms-test/') ? files.url : `http://127.0.0.1:${port}/`;
    const forward = request(
      new URL(incoming.url ?? '/', target),
      { method: incoming.method, headers: incoming.headers },
      answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(forward);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  for (let tries = 0; tries < 100; tries++) {
    const { status } = await fetch(`${url}app`).catch(() => ({ status: 502 }));
    if (status < 500) break;
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  return {
    url,
    async close() {
      own.kill();
      server.closeAllConnections();
      server.close();
      await files.close();
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise(resolve => probe.close(resolve));
  return port;
}

async function openPage(browser: Browser, url: string): Promise<Tried> {
  const page = await browser.newPage({ viewport: { width: 640, height: 400 } });
  const problems: string[] = [];
  const responses: Response[] = [];
  page.on('console', message => {
    // A software driver tells of every picture that is read back.
    if (['error', 'warning'].includes(message.type()) && !/GPU stall|GL Driver/.test(message.text()))
      problems.push(message.text());
  });
  page.on('pageerror', error => problems.push(String(error)));
  page.on('response', response => responses.push(response));
  await page.goto(url);
  const opens = await page
    .waitForFunction(
      () => document.title === 'complete' || document.querySelector('room-viewer')?.state === 'complete',
      undefined,
      { timeout: 60_000 },
    )
    .then(
      () => true,
      () => false,
    );
  const worker = page.workers().length > 0;
  const interactive = await page.evaluate(
    () => performance.getEntriesByName('foyer:interactive')[0]?.startTime ?? performance.now(),
  );
  const origin = await page.evaluate(() => performance.timeOrigin);
  const code = responses.filter(r => /\.js(\?|$)/.test(r.url()) && r.request().timing().startTime - origin < interactive);
  const sizes = await Promise.all(code.map(async r => gzipSync(await r.body().catch(() => Buffer.alloc(0))).length));
  await page.close();
  return { opens, worker, problems, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** Puts a built package where Node looks for it. */
export function place(packageFolder: string, modules: string, name: string): void {
  rmSync(join(modules, name), { recursive: true, force: true });
  cpSync(packageFolder, join(modules, name), { recursive: true });
}
