import { budgetFor, deviceMemory, MemoryBudget } from '../../assets/memory/memory-budget.ts';
import { UploadGovernor } from '../../assets/memory/upload-governor.ts';
import type { Decoder } from '../../assets/threads/decoder.ts';
import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import { Pacer } from '../../core/pacer.ts';
import type { DownloadQueue } from '../../net/queue/download-queue.ts';
import type { ContextError } from '../../render/gl/context.ts';
import type { Quality } from '../../render/quality-governor.ts';
import type { RoomDependencies } from '../../room/dependencies.ts';
import { BackendGpu } from '../stage/backend-gpu.ts';
import type { CreateRenderer } from '../stage/choose-renderer.ts';
import { ContextWatch } from '../stage/context-watch.ts';
import { Stage } from '../stage/stage.ts';
import { type SharedDownloads, shareDownloads } from './shared-downloads.ts';

export interface ViewerResourcesOptions {
  readonly clock: Clock;
  /** Runs before each frame. @param seconds - since the last one, at most 0.1. */
  readonly onFrame: (seconds: number) => void;
  readonly isAttended: () => boolean;
  readonly onQuality: (quality: Quality) => void;
  readonly onContextRestored: () => void;
  /** The context was lost and is not restored. */
  readonly onContextGone: (error: ContextError) => void;
  readonly createRenderer: CreateRenderer;
}

/**
 * What a viewer keeps from room to room: its own canvas and renderer, and the queue and workers that all viewers of the page
 * share.
 */
export class ViewerResources implements Disposable {
  readonly stage: Stage;
  readonly queue: DownloadQueue;
  readonly decoder: Decoder;
  readonly governor: UploadGovernor;
  readonly memory = new MemoryBudget(budgetFor(deviceMemory()));
  readonly #clock: Clock;
  readonly #watch: ContextWatch;
  readonly #shared: SharedDownloads;

  /** @throws ContextError when there is no WebGL. */
  constructor(element: HTMLElement, { clock, onContextGone, ...options }: ViewerResourcesOptions) {
    this.#clock = clock;
    const { memory } = this;
    this.stage = new Stage(element, {
      ...options,
      memory,
      clock,
      onUndrawn: ms => this.governor.frame(false, ms),
      backlog: () => this.decoder.pending + this.governor.pending,
    });
    this.#watch = new ContextWatch(this.stage.canvas, clock, onContextGone);
    this.#shared = shareDownloads(clock);
    this.queue = this.#shared.queue;
    this.decoder = this.#shared.decoder;
    this.governor = new UploadGovernor({ clock });
  }

  /** The dependencies of a room session. */
  get ports(): RoomDependencies {
    const { queue, decoder, governor, stage, memory } = this;
    const clock = this.#clock;
    return { queue, decoder, gpu: new BackendGpu(stage.renderer), uploads: governor, memory, clock, pacer: new Pacer(clock) };
  }

  dispose(): void {
    this.#watch.dispose();
    this.stage.dispose();
    this.#shared.release();
    this.governor.dispose();
  }
}
