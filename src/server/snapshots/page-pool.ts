import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { PictureSize, PictureType } from './picture-request.ts';

/** A pool of pages in headless Chromium that draw rooms, each one room at a time. A page that crashes or hangs is replaced. */

export interface RenderRequest extends PictureSize {
  /** URL of a viewer page that opens the room. */
  readonly page: string;
  readonly type: PictureType;
  /** The only origins that the page may request. */
  readonly origins: readonly string[];
}

const RENDER_MS = 90_000;
/** The moment that is drawn, seconds after the room opened. It is fixed, and clips have begun by then. */
const MOMENT = 1;

const flags = [
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--force-color-profile=srgb',
  '--mute-audio',
];

export interface PagePoolOptions {
  readonly pages: number;
  /** Whether rooms of other origins are drawn: for `foyer snapshot`, never in a server. */
  readonly anyOrigin?: boolean;
}

export class PagePool {
  readonly #options: PagePoolOptions;
  #browser: Promise<Browser> | undefined;
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(options: PagePoolOptions) {
    this.#options = options;
  }

  /** @throws Error if there is no Chromium, or the room does not complete within 90 s. */
  async render(request: RenderRequest): Promise<Buffer> {
    if (this.#busy >= this.#options.pages) await new Promise<void>(resolve => this.#waiting.push(resolve));
    else this.#busy++;
    try {
      return await this.#draw(request);
    } finally {
      // The next one in the queue gets the slot.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy--;
    }
  }

  async #draw(request: RenderRequest): Promise<Buffer> {
    const browser = await this.#start();
    const context = await browser.newContext({
      viewport: { width: request.width, height: request.height },
      deviceScaleFactor: 1,
      serviceWorkers: 'block',
    });
    try {
      await allowOnly(context, request.origins);
      return await withTimeout(draw(await context.newPage(), request), RENDER_MS);
    } finally {
      await context.close().catch(() => {});
    }
  }

  #start(): Promise<Browser> {
    this.#browser ??= this.#launch();
    return this.#browser;
  }

  async #launch(): Promise<Browser> {
    try {
      const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
      const browser = await chromium.launch({
        executablePath: findChromium(),
        args: [...flags, ...root, ...(this.#options.anyOrigin ? ['--disable-web-security'] : [])],
      });
      browser.once('disconnected', () => {
        this.#browser = undefined;
      });
      return browser;
    } catch (error) {
      this.#browser = undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await (await this.#browser?.catch(() => undefined))?.close();
  }
}

/** Documents are untrusted, so a page that shows them can reach only the server. */
async function allowOnly(context: BrowserContext, origins: readonly string[]): Promise<void> {
  await context.route('**/*', route => {
    const url = route.request().url();
    const allowed = /^(data|blob):/.test(url) || (URL.canParse(url) && origins.includes(new URL(url).origin));
    return allowed ? route.continue() : route.abort('blockedbyclient');
  });
}

interface Viewer extends HTMLElement {
  readonly state: string;
  /** Why the room cannot be opened: what its event `error` said. */
  failure?: string;
  renderAt(seconds: number): void;
}

async function draw(page: Page, { page: url, width, height, type }: RenderRequest): Promise<Buffer> {
  const crashed = new Promise<never>((_, reject) => page.once('crash', () => reject(new Error('the page crashed'))));
  crashed.catch(() => {});
  const drawn = (async () => {
    await page.addInitScript(() => {
      const note = ({ target, detail }: Event & { detail?: { error?: Error } }) => {
        if (detail?.error) (target as Viewer).failure = detail.error.message;
      };
      // The event does not bubble, but it is captured.
      addEventListener('error', note as EventListener, true);
    });
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    const end = await page.waitForFunction(
      () => {
        const { state, failure } = document.querySelector('room-viewer') as Viewer;
        return (state === 'error' || state === 'complete') && { state, failure };
      },
      undefined,
      { timeout: RENDER_MS, polling: 100 },
    );
    const { state, failure } = (await end.jsonValue()) as Pick<Viewer, 'state' | 'failure'>;
    if (state === 'error') throw new Error(`the room cannot be opened (${failure})`);
    return page.evaluate(
      async ([seconds, w, h, mime]) => {
        const viewer = document.querySelector('room-viewer') as Viewer;
        // The picture is what the renderer drew, without fonts, bars and buttons.
        viewer.renderAt(seconds);
        const drawn = viewer.shadowRoot?.querySelector('canvas') as HTMLCanvasElement;
        const sized = Object.assign(document.createElement('canvas'), { width: w, height: h });
        sized.getContext('2d')?.drawImage(drawn, 0, 0, w, h);
        return sized.toDataURL(mime, 0.85);
      },
      [MOMENT, width, height, type] as const,
    );
  })();
  const address = await Promise.race([drawn, crashed]);
  return Buffer.from(address.slice(address.indexOf(',') + 1), 'base64');
}

function withTimeout<Value>(promise: Promise<Value>, ms: number): Promise<Value> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the picture was not ready after ${ms / 1000} s`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** Finds Chromium: `CHROMIUM_PATH`, Playwright's own, or the system's. @throws Error if there is none. */
function findChromium(): string {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = [chromium.executablePath(), ...folders.flatMap(folder => names.map(name => join(folder, name)))].find(each =>
    existsSync(each),
  );
  if (found === undefined) throw new Error('no Chromium is installed (set CHROMIUM_PATH)');
  return found;
}
