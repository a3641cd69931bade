/** Builds one small app and opens it in a browser: under a base path, and with its files at another origin. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Response } from 'playwright';
import { serveFiles } from '../browser/file-server.ts';
import type { App } from './apps.ts';
import { startFramework } from './framework-server.ts';

/** What became of an app in a browser. */
export interface Opened {
  /** The room was complete. */
  readonly opens: boolean;
  readonly worker: boolean;
  /** Warnings and errors of the build, the server and the console. */
  readonly problems: readonly string[];
  /** Bytes of JavaScript, gzipped, that were loaded before the room was interactive; three and the framework count. */
  readonly bytes: number;
}

export interface Tried extends Opened {
  /** The same with the app's files at another origin; undefined where the app has no such way. */
  readonly elsewhere: Opened | undefined;
}

/**
 * Builds an app in a new folder and opens it under a base path.
 * @param modules - a node_modules with the packages, Foyer's too.
 */
export async function tryApp(app: App, modules: string, rooms: string, browser: Browser): Promise<Tried> {
  const folder = mkdtempSync(join(dirname(modules), 'app-'));
  try {
    symlinkSync(modules, join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    for (const [path, text] of Object.entries(app.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await (app.serve ? tryServed(app, app.serve, folder, rooms, browser) : tryFiles(app, folder, rooms, browser));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tryFiles(app: App, folder: string, rooms: string, browser: Browser): Promise<Tried> {
  const said = app.build.map(command => run(command, folder)).join('');
  const out = join(folder, app.out);
  const page = join(folder, 'page-elsewhere');
  mkdirSync(page);
  const server = await serveFiles({ '/app/': out, '/page/': page, '/rooms-test/': rooms });
  const cdn = await serveFiles({ '/app/': out }, { 'access-control-allow-origin': '*' });
  try {
    const html = readFileSync(join(out, 'index.html'), 'utf8');
    writeFileSync(join(page, 'index.html'), fromOrigin(html, `${cdn.url}app/`));
    const opened = await openPage(app, browser, `${server.url}app/`);
    const elsewhere = await openPage(app, browser, `${server.url}page/`);
    return { ...opened, problems: [...warningsIn(said), ...opened.problems], elsewhere };
  } finally {
    await server.close();
    await cdn.close();
  }
}

/** A page whose scripts and style sheets come from `base`. */
function fromOrigin(html: string, base: string): string {
  return html
    .replace(/(<(?:script|link)\b[^>]*?\b(?:src|href)=)"?(?!data:|https?:)(?:\.?\/)?([^\s">]+)"?/g, `$1"${base}$2"`)
    .replace(/(:\s*")\.\//g, `$1${base}`);
}

async function tryServed(app: App, serve: readonly string[], folder: string, rooms: string, browser: Browser): Promise<Tried> {
  const once = async (elsewhere: boolean): Promise<Opened> => {
    let said = '';
    const server = await startFramework({ command: serve, cwd: folder }, rooms, cdn => {
      const env = environment({
        ...(elsewhere && { CDN: `${cdn}app` }),
        ...(app.build.length === 0 && { NODE_ENV: 'development' }),
      });
      said = app.build.map(command => run(command, folder, env)).join('');
      return env;
    });
    try {
      const opened = await openPage(app, browser, `${server.url}app`);
      return { ...opened, problems: [...warningsIn(said + server.said()), ...opened.problems] };
    } finally {
      await server.close();
    }
  };
  const opened = await once(false);
  return { ...opened, elsewhere: app.build.length > 0 ? await once(true) : undefined };
}

const environment = (more: Readonly<Record<string, string>>): NodeJS.ProcessEnv =>
  ({ ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production', ...more }) as NodeJS.ProcessEnv;

function run([command, ...args]: readonly string[], cwd: string, env = environment({})): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe', env });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** Lines that warn. Next.js warns of two lock files where an app lies in a folder of another package: that is the test's doing. */
const warningsIn = (text: string): string[] =>
  text.split('\n').filter(line => /\bwarn(ing)?\b|⚠/i.test(line) && !/lockfile|workspace root/i.test(line));

async function openPage(app: App, browser: Browser, url: string): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 640, height: 400 } });
  const problems: string[] = [];
  const responses: Response[] = [];
  page.on('console', message => {
    // A software driver tells of every picture that is read back.
    const isOthers = /GPU stall|GL Driver/.test(message.text()) || app.others?.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isOthers)
      problems.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', error => problems.push(String(error)));
  page.on('response', response => responses.push(response));
  await page.goto(url);
  const opens = await page
    .waitForFunction(
      () => document.title === 'complete' || document.querySelector('room-viewer')?.state === 'complete',
      undefined,
      { timeout: 90_000 },
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
