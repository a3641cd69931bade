import type { MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { GovernorStats } from '../../assets/memory/upload-governor.ts';
import type { QueueStats } from '../../net/queue/queue-stats.ts';

/** What the inspector tells of, besides single resources. */
export interface InspectedResources {
  readonly queue: { readonly stats: QueueStats };
  readonly memory: Pick<MemoryBudget, 'gpu' | 'cpu' | 'limit'>;
  readonly governor: { readonly stats: GovernorStats };
  readonly decoder: { readonly pending: number; readonly mode: 'workers' | 'inline' };
}

const kB = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KB`;
const MB = (bytes: number): string => (Number.isFinite(bytes) ? `${(bytes / 2 ** 20).toFixed(1)} MB` : 'any');

/** A line each for the way, the totals, decoding and uploads, and memory. */
export function summary({ queue, memory, governor, decoder }: InspectedResources, heldBack: number): string {
  const stats = queue.stats;
  const { window, inflightBytes, bandwidth, roundTripMs, protocol } = stats;
  const speed = bandwidth === undefined ? '?' : ((bandwidth * 8) / 1e6).toFixed(1);
  const uploads = governor.stats;
  return [
    `window ${kB(inflightBytes)} of ${kB(window)}   ${speed} Mbit/s   round trip ${roundTripMs?.toFixed(0) ?? '?'} ms   ${protocol ?? 'unknown protocol'}   waiting ${stats.waiting}   active ${stats.active}   retrying ${stats.retrying}`,
    `network ${kB(stats.received)} in ${stats.requests} requests   cache ${kB(stats.cacheBytes)} in ${stats.cacheHits}   shared ${stats.shared}   retries ${stats.retries}   preempted ${stats.preempted}   wasted ${kB(stats.wasted)}`,
    `decoding ${decoder.pending} (${decoder.mode})   uploading ${uploads.pending}   last frame ${kB(uploads.frameBytes)} in ${uploads.frameMs.toFixed(1)} of ${uploads.budgetMs.toFixed(1)} ms   longest ${uploads.longestMs.toFixed(1)} ms`,
    `memory ${MB(memory.gpu + memory.cpu)} of ${MB(memory.limit)}   GPU ${MB(memory.gpu)}   page ${MB(memory.cpu)}   ${heldBack} textures held back`,
  ].join('\n');
}
