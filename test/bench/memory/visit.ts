/** One visit of one contestant until its room has all its quality: what it holds, and what it shows. */

import { PNG, type PNGWithMetadata } from 'pngjs';
import { launchMeasured, pause } from '../start/measured-browser.ts';
import { type ServedFile, startShapedServer } from '../stream/link/shaped-server.ts';
import { UnwatchedContext, type UnwatchedPage } from '../stream/unwatched.ts';
import { countGlMemory, type GlMemory } from './gl-memory.ts';
import { type ProcessMemory, processMemory } from './process-memory.ts';

export interface MemoryOptions {
  readonly files: ReadonlyMap<string, ServedFile>;
  /** The page's query, such as `?memory=64`. */
  readonly query: string;
  /** Pixels of the window. */
  readonly width: number;
  readonly height: number;
}

/** Bytes. */
export interface Held {
  readonly gl: GlMemory;
  /** JavaScript's heap and array buffers when the room is complete and the garbage is collected. */
  readonly heap: number;
  readonly arrayBuffers: number;
  /** Of the renderer and GPU processes; the most of samples each 100 ms, and at the end. */
  readonly peak: ProcessMemory;
  readonly steady: ProcessMemory;
  /** What the viewer itself counts; undefined for others. */
  readonly counted: { readonly gpu: number; readonly cpu: number; readonly limit: number; readonly heldBack: number } | undefined;
  readonly picture: PNGWithMetadata | undefined;
}

const SAMPLE_MS = 100;
const PATIENCE_MS = 180_000;
/** Until what is freed after `complete` is freed. */
const SETTLED_MS = 3000;

/** Runs in the page before its scripts. */
function noteComplete(): void {
  document.addEventListener('complete', () => Object.assign(window, { isComplete: true }), true);
}

export async function measureMemory({ files, query, width, height }: MemoryOptions): Promise<Held> {
  const { browser, root } = await launchMeasured();
  const server = await startShapedServer({ protocol: 'h2', files });
  try {
    const context = await UnwatchedContext.open(browser);
    const page = await context.open('about:blank', { width, height });
    await page.send('Page.enable');
    // People stand still, so pictures of two visits compare.
    const still = [{ name: 'prefers-reduced-motion', value: 'reduce' }];
    await page.send('Emulation.setEmulatedMedia', { features: still });
    const source = `globalThis.__name = f => f;(${noteComplete})();(${countGlMemory})();`;
    await page.send('Page.addScriptToEvaluateOnNewDocument', { source });
    await page.send('Page.navigate', { url: `${server.origin}/${query}` });
    const peak: Record<string, number> = {};
    for (let waited = 0; !(await isComplete(page)); waited += SAMPLE_MS) {
      if (waited > PATIENCE_MS) throw new Error(`the page was not complete after ${PATIENCE_MS} ms`);
      for (const [name, bytes] of Object.entries(processMemory(root))) peak[name] = Math.max(peak[name] ?? 0, bytes);
      await pause(SAMPLE_MS);
    }
    await pause(SETTLED_MS);
    const picture = await page.evaluate(takePicture, { width, height });
    await page.send('HeapProfiler.collectGarbage');
    const { result: usage } = (await page.send('Runtime.getHeapUsage')) as unknown as {
      result: { usedSize: number; backingStorageSize: number };
    };
    const gl = await page.evaluate(() => (window as unknown as { glMemory: GlMemory }).glMemory, undefined);
    const counted = await page.evaluate(countedByViewer, undefined);
    const steady = processMemory(root);
    return {
      ...{ gl, heap: usage.usedSize, arrayBuffers: usage.backingStorageSize, peak, steady },
      counted: counted ?? undefined,
      picture: picture === null ? undefined : PNG.sync.read(Buffer.from(picture, 'base64')),
    };
  } finally {
    await browser.close();
    await server.close();
  }
}

function countedByViewer(): Held['counted'] | null {
  const viewer = document.querySelector('room-viewer') as unknown as {
    metrics?: { memory: NonNullable<Held['counted']> };
  } | null;
  const memory = viewer?.metrics?.memory;
  return memory ? { gpu: memory.gpu, cpu: memory.cpu, limit: memory.limit, heldBack: memory.heldBack } : null;
}

async function isComplete(page: UnwatchedPage): Promise<boolean> {
  return page.evaluate(() => (window as unknown as { isComplete?: boolean }).isComplete === true, undefined);
}

/** Takes a picture without what lies over the room, as base64; null if the page is not ours. */
async function takePicture(size: { width: number; height: number }): Promise<string | null> {
  type Viewer = { toBlob(options: object): Promise<Blob> };
  const viewer = document.querySelector('room-viewer') as unknown as Viewer | null;
  if (!viewer) return null;
  const bytes = new Uint8Array(await (await viewer.toBlob({ ...size, type: 'image/png' })).arrayBuffer());
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
}
