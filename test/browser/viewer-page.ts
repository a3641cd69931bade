import type { Browser, BrowserContextOptions, Page } from 'playwright';
import type { RoomViewer } from '../../src/viewer/room-viewer.ts';
import type { ViewerMetrics } from '../../src/viewer/viewer-metrics.ts';

/** What the page's init script keeps: every event of the viewer, and GPU objects that were made and not deleted. */
interface Recorded {
  readonly events: { readonly type: string; readonly url?: string; readonly fraction?: number; readonly message?: string }[];
  readonly gpu: { alive: number };
}

declare global {
  interface Window {
    recorded: Recorded;
  }
}

/** Runs in the page before all else. */
function record(): void {
  const recorded: Recorded = { events: [], gpu: { alive: 0 } };
  window.recorded = recorded;
  for (const type of ['progress', 'interactive', 'complete', 'error', 'resource-error']) {
    document.addEventListener(
      type,
      event => {
        const detail = (event as CustomEvent).detail ?? {};
        recorded.events.push({ type, url: detail.url, fraction: detail.fraction, message: detail.error?.message });
      },
      true,
    );
  }
  const gl = WebGLRenderingContext.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const kind of ['Buffer', 'Texture', 'Program', 'Shader', 'Framebuffer', 'Renderbuffer']) {
    const create = gl[`create${kind}`];
    const remove = gl[`delete${kind}`];
    gl[`create${kind}`] = function (...args) {
      recorded.gpu.alive++;
      return create.apply(this, args);
    };
    gl[`delete${kind}`] = function (...args) {
      if (args[0]) recorded.gpu.alive--;
      return remove.apply(this, args);
    };
  }
}

/** The viewer's page in a browser, and what a test wants of it. */
export class ViewerPage {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions nobody caught. */
  readonly problems: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') this.problems.push(message.text());
    });
    page.on('pageerror', error => this.problems.push(String(error)));
  }

  static async open(
    browser: Browser,
    url: string,
    options: BrowserContextOptions & { before?: (page: Page) => Promise<unknown> } = {},
  ) {
    const { before, ...context } = options;
    const page = await browser.newPage({ viewport: { width: 640, height: 400 }, ...context });
    // Functions of test files are compiled with a helper that names them, which pages do not have.
    await page.addInitScript('globalThis.__name = f => f');
    await page.addInitScript(record);
    const viewer = new ViewerPage(page);
    await before?.(page);
    await page.goto(url);
    return viewer;
  }

  /** Waits until the viewer is in a state. */
  async reach(state: string, timeout = 60_000): Promise<void> {
    await this.page.waitForFunction(wanted => document.querySelector<RoomViewer>('room-viewer')?.state === wanted, state, {
      timeout,
    });
  }

  /** Something asked of the element, in the page. */
  ask<T>(question: (viewer: RoomViewer) => T): Promise<T> {
    return this.page.evaluate(`(${question})(document.querySelector('room-viewer'))`) as Promise<T>;
  }

  metrics(): Promise<ViewerMetrics> {
    return this.ask(viewer => viewer.metrics);
  }

  events(): Promise<Recorded['events']> {
    return this.page.evaluate(() => window.recorded.events);
  }

  gpuObjects(): Promise<number> {
    return this.page.evaluate(() => window.recorded.gpu.alive);
  }

  /** Text of the veil. */
  text(): Promise<string> {
    return this.ask(viewer => viewer.shadowRoot?.querySelector<HTMLElement>('.veil')?.textContent ?? '');
  }

  /** The picture of one moment, as PNG bytes: read in the task that drew it, so nothing else comes between. */
  async picture(
    seconds: number,
    view?: { readonly position: readonly [number, number, number]; readonly target: readonly [number, number, number] },
  ): Promise<Buffer> {
    const url = await this.page.evaluate(
      ({ at, from }) => {
        const viewer = document.querySelector('room-viewer') as RoomViewer;
        if (from) viewer.lookFrom(from, { jump: true });
        viewer.renderAt(at);
        return viewer.shadowRoot?.querySelector('canvas')?.toDataURL('image/png') ?? '';
      },
      { at: seconds, from: view },
    );
    return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
