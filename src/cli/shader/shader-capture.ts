/** Captures the shaders that a page uses. */
import { existsSync } from 'node:fs';
import type { GivenShader } from './shader-report.ts';

/** The shaders of one program of a page. */
interface CapturedProgram {
  readonly vertex: string;
  readonly fragment: string;
}

export interface CaptureOptions {
  /** Seconds that the page runs after it has loaded. */
  readonly seconds: number;
}

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Opens a page in headless Chromium and collects the shaders of every WebGL program that it links. Programs in workers are not
 * captured.
 *
 * @throws Error where Playwright or Chromium is missing, or where the page cannot be opened
 */
export async function captureShaders(url: string, { seconds }: CaptureOptions): Promise<GivenShader[]> {
  const { chromium } = await import('playwright-core').catch(cause => {
    throw new Error('--from-page needs Playwright: npm install --no-save playwright-core', { cause });
  });
  const executablePath = process.env.CHROMIUM_PATH ?? BROWSERS.find(path => existsSync(path));
  const root = process.getuid?.() === 0;
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', ...(root ? ['--no-sandbox'] : [])],
  });
  try {
    const programs = new Map<string, CapturedProgram>();
    const context = await browser.newContext();
    await context.exposeBinding('foyerProgram', (_, program: CapturedProgram) => {
      programs.set(JSON.stringify(program), program);
    });
    await context.addInitScript(reportPrograms);
    const page = await context.newPage();
    await page.goto(url, { waitUntil: 'load' });
    await page.waitForTimeout(seconds * 1000);
    return [...programs.values()].flatMap(({ vertex, fragment }, i): GivenShader[] => {
      const name = /^[ \t]*#[ \t]*define[ \t]+SHADER_NAME[ \t]+(\w+)/m.exec(fragment)?.[1] ?? `program${i + 1}`;
      return [
        { file: `${name}.vert`, stage: 'vertex', source: vertex },
        { file: `${name}.frag`, stage: 'fragment', source: fragment },
      ];
    });
  } finally {
    await browser.close();
  }
}

/** Runs in the page before its own scripts: reports the sources of each program that is linked. */
function reportPrograms(): void {
  const report = (globalThis as unknown as { foyerProgram(program: CapturedProgram): void }).foyerProgram;
  for (const kind of [globalThis.WebGLRenderingContext, globalThis.WebGL2RenderingContext]) {
    if (!kind) continue;
    const link = kind.prototype.linkProgram;
    kind.prototype.linkProgram = function (this: WebGLRenderingContext, program: WebGLProgram) {
      const sources = { vertex: '', fragment: '' };
      for (const shader of this.getAttachedShaders(program) ?? []) {
        const vertex = this.getShaderParameter(shader, this.SHADER_TYPE) === this.VERTEX_SHADER;
        sources[vertex ? 'vertex' : 'fragment'] = this.getShaderSource(shader) ?? '';
      }
      report(sources);
      link.call(this, program);
    };
  }
}
