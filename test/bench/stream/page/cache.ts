import { BrowserCache } from '../../../../src/net/browser-cache.ts';

/** Resolves when `count` resources are written to the cache: that goes on, one after the other, behind a visit. */
export async function cached(count: number): Promise<void> {
  for (;;) {
    const names = await caches.keys();
    const sizes = await Promise.all(names.map(async name => (await (await caches.open(name)).keys()).length));
    if (sizes.reduce((a, b) => a + b, 0) >= count) return;
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

/** Takes resources from the cache, as the viewer's own code would. */
export async function evict(hashes: readonly string[]): Promise<void> {
  const cache = new BrowserCache();
  for (const hash of hashes) await cache.delete(hash);
}
