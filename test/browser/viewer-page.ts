import type { Browser, BrowserContextOptions, Page } from 'playwright';
import type { RoomViewer } from '../../src/viewer/element/room-viewer.ts';
import type { ViewerMetrics } from '../../src/viewer/metrics/viewer-metrics.ts';

/** What the page's init script keeps: every event of the viewer, and GPU objects that were made and not deleted. */
interface Recorded {
  readonly events: {
    readonly type: string;
    readonly url?: string;
    readonly toward?: string;
    readonly fraction?: number;
    readonly message?: string;
  }[];
  readonly gpu: Record<GpuKind, number>;
  /** Sources of the programs that are there. */
  readonly programs: Map<unknown, string>;
}

type GpuKind = 'Buffer' | 'Texture' | 'Program' | 'Shader' | 'Framebuffer' | 'Renderbuffer' | 'VertexArray';

declare global {
  interface Window {
    recorded: Recorded;
  }
}

/** Runs in the page before all else. */
function record(): void {
  const gpu = { Buffer: 0, Texture: 0, Program: 0, Shader: 0, Framebuffer: 0, Renderbuffer: 0, VertexArray: 0 };
  const recorded: Recorded = { events: [], gpu, programs: new Map() };
  window.recorded = recorded;
  for (const type of ['progress', 'interactive', 'complete', 'error', 'resource-error']) {
    document.addEventListener(
      type,
      event => {
        const detail = (event as CustomEvent).detail ?? {};
        recorded.events.push({
          type,
          url: detail.url,
          toward: detail.toward,
          fraction: detail.fraction,
          message: detail.error?.message,
        });
      },
      true,
    );
  }
  type Methods = Record<string, (...args: unknown[]) => unknown>;
  const count = (methods: Methods, kind: GpuKind, suffix = '') => {
    const create = methods[`create${kind}${suffix}`];
    const remove = methods[`delete${kind}${suffix}`];
    methods[`create${kind}${suffix}`] = function (...args) {
      gpu[kind]++;
      return create.apply(this, args);
    };
    methods[`delete${kind}${suffix}`] = function (...args) {
      if (args[0]) gpu[kind]--;
      return remove.apply(this, args);
    };
  };
  const gl = WebGLRenderingContext.prototype as unknown as Methods;
  for (const kind of Object.keys(gpu) as GpuKind[]) if (kind !== 'VertexArray') count(gl, kind);
  const { getExtension, attachShader, deleteProgram } = gl;
  const { programs } = recorded;
  gl.attachShader = function (program, shader) {
    programs.set(program, `${programs.get(program) ?? ''}${gl.getShaderSource.call(this, shader)}`);
    return attachShader.call(this, program, shader);
  };
  gl.deleteProgram = function (program) {
    programs.delete(program);
    return deleteProgram.call(this, program);
  };
  const counted = new Set<unknown>();
  gl.getExtension = function (name) {
    const extension = getExtension.call(this, name);
    if (name === 'OES_vertex_array_object' && extension && !counted.has(extension)) {
      counted.add(extension);
      count(extension as Methods, 'VertexArray', 'OES');
    }
    return extension;
  };
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
    // The site's page counts as loaded before its code has arrived (src/early.ts).
    await page.waitForFunction(() => !document.querySelector('room-viewer:not(:defined)'));
    return viewer;
  }

  /** Waits until the viewer is in a state. The error says what the viewer was doing instead. */
  async reach(state: string, timeout = 60_000): Promise<void> {
    const reached = this.page.waitForFunction(
      wanted => document.querySelector<RoomViewer>('room-viewer')?.state === wanted,
      state,
      { timeout },
    );
    await reached.catch(async cause => {
      const found = await this.ask(v => ({ state: v.state, metrics: v.metrics, hidden: document.hidden }));
      throw new Error(`no '${state}': ${JSON.stringify({ ...found, problems: this.problems })}`, { cause });
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

  /** Objects on the GPU, of all kinds. */
  gpuObjects(): Promise<number> {
    return this.page.evaluate(() => Object.values(window.recorded.gpu).reduce((sum, count) => sum + count));
  }

  /** The same by kind; programs by how many there are more than different ones. */
  gpuCounts(): Promise<Recorded['gpu']> {
    return this.page.evaluate(() => {
      const { gpu, programs } = window.recorded;
      return { ...gpu, Program: gpu.Program - new Set(programs.values()).size };
    });
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
