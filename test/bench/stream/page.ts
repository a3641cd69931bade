import { DownloadQueue } from '../../../src/net/download-queue.ts';
import type { BenchResource } from './bench-room.ts';
import { baselines, type Contestant } from './contestants.ts';

/** What one run in the page tells. Times in ms from the moment the room's URL is known. */
export interface RunResult {
  readonly interactiveMs: number;
  readonly completeMs: number;
  /** Integral of (1 - quality) over time, ms: quality is 0 until interactive, then the covered area whose high texture is there. */
  readonly unseenMs: number;
  readonly longestTaskMs: number;
  readonly wastedBytes: number | undefined;
}

const foyer: Contestant = async (resources, arrived) => {
  const queue = new DownloadQueue();
  await Promise.all(
    resources.map(async resource => {
      const { url, bytes, hash } = resource;
      await queue.load({ url, bytes, hash, priority: { class: resource.class, utility: resource.area } }).done;
      arrived(resource);
    }),
  );
  queue.dispose();
};

const contestants: Readonly<Record<string, Contestant>> = { foyer, ...baselines };

async function run(name: string): Promise<RunResult> {
  let longest = 0;
  const tasks = new PerformanceObserver(list => {
    for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration);
  });
  tasks.observe({ entryTypes: ['longtask'] });
  const start = performance.now();
  const resources: BenchResource[] = await (await fetch('/room.json')).json();
  const highs = resources.filter(r => r.class === 3);
  const area = highs.reduce((sum, r) => sum + r.area, 0);
  let critical = resources.length - highs.length;
  let quality = 0;
  let interactiveMs = 0;
  let unseenMs = 0;
  let last = 0;
  const advance = () => {
    const now = performance.now() - start;
    unseenMs += (now - last) * (1 - (critical > 0 ? 0 : quality));
    last = now;
  };
  await contestants[name](resources, resource => {
    advance();
    if (resource.class === 3) quality += resource.area / area;
    else if (--critical === 0) interactiveMs = performance.now() - start;
  });
  advance();
  tasks.disconnect();
  return { interactiveMs, completeMs: performance.now() - start, unseenMs, longestTaskMs: longest, wastedBytes: undefined };
}

Object.assign(window, { runContestant: run, contestantNames: Object.keys(contestants) });
