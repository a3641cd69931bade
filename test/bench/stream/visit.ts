import type { Browser, Page } from 'playwright';
import { type BenchRoom, bytesOf } from './bench-room.ts';
import type { LinkProfile } from './link.ts';
import type { BenchPage, RunResult } from './page/page.ts';
import { type ServedFile, type ShapedServer, startShapedServer } from './shaped-server.ts';
import { type TaskTimes, TRACE_CATEGORIES, type TraceEvent, taskTimes } from './tasks.ts';
import { judgeTraffic, type Traffic } from './traffic.ts';

export interface Profile extends LinkProfile {
  readonly name: string;
  /** Part of the requests that go wrong, 0..1. */
  readonly faultRate: number;
}

/** A profile is `MBITxMS`, with `+F` for F % faults: `parseProfile('1x50+5')`. */
export function parseProfile(name: string): Profile {
  const [, mbit, rtt, faults] = /^(\d+(?:\.\d+)?)x(\d+)(?:\+(\d+))?$/.exec(name) ?? [];
  if (mbit === undefined) throw new Error(`a profile is MBITxMS or MBITxMS+FAULTS, got ${JSON.stringify(name)}`);
  return { name, bitsPerSecond: Number(mbit) * 1e6, rttMs: Number(rtt), faultRate: Number(faults ?? 0) / 100 };
}

export interface Measured extends RunResult, TaskTimes, Traffic {
  /** Bytes over the bottleneck beyond those of the files that the contestant needs: headers, retries, waste. 0 where there is no link. */
  readonly extraBytes: number;
  /** Part of the link's bytes from start to complete that were used, 0..1; 0 where there is no link. */
  readonly bandwidthUsed: number;
}

export interface VisitOptions {
  readonly room: BenchRoom;
  /** All that the server has: the room and the page. */
  readonly files: ReadonlyMap<string, ServedFile>;
  readonly contestant: string;
  readonly protocol: 'h1' | 'h2';
  /** Undefined: as fast as the machine is. */
  readonly link: Profile | undefined;
  readonly seed: number;
}

/** One contestant, one visit: a fresh context, so nothing is cached and every connection is new but the page's own. */
export async function visit(
  browser: Browser,
  { room, files, contestant, protocol, link, seed }: VisitOptions,
): Promise<Measured> {
  const faults = link?.faultRate ? { faults: { rate: link.faultRate, seed } } : {};
  const server = await startShapedServer({ protocol, files, ...(link ? { link } : {}), ...faults });
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 720 } });
  try {
    const page = await openPage(await context.newPage(), server);
    const [bytes, asked] = [server.sentBytes(), server.requests.length];
    await browser.startTracing(page, { categories: TRACE_CATEGORIES });
    const result = await page.evaluate(name => (window as unknown as { bench: BenchPage }).bench.run(name), contestant);
    const trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] };
    const sent = server.sentBytes() - bytes;
    const traffic = judgeTraffic(server.requests.slice(asked), room);
    const unseenMs =
      contestant === 'three'
        ? await page.evaluate(() => (window as unknown as { bench: BenchPage }).bench.unseenOfThree())
        : result.unseenMs;
    const needed = contestant === 'three' ? [...room.models, '/models.json'] : [...room.critical, ...room.high, '/room.json'];
    return {
      ...result,
      unseenMs,
      ...taskTimes(trace.traceEvents),
      ...traffic,
      extraBytes: link ? sent - bytesOf(room, needed) : 0,
      bandwidthUsed: link ? (sent * 8000) / result.completeMs / link.bitsPerSecond : 0,
    };
  } finally {
    await context.close();
    await server.close();
  }
}

/** Goes to the page of the bench, and waits until its script has run. */
export async function openPage(page: Page, server: ShapedServer): Promise<Page> {
  page.on('console', message => {
    if (message.type() === 'error') console.error(`page: ${message.text()}`);
  });
  page.on('pageerror', error => console.error(`page: ${error}`));
  await page.goto(`${server.origin}/`);
  await page.waitForFunction('window.bench');
  return page;
}
