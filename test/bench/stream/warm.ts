import type { Browser } from 'playwright';
import type { BenchRoom } from './bench-room.ts';
import { type ServedFile, startShapedServer } from './link/shaped-server.ts';
import type { BenchPage } from './page/page.ts';
import type { ShownTextures } from './page/viewer.ts';
import { UnwatchedContext } from './unwatched.ts';
import { openPage, type Profile } from './visit.ts';

declare const bench: BenchPage;

const SIZE = { width: 640, height: 360 };

export interface WarmResult extends ShownTextures {
  /** Requests of the second visit for low textures that have a high one. */
  readonly lowRequests: number;
  /** Requests of the second visit for high textures, which are on this device. */
  readonly highRequests: number;
}

/**
 * Warm high, cold low: a first visit brings everything into the cache, with no link. Then the low textures are taken from it, as if they
 * had been evicted, and the whole viewer opens the room over a slow link. Both visits in one profile of a real browser.
 */
export async function warmHighColdLow(
  browser: Browser,
  { room, files, link }: { room: BenchRoom; files: ReadonlyMap<string, ServedFile>; link: Profile },
): Promise<WarmResult> {
  const context = await UnwatchedContext.open(browser);
  // One origin for both visits, or the second would see another cache; and plain http, because Chromium keeps nothing in its HTTP cache
  // (scripts of the page, the transcoder) that came with a certificate of one's own.
  const server = await startShapedServer({ protocol: 'h1', files });
  try {
    const first = await openPage(context, server, SIZE);
    await first.evaluate(resources => bench.fillCache(resources), room.resources);
    // The scripts too: workers, the transcoder.
    await first.evaluate(() => bench.watchTextures('/room.json', 1), undefined);
    await first.evaluate(hashes => bench.evict(hashes), [...room.replaceable.values()]);
    await first.close();
    server.setLink(link);
    const second = await openPage(context, server, SIZE);
    const asked = server.requests.length;
    const shown = await second.evaluate(count => bench.watchTextures('/room.json', count), room.refined);
    const requests = server.requests.slice(asked).map(r => r.path);
    return {
      ...shown,
      lowRequests: requests.filter(path => room.replaceable.has(path)).length,
      highRequests: requests.filter(path => room.high.has(path)).length,
    };
  } finally {
    await context.close();
    await server.close();
  }
}
