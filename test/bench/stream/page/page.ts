import { evict, fillCache } from './cache.ts';
import { contestants } from './contestants.ts';
import { QualityIntegral } from './quality.ts';
import { readBenchRoom } from './read-room.ts';
import { loadByThree } from './three-loader.ts';
import { tryUrgent } from './urgent.ts';
import { visitByViewer, watchTextures } from './viewer.ts';

/** What one run in the page tells. Times in ms from the moment the room's URL is known. */
export interface RunResult {
  readonly interactiveMs: number;
  readonly completeMs: number;
  /** Integral of (1 - quality) over time, ms; see `QualityIntegral`. */
  readonly unseenMs: number;
  /** Resources that never came. */
  readonly missing: number;
}

async function run(name: string): Promise<RunResult> {
  const start = performance.now();
  const since = () => performance.now() - start;
  if (name === 'viewer') return visitByViewer('/room.json', since);
  if (name === 'three') return runThree(since);
  const { resources, products } = await readBenchRoom('/room.json');
  const quality = new QualityIntegral(products);
  let critical = resources.filter(r => r.class < 3).length;
  let missing = resources.length;
  let interactiveMs = 0;
  await contestants[name](resources, resource => {
    const now = since();
    missing--;
    quality.arrived(resource.url, now);
    if (resource.class < 3 && --critical === 0) interactiveMs = now;
  });
  const completeMs = since();
  return { interactiveMs, completeMs, unseenMs: quality.unseenMs(completeMs), missing };
}

let arrivals: { readonly product: string; readonly at: number }[] = [];

/** Whole models have no state between nothing and all: the room is interactive when it is complete. */
async function runThree(since: () => number): Promise<RunResult> {
  arrivals = [];
  await loadByThree(({ product }) => arrivals.push({ product, at: since() }));
  const completeMs = since();
  return { interactiveMs: completeMs, completeMs, unseenMs: Number.NaN, missing: 0 };
}

/** The integral of the latest run of `three`; told apart, so that reading our document is no part of what is measured. */
async function unseenOfThree(): Promise<number> {
  const { products } = await readBenchRoom('/room.json');
  const quality = new QualityIntegral(products);
  for (const { product, at } of arrivals) quality.arrivedWhole(new URL(product, `${location.origin}/`).href, at);
  return quality.unseenMs(arrivals[arrivals.length - 1]?.at ?? 0);
}

const bench = { run, unseenOfThree, tryUrgent, watchTextures, fillCache, evict };
export type BenchPage = typeof bench;
Object.assign(window, { bench });
