import type { Browser } from 'playwright';
import { type BenchRoom, bytesOf } from './bench-room.ts';
import type { LinkProfile } from './link/link.ts';
import { type ServedFile, type ShapedServer, startShapedServer } from './link/shaped-server.ts';
import type { BenchPage, RunResult } from './page/page.ts';
import { TASKS_FROM, type TaskTimes, TRACE_CATEGORIES, type TraceEvent, taskTimes } from './tasks.ts';
import { judgeTraffic, type Traffic } from './traffic.ts';
import { UnwatchedContext, type UnwatchedPage } from './unwatched.ts';

/** What the bench's page offers, in `evaluate`. */
declare const bench: BenchPage;

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
  const context = await UnwatchedContext.open(browser);
  try {
    const page = await openPage(context, server);
    const [bytes, asked] = [server.sentBytes(), server.requests.length];
    await browser.startTracing(undefined, { categories: TRACE_CATEGORIES });
    const result = await page.evaluate(
      ({ name, mark }) => {
        performance.mark(mark);
        return bench.run(name);
      },
      { name: contestant, mark: TASKS_FROM },
    );
    const trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] };
    const sent = server.sentBytes() - bytes;
    const traffic = judgeTraffic(server.requests.slice(asked), room);
    const unseenMs = contestant === 'three' ? await page.evaluate(() => bench.unseenOfThree(), undefined) : result.unseenMs;
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

/** A page at 1 Mbit/s takes some seconds to come; one that has not come in 30 s never will. */
const LOOKS = 600;

/**
 * Milliseconds until a new window leaves its page alone: its toolbar is a page of its own, in a process that takes 100 to 150 ms of processor time at the start.
 * Who goes from room to room has his window already. With it 100 Mbit/s x 20 ms took 626 and 637 ms to interactive, without it 579 and 597 (four runs each,
 * alternating, two cores).
 */
const SETTLED_MS = 1000;

/** Goes to the page of the bench, and waits until its script has run and the browser is at rest. */
export async function openPage(
  context: UnwatchedContext,
  server: ShapedServer,
  size?: { readonly width: number; readonly height: number },
): Promise<UnwatchedPage> {
  const page = await context.open(`${server.origin}/`, size);
  for (let look = 0; look < LOOKS; look++) {
    if (await page.evaluate(() => 'bench' in window, undefined)) {
      await new Promise(resolve => setTimeout(resolve, SETTLED_MS));
      return page;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`the script of the bench's page did not run: ${server.origin}`);
}
