import type { MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { QueueStats } from '../../net/queue/queue-stats.ts';
import type { RenderBackend } from '../../render/backend.ts';
import type { RoomSession } from '../../room/room-session.ts';
import type { ViewerState } from '../status/overlay.ts';
import type { FrameTimes } from './frame-times.ts';
import type { LongestTask } from './longest-task.ts';
import type { ClassFigures, StreamFigures } from './stream-figures.ts';

/** What a visit has cost so far, and what a frame costs. */
export interface ViewerMetrics {
  readonly state: ViewerState;
  /** From setting `src`; undefined until then. */
  readonly timeToInteractiveMs: number | undefined;
  /** Until all of the room can be drawn, including what the camera does not see. */
  readonly timeToWholeRoomMs: number | undefined;
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
  /**
   * Bytes that the room holds and may hold (GPU and page together), and high textures that stay low for lack of memory. `unwritten`: bytes of
   * all viewers of the page that wait to be written to the cache, beside the limit.
   */
  readonly memory: {
    readonly gpu: number;
    readonly cpu: number;
    readonly limit: number;
    readonly heldBack: number;
    readonly unwritten: number;
  };
  /** Bytes on the GPU at the latest frame, as the renderer counts them, including your own objects. 0 with three's own renderer. */
  readonly uploaded: { readonly textures: number; readonly geometries: number };
  /** What arrived of each class: `documents`, `critical-visible`, `critical`, `high`. Times count as `timeToInteractiveMs` does. */
  readonly classes: readonly ClassMetrics[];
  /** Bytes a second: the queue's estimate of the path, and the rate of arrival while something was in flight. */
  readonly bandwidth: { readonly estimated: number | undefined; readonly used: number | undefined };
  /** Transfers that began while something more urgent of the same origin waited to begin. */
  readonly inversions: number;
  /** Bytes that arrived over the network and were discarded. */
  readonly wastedBytes: number;
  /** Of the main thread, until the room was complete. 0 if none took 50 ms, undefined if the browser does not report tasks. */
  readonly longestTaskMs: number | undefined;
  /** How good the picture is, 0..1, and the integral of 1 - quality over time until the room was complete, ms. */
  readonly quality: number;
  readonly unseenMs: number;
}

export type ClassMetrics = Omit<ClassFigures, 'startedAt' | 'endedAt'> & {
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
};

/** What the figures are read from. */
export interface MetricsSources {
  readonly queue: { readonly stats: QueueStats };
  readonly stage: {
    readonly renderer: { readonly info: RenderBackend['info'] };
    readonly frames: { readonly times: Pick<FrameTimes, 'summary'> };
  };
  readonly memory: Pick<MemoryBudget, 'gpu' | 'cpu' | 'limit'>;
}

/** What a visit records. Times are the viewer's clock's, ms. */
export interface VisitNotes {
  readonly openedAt: number;
  interactiveAt: number | undefined;
  wholeAt: number | undefined;
  completeAt: number | undefined;
  /** The queue counts over all rooms. A visit's figures are the difference from these. */
  readonly statsBefore: QueueStats;
  readonly failed: { readonly url: string; readonly reason: string }[];
  readonly stream: Pick<StreamFigures, 'classes' | 'inversions' | 'busyMs'>;
  readonly longestTask: Pick<LongestTask, 'ms'>;
  /** Advances until the room is complete. */
  readonly unseen: { readonly ms: number };
}

export interface MeasuredVisit {
  readonly notes: VisitNotes;
  readonly session: Pick<RoomSession, 'heldBack' | 'quality'>;
}

type StreamMetrics = Pick<
  ViewerMetrics,
  'bytes' | 'requests' | 'cacheHits' | 'retries' | 'classes' | 'bandwidth' | 'inversions' | 'wastedBytes'
>;

/** Returns the current figures. Without a visit, and without WebGL, they are those of an empty viewer. */
export function readMetrics(
  state: ViewerState,
  visit: MeasuredVisit | undefined,
  sources: MetricsSources | undefined,
): ViewerMetrics {
  const { notes, session } = visit ?? {};
  const info = sources?.stage.renderer.info;
  const { gpu = 0, cpu = 0, limit = 0 } = sources?.memory ?? {};
  return {
    state,
    timeToInteractiveMs: since(notes?.interactiveAt, notes),
    timeToWholeRoomMs: since(notes?.wholeAt, notes),
    timeToCompleteMs: since(notes?.completeAt, notes),
    ...streamMetrics(notes, sources?.queue.stats),
    failed: [...(notes?.failed ?? [])],
    drawCalls: info?.drawCalls ?? 0,
    triangles: info?.triangles ?? 0,
    frameMs: sources?.stage.frames.times.summary ?? { median: 0, p95: 0 },
    memory: { gpu, cpu, limit, heldBack: session?.heldBack ?? 0, unwritten: sources?.queue.stats.unwritten ?? 0 },
    uploaded: { textures: info?.textureBytes ?? 0, geometries: info?.geometryBytes ?? 0 },
    longestTaskMs: notes?.longestTask.ms,
    quality: session?.quality ?? 0,
    unseenMs: notes?.unseen.ms ?? 0,
  };
}

function streamMetrics(notes: VisitNotes | undefined, stats: QueueStats | undefined): StreamMetrics {
  const count = (name: 'received' | 'requests' | 'cacheHits' | 'retries' | 'wasted') =>
    stats && notes ? stats[name] - notes.statsBefore[name] : 0;
  const busyMs = notes?.stream.busyMs ?? 0;
  const bytes = count('received');
  return {
    bytes,
    requests: count('requests'),
    cacheHits: count('cacheHits'),
    retries: count('retries'),
    classes: (notes?.stream.classes ?? []).map(({ startedAt, endedAt, ...figures }) => ({
      ...figures,
      startMs: since(startedAt, notes),
      endMs: since(endedAt, notes),
    })),
    bandwidth: { estimated: stats?.bandwidth, used: busyMs > 0 ? (bytes / busyMs) * 1000 : undefined },
    inversions: notes?.stream.inversions ?? 0,
    wastedBytes: count('wasted'),
  };
}

function since(time: number | undefined, notes: VisitNotes | undefined): number | undefined {
  return time === undefined || !notes ? undefined : time - notes.openedAt;
}
