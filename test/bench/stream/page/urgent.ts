import { seededRandom } from '../../../../src/core/random.ts';
import { DownloadQueue } from '../../../../src/net/queue/download-queue.ts';
import { DOCUMENT, HIGH } from '../../../../src/net/queue/priority.ts';
import { readBenchRoom } from './read-room.ts';

/** One try: how long the urgent request's first byte took, and the longest that it may take. */
export interface UrgentTry {
  readonly firstByteMs: number;
  /** The queue's own figures when it was asked for. */
  readonly windowBytes: number;
  readonly active: number;
}

/**
 * Keeps at least `low` high textures (the lowest class) asked for, and again and again asks for something urgent among them.
 * The first byte is timed from the call of `load` to the first chunk of the body.
 */
export async function tryUrgent(tries: number, low: number): Promise<UrgentTry[]> {
  const { resources } = await readBenchRoom('/room.json');
  const random = seededRandom(100);
  const first = new Map<string, number>();
  const queue = new DownloadQueue({ fetch: stamping(first) });
  const leave = new AbortController();
  const { signal } = leave;
  const textures = resources.filter(r => r.class === 3);
  let asked = 0;
  const load = () => {
    const { url, bytes } = textures[asked % textures.length];
    // A number of its own, so that the queue shares nothing; no hash for the same reason.
    const { done } = queue.load({ url: `${url}?low=${asked++}`, bytes, priority: { class: HIGH, utility: random() }, signal });
    done.then(load, () => {});
  };
  for (let i = 0; i < low; i++) load();
  const small = resources.filter(r => r.class < 3 && r.bytes < 20_000);
  const results: UrgentTry[] = [];
  await pause(1500);
  for (let i = 0; i < tries; i++) {
    await pause(30 + random() * 60);
    const { url: path, bytes } = small[i % small.length];
    const url = `${path}?urgent=${i}`;
    const { window, active } = queue.stats;
    const start = performance.now();
    await queue.load({ url, bytes, priority: { class: DOCUMENT, utility: 1 } }).done;
    results.push({ firstByteMs: (first.get(url) ?? Number.NaN) - start, windowBytes: window, active });
  }
  leave.abort();
  queue.dispose();
  return results;
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** `fetch` that notes when the first chunk of each urgent body comes. */
function stamping(first: Map<string, number>): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const url = String(input);
    if (!url.includes('?urgent=') || !response.body) return response;
    const stamped = response.body.pipeThrough(
      new TransformStream({
        transform(chunk, controller) {
          if (!first.has(url)) first.set(url, performance.now());
          controller.enqueue(chunk);
        },
      }),
    );
    return new Response(stamped, response);
  };
}
