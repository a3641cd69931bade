import type { MemoryBudget } from '../assets/memory-budget.ts';
import type { QueueStats } from '../net/download-queue.ts';
import type { RenderBackend } from '../render/backend.ts';
import type { RoomSession } from '../room/room-session.ts';
import type { FrameTimes } from './frame-times.ts';
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
  /** Bytes that the room holds and may hold (GPU and page together), and high textures that stay low for lack of memory. */
  readonly memory: { readonly gpu: number; readonly cpu: number; readonly limit: number; readonly heldBack: number };
  /** Bytes on the GPU as the renderer counts them, as of the latest frame: all that is drawn, your own objects included; 0 with three's own renderer. */
  readonly uploaded: { readonly textures: number; readonly geometries: number };
}

/** What the figures are read from. */
export interface MetricsSources {
  readonly queue: { readonly stats: QueueStats };
  readonly stage: { readonly renderer: { readonly info: RenderBackend['info'] }; readonly times: Pick<FrameTimes, 'summary'> };
  readonly memory: Pick<MemoryBudget, 'gpu' | 'cpu' | 'limit'>;
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
  visit: { readonly notes: VisitNotes; readonly session: Pick<RoomSession, 'heldBack'> } | undefined,
  sources: MetricsSources | undefined,
): ViewerMetrics {
  const { notes, session } = visit ?? {};
  const stats = sources?.queue.stats;
  const info = sources?.stage.renderer.info;
  const since = (time: number | undefined) => (time === undefined || !notes ? undefined : time - notes.openedAt);
  const count = (name: 'received' | 'requests' | 'cacheHits' | 'retries') =>
    stats && notes ? stats[name] - notes.statsBefore[name] : 0;
  const { gpu = 0, cpu = 0, limit = 0 } = sources?.memory ?? {};
  return {
    state,
    timeToInteractiveMs: since(notes?.interactiveAt),
    timeToCompleteMs: since(notes?.completeAt),
    bytes: count('received'),
    requests: count('requests'),
    cacheHits: count('cacheHits'),
    retries: count('retries'),
    failed: [...(notes?.failed ?? [])],
    drawCalls: info?.drawCalls ?? 0,
    triangles: info?.triangles ?? 0,
    frameMs: sources?.stage.times.summary ?? { median: 0, p95: 0 },
    memory: { gpu, cpu, limit, heldBack: session?.heldBack ?? 0 },
    uploaded: { textures: info?.textureBytes ?? 0, geometries: info?.geometryBytes ?? 0 },
  };
}
