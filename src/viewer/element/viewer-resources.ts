import { budgetFor, deviceMemory, MemoryBudget } from '../../assets/memory/memory-budget.ts';
import { UploadGovernor } from '../../assets/memory/upload-governor.ts';
import { createDecoder, type Decoder } from '../../assets/threads/decoder.ts';
import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import { Pacer } from '../../core/pacer.ts';
import { BrowserCache } from '../../net/cache/browser-cache.ts';
import { browserStorage } from '../../net/cache/cache-ledger.ts';
import { DownloadQueue } from '../../net/queue/download-queue.ts';
import type { ContextError } from '../../render/gl/context.ts';
import type { Quality } from '../../render/quality-governor.ts';
import type { RoomDependencies } from '../../room/room-session.ts';
import { BackendGpu } from './backend-gpu.ts';
import type { CreateRenderer } from './choose-renderer.ts';
import { ContextWatch } from './context-watch.ts';
import { Stage } from './stage.ts';

export interface MachineryOptions {
  readonly clock: Clock;
  /** Before each frame. @param seconds - since the last one, at most 0.1. */
  readonly onFrame: (seconds: number) => void;
  readonly isAttended: () => boolean;
  readonly onQuality: (quality: Quality) => void;
  readonly onContextRestored: () => void;
  /** It was lost, and does not come back. */
  readonly onContextGone: (error: ContextError) => void;
  readonly createRenderer: CreateRenderer;
}

/** What a viewer keeps from room to room: canvas, renderer, queue, workers. */
export class ViewerResources implements Disposable {
  readonly stage: Stage;
  readonly queue: DownloadQueue;
  readonly decoder: Decoder;
  readonly governor: UploadGovernor;
  readonly memory = new MemoryBudget(budgetFor(deviceMemory()));
  readonly #clock: Clock;
  readonly #watch: ContextWatch;

  /** @throws ContextError when there is no WebGL. */
  constructor(element: HTMLElement, { clock, onContextGone, ...options }: MachineryOptions) {
    this.#clock = clock;
    const { memory } = this;
    this.stage = new Stage(element, {
      ...options,
      memory,
      onUndrawn: ms => this.governor.frame(false, ms),
      backlog: () => this.decoder.pending + this.governor.pending,
    });
    this.#watch = new ContextWatch(this.stage.canvas, clock, onContextGone);
    this.queue = new DownloadQueue({ cache: new BrowserCache(), clock });
    this.decoder = createDecoder({ storage: browserStorage(), clock });
    this.governor = new UploadGovernor({ clock });
  }

  /** What a room is opened with. */
  get ports(): RoomDependencies {
    const { queue, decoder, governor, stage, memory } = this;
    const clock = this.#clock;
    return { queue, decoder, gpu: new BackendGpu(stage.renderer), uploads: governor, memory, clock, pacer: new Pacer(clock) };
  }

  dispose(): void {
    this.#watch.dispose();
    this.stage.dispose();
    this.queue.dispose();
    this.decoder.dispose();
    this.governor.dispose();
  }
}
