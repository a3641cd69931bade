import type { QueueStats } from '../net/download-queue.ts';
import type { RenderInfo } from '../render/lean-renderer.ts';
import type { ViewerState } from './overlay.ts';

/** What a visit has cost so far, and what a frame costs. */
export interface ViewerMetrics {
  readonly state: ViewerState;
  /** From setting `src`; undefined until then. */
  readonly timeToInteractiveMs: number | undefined;
  readonly timeToCompleteMs: number | undefined;
  /** Over the network. */
  readonly bytes: number;
  readonly requests: number;
  readonly cacheHits: number;
  readonly retries: number;
  readonly failed: readonly { readonly url: string; readonly reason: string }[];
  /** Of the latest frame. */
  readonly drawCalls: number;
  readonly triangles: number;
  /** Milliseconds from frame to frame, of the latest 240. */
  readonly frameMs: { readonly median: number; readonly p95: number };
}

/** What a visit notes as it goes on. Times are the viewer's clock's, ms. */
export interface VisitNotes {
  readonly openedAt: number;
  interactiveAt: number | undefined;
  completeAt: number | undefined;
  /** The queue counts over all rooms; a visit is what came since. */
  readonly statsBefore: QueueStats;
  readonly failed: { readonly url: string; readonly reason: string }[];
}

/** The figures of now. Without a visit, and without WebGL, they are those of an empty viewer. */
export function readMetrics(
  state: ViewerState,
  visit: VisitNotes | undefined,
  machinery: { readonly queue: { readonly stats: QueueStats }; readonly stage: FrameCosts } | undefined,
): ViewerMetrics {
  const stats = machinery?.queue.stats;
  const since = (time: number | undefined) => (time === undefined || !visit ? undefined : time - visit.openedAt);
  const count = (name: 'received' | 'requests' | 'cacheHits' | 'retries') =>
    stats && visit ? stats[name] - visit.statsBefore[name] : 0;
  return {
    state,
    timeToInteractiveMs: since(visit?.interactiveAt),
    timeToCompleteMs: since(visit?.completeAt),
    bytes: count('received'),
    requests: count('requests'),
    cacheHits: count('cacheHits'),
    retries: count('retries'),
    failed: [...(visit?.failed ?? [])],
    drawCalls: machinery?.stage.renderer.info.drawCalls ?? 0,
    triangles: machinery?.stage.renderer.info.triangles ?? 0,
    frameMs: machinery?.stage.times.summary ?? { median: 0, p95: 0 },
  };
}

/** What of a `Stage` tells what frames cost. */
interface FrameCosts {
  readonly renderer: { readonly info: RenderInfo };
  readonly times: { readonly summary: { readonly median: number; readonly p95: number } };
}
