import { BrowserCache } from '../../../../src/net/cache/browser-cache.ts';
import { DownloadQueue } from '../../../../src/net/queue/download-queue.ts';
import type { DownloadRequest } from '../../../../src/net/queue/download-request.ts';
import { HIGH } from '../../../../src/net/queue/priority.ts';

/** What a former visit leaves behind: the resources in the cache, through the queue. */
export async function fillCache(resources: readonly Pick<DownloadRequest, 'url' | 'bytes' | 'hash'>[]): Promise<void> {
  const cache = new BrowserCache();
  const queue = new DownloadQueue({ cache });
  await Promise.all(resources.map(resource => queue.load({ ...resource, priority: { class: HIGH, utility: 0 } }).done));
  await cache.flush();
  queue.dispose();
}

/** Takes resources from the cache, as the viewer's own code would. */
export async function evict(hashes: readonly string[]): Promise<void> {
  const cache = new BrowserCache();
  for (const hash of hashes) await cache.delete(hash);
}
