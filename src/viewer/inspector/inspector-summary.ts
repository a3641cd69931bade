import type { MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { GovernorStats } from '../../assets/memory/upload-governor.ts';
import type { QueueStats } from '../../net/queue/queue-stats.ts';
import type { InspectorString } from '../strings/inspector/english.ts';
import { inspectorStrings } from '../strings/inspector/table.ts';
import type { Words } from '../strings/words.ts';

/** What the inspector tells of, besides single resources. */
export interface InspectedResources {
  readonly queue: { readonly stats: QueueStats };
  readonly memory: Pick<MemoryBudget, 'gpu' | 'cpu' | 'limit'>;
  readonly governor: { readonly stats: GovernorStats };
  readonly decoder: { readonly pending: number; readonly mode: 'workers' | 'inline' };
}

/** A line each for the way, the totals, decoding and uploads, and memory. */
export function summary(
  { queue, memory, governor, decoder }: InspectedResources,
  heldBack: number,
  words: Pick<Words, 'text' | 'number'>,
): string {
  const say = (name: InspectorString, values?: Readonly<Record<string, string | number>>) =>
    words.text(inspectorStrings, name, values);
  const kB = (bytes: number) => `${words.number(bytes / 1024)} KB`;
  const MB = (bytes: number) => (Number.isFinite(bytes) ? `${words.number(bytes / 2 ** 20, 1)} MB` : say('summary.any'));
  const stats = queue.stats;
  const { bandwidth, roundTripMs, waiting, active, retrying, requests, shared, retries, preempted } = stats;
  const uploads = governor.stats;
  const way = {
    ...{ waiting, active, retrying, inflight: kB(stats.inflightBytes), window: kB(stats.window) },
    speed: bandwidth === undefined ? '?' : words.number((bandwidth * 8) / 1e6, 1),
    roundTrip: roundTripMs === undefined ? '?' : words.number(roundTripMs),
    protocol: stats.protocol ?? say('summary.protocol'),
  };
  const totals = {
    ...{ requests, shared, retries, preempted, hits: stats.cacheHits },
    ...{ received: kB(stats.received), cache: kB(stats.cacheBytes), wasted: kB(stats.wasted) },
  };
  const work = {
    decoding: decoder.pending,
    mode: say(decoder.mode === 'workers' ? 'summary.workers' : 'summary.inline'),
    uploading: uploads.pending,
    bytes: kB(uploads.frameBytes),
    ms: words.number(uploads.frameMs, 1),
    budget: words.number(uploads.budgetMs, 1),
    longest: words.number(uploads.longestMs, 1),
  };
  const held = {
    ...{ held: MB(memory.gpu + memory.cpu), limit: MB(memory.limit), gpu: MB(memory.gpu), page: MB(memory.cpu), heldBack },
  };
  return [say('summary.way', way), say('summary.totals', totals), say('summary.work', work), say('summary.memory', held)].join(
    '\n',
  );
}
