/** One visit of one contestant: from the navigation of a fresh browser to `interactive`. */

import { trustFlag } from '../stream/link/certificate.ts';
import type { LinkProfile } from '../stream/link/link.ts';
import { type ServedFile, startShapedServer } from '../stream/link/shaped-server.ts';
import { UnwatchedContext, type UnwatchedPage } from '../stream/unwatched.ts';
import { countGlCalls, type GlCounts } from './gl-counts.ts';
import { launchMeasured, pause } from './measured-browser.ts';
import { type ProcessorTime, processorTime, spent } from './processor-time.ts';

export interface StartOptions {
  readonly files: ReadonlyMap<string, ServedFile>;
  readonly protocol: 'h1' | 'h2';
  /** Undefined: as fast as the machine is. */
  readonly link?: LinkProfile;
  /** Before the measured visit, another one fills the cache. */
  readonly warm: boolean;
  /** Times that the processor of the page is slowed down; 1: not at all. */
  readonly throttle: number;
  /** WebGL's calls are counted, which costs some time. */
  readonly counts: boolean;
}

export interface Started {
  /** Milliseconds from the navigation, by the page's clock. */
  readonly interactiveMs: number;
  readonly completeMs: number;
  /** Seconds until `interactive`, by process. */
  readonly processor: ProcessorTime;
  readonly gl: GlCounts | undefined;
  readonly requests: number;
}

/** Milliseconds until a new browser's own pages have started. */
const SETTLED_MS = 1500;
const LOOK_MS = 20;
const PATIENCE_MS = 120_000;

/** Runs in the page before its scripts. The events of `<room-viewer>` are noted when they occur. */
function noteArrivals(): void {
  const arrivals: Record<string, number> = {};
  Object.assign(window, { arrivals });
  for (const name of ['interactive', 'complete'])
    document.addEventListener(
      name,
      () => {
        arrivals[name] ??= performance.now();
      },
      true,
    );
}

export async function visit({ files, protocol, link, warm, throttle, counts }: StartOptions): Promise<Started> {
  const { browser, root } = await launchMeasured([trustFlag()]);
  const server = await startShapedServer({ protocol, files, ...(link ? { link } : {}) });
  try {
    const context = await UnwatchedContext.open(browser);
    if (warm) {
      const first = await context.open('about:blank');
      await go(first, `${server.origin}/`, 1, false);
      await arrival(first, 'complete');
      // The cache is written after the room is complete.
      await pause(SETTLED_MS);
      await first.close();
    }
    const page = await context.open('about:blank');
    await pause(SETTLED_MS);
    const asked = server.requests.length;
    const idle = processorTime(root);
    await go(page, `${server.origin}/`, throttle, counts);
    const interactiveMs = await arrival(page, 'interactive');
    const processor = spent(idle, processorTime(root));
    const gl = counts ? await page.evaluate(() => (window as unknown as { glCounts: GlCounts }).glCounts, undefined) : undefined;
    const requests = server.requests.length - asked;
    const completeMs = await arrival(page, 'complete');
    return { interactiveMs, completeMs, processor, gl, requests };
  } finally {
    await browser.close();
    await server.close();
  }
}

async function go(page: UnwatchedPage, url: string, throttle: number, counts: boolean): Promise<void> {
  await page.send('Page.enable');
  // The bundler that runs this file names inner functions by `__name`, which the page lacks.
  const source = `globalThis.__name = f => f;(${noteArrivals})();${counts ? `(${countGlCalls})();` : ''}`;
  await page.send('Page.addScriptToEvaluateOnNewDocument', { source });
  if (throttle > 1) await page.send('Emulation.setCPUThrottlingRate', { rate: throttle });
  await page.send('Page.navigate', { url });
}

/** Waits for an event, and returns when it occurred, ms from the navigation. */
async function arrival(page: UnwatchedPage, name: string): Promise<number> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
    const at = await page.evaluate(
      event => (window as unknown as { arrivals?: Record<string, number> }).arrivals?.[event] ?? null,
      name,
    );
    if (at !== null) return at;
    await pause(LOOK_MS);
  }
  throw new Error(`the page was not ${name} after ${PATIENCE_MS} ms`);
}
