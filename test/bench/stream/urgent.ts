import type { Browser } from 'playwright';
import { quantile } from '../../../src/core/quantile.ts';
import { type ServedFile, startShapedServer } from './link/shaped-server.ts';
import type { BenchPage } from './page/page.ts';
import { UnwatchedContext } from './unwatched.ts';
import { openPage, type Profile } from './visit.ts';

declare const bench: BenchPage;

export interface UrgentResult {
  readonly tries: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  /** 1 RTT + window / bandwidth, median of the windows that the tries met. */
  readonly boundMs: number;
  /** Tries within their own bound, 0..1. */
  readonly within: number;
}

/** Low requests that are asked for all the time. */
const LOW = 100;

/** Urgent requests among 100 low ones: when does their first byte come? HTTP/2, a server that takes no heed of priorities. */
export async function urgentAmongLow(
  browser: Browser,
  { files, link, tries }: { files: ReadonlyMap<string, ServedFile>; link: Profile; tries: number },
): Promise<UrgentResult> {
  const server = await startShapedServer({ protocol: 'h2', files, link });
  const context = await UnwatchedContext.open(browser);
  try {
    const page = await openPage(context, server);
    const results = await page.evaluate(([n, low]) => bench.tryUrgent(n, low), [tries, LOW] as const);
    const bound = (windowBytes: number) => link.rttMs + (windowBytes * 8000) / link.bitsPerSecond;
    const first = results.map(r => r.firstByteMs);
    return {
      tries: results.length,
      medianMs: quantile(first, 0.5),
      p95Ms: quantile(first, 0.95),
      boundMs: quantile(
        results.map(r => bound(r.windowBytes)),
        0.5,
      ),
      within: results.filter(r => r.firstByteMs <= bound(r.windowBytes)).length / results.length,
    };
  } finally {
    await context.close();
    await server.close();
  }
}
