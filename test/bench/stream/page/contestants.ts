import { DownloadQueue } from '../../../../src/net/queue/download-queue.ts';
import type { BenchResource } from './read-room.ts';

/** A way to load the room: calls `arrived` for each resource once, when its bytes are whole. */
export type Contestant = (resources: readonly BenchResource[], arrived: (resource: BenchResource) => void) => Promise<void>;

async function bytesOf(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      await response.arrayBuffer();
      return;
    } catch (error) {
      // Every contestant is given plain retries: without them a run with faults would compare nothing.
      if (attempt >= 20) throw error;
      await new Promise(resolve => setTimeout(resolve, 200 * 2 ** Math.min(attempt, 4)));
    }
  }
}

/** `slots` requests at a time, in the order of `queue`. */
async function slots(count: number, queue: readonly BenchResource[], arrived: (resource: BenchResource) => void): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < queue.length) {
      const resource = queue[next++];
      await bytesOf(resource.url);
      arrived(resource);
    }
  };
  await Promise.all(Array.from({ length: count }, work));
}

/** Ours: the queue as the viewer uses it, bytes checked by their hash; no cache, so that no run helps the next. */
const foyer: Contestant = async (resources, arrived) => {
  const queue = new DownloadQueue();
  await Promise.all(
    resources.map(async resource => {
      const { url, bytes, hash } = resource;
      try {
        await queue.load({ url, bytes, hash, priority: { class: resource.class, utility: resource.area } }).done;
        arrived(resource);
      } catch (error) {
        // Counted as missing.
        console.error(String(error));
      }
    }),
  );
  queue.dispose();
};

export const contestants: Readonly<Record<string, Contestant>> = {
  foyer,
  /** The blog's: 8 at a time out of a priority queue. */
  'slots-8': (resources, arrived) =>
    slots(
      8,
      [...resources].sort((a, b) => a.class - b.class || b.area - a.area),
      arrived,
    ),
  'fifo-50': (resources, arrived) => slots(50, resources, arrived),
  'all-at-once': (resources, arrived) => slots(resources.length, resources, arrived),
};
