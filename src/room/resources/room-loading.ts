import type { Camera } from 'three';
import type { MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { Clock } from '../../core/clock.ts';
import type { ResourceDecoder, ResourceQueue, RoomGpu, Uploads } from '../dependencies.ts';
import type { LiveProduct } from '../furniture/live-product.ts';
import { LiveProducts } from '../furniture/live-products.ts';
import { ProgressLedger, type RoomProgress } from './progress.ts';
import { isSettled } from './resource-state.ts';
import { type Placed, RoomPriorities } from './room-priorities.ts';
import { roomQuality } from './room-quality.ts';
import type { RoomResource } from './room-resource.ts';
import { RoomResources } from './room-resources.ts';
import { TextureMemory } from './texture-memory.ts';
import { ViewScore } from './view-score.ts';

/** Milliseconds between two looks at what the camera sees. */
const LOOK_MS = 250;
/** Milliseconds in which changes of resources are gathered before they are acted on. */
const GATHER_MS = 8;

/** Milliseconds without anything new, and bytes that are next to nothing: whoever hangs that long keeps nobody outside the room. */
const LATE_MS = 20_000;
const LATE_BYTES = 16 * 1024;
/** Milliseconds that documents may take before who can see something is let in: a room of thousands of files goes on coming. */
const LONG_MS = 12_000;
/** They do come, that is: who hangs is given longer. */
const MOVING_MS = 2000;

export interface LoadingOptions {
  readonly queue: ResourceQueue;
  readonly decoder: ResourceDecoder;
  readonly gpu: RoomGpu;
  readonly uploads: Uploads;
  readonly memory: MemoryBudget;
  readonly clock: Clock;
  /** What stands in the room now: its size in the picture is what makes resources urgent. */
  readonly placed: () => Iterable<Placed>;
  /** Products have taken up what came; now who shows them may. */
  readonly onChanged: () => void;
  readonly onFailed: (url: string, error: unknown) => void;
  readonly onProgress: (progress: RoomProgress) => void;
  /** All that is critical is there, has failed, or hangs; then all that makes it sharper. Once each. */
  readonly onArrived: (state: 'interactive' | 'complete') => void;
}

/**
 * Sets the resources of a room on their way in the order in which the camera needs them, as many as its memory budget holds, and
 * sees how far that is.
 */
export class RoomLoading {
  readonly products: LiveProducts;
  /** What the camera makes of things, as of the latest `update`. */
  readonly view = new ViewScore();
  readonly #options: LoadingOptions;
  readonly #store: RoomResources;
  readonly #textures: TextureMemory;
  readonly #priorities = new RoomPriorities();
  readonly #ledger = new ProgressLedger();
  #documentsDone = false;
  #arrived: 'interactive' | 'complete' | undefined;
  #gathering: (() => void) | undefined;
  #left = false;
  /** Something is on its way. */
  #busy = true;
  /** There has been a frame: it is known what the camera sees. */
  #seen = false;
  #looked = Number.NEGATIVE_INFINITY;
  /** Something hangs or drags on: what else there is goes on without it. */
  #late = false;
  readonly #openedAt: number;
  #movedAt: number;
  #movedBytes = 0;
  #bytes = 0;

  constructor(options: LoadingOptions) {
    const { queue, gpu, memory, clock, onFailed } = options;
    this.#options = options;
    this.#openedAt = this.#movedAt = clock.now();
    this.#store = new RoomResources(options, memory);
    this.#textures = new TextureMemory(memory, this.#store, clock);
    this.#store.events.on('changed', ({ resource }) => {
      if (resource.state === 'failed') onFailed(resource.info.url, resource.error);
      this.gather();
    });
    this.products = new LiveProducts(this.#store, gpu.compressed, product => {
      void product.decide(hash => queue.hasCached(hash)).then(() => this.gather());
    });
  }

  /** High textures that stay low because memory has no room for them. */
  get heldBack(): number {
    return this.#textures.heldBack;
  }

  /** How good the picture is, 0..1; 0 until all documents are known. */
  get quality(): number {
    return this.#documentsDone ? roomQuality(this.#options.placed(), this.#seen ? this.view : undefined) : 0;
  }

  get resources(): Iterable<RoomResource> {
    return this.#store.resources;
  }

  /** All documents are known: high textures may be asked for, and the room can be ready. */
  documentsDone(): void {
    this.#documentsDone = true;
    this.gather();
  }

  /** Now and then looks at what the camera sees. `width` and `height` of the picture in pixels. */
  update(camera: Camera, width: number, height: number): void {
    this.view.look(camera, width, height);
    this.#seen = true;
    const now = this.#options.clock.now();
    if (now - this.#looked < LOOK_MS) return;
    this.#looked = now;
    const { memory } = this.#options;
    const short = this.#textures.heldBack > 0 || memory.total > memory.limit;
    if (!this.#busy && !short) return;
    this.#look();
    if (short && this.#textures.settle(this.products, this.#priorities)) this.gather();
    this.#priorities.apply(this.#store, this.products);
    this.#tellProgress();
    if (!this.#late && !this.#arrived && this.#hangs(now)) {
      this.#late = true;
      this.gather();
    }
  }

  /** Everything that failed is tried again. */
  retry(): void {
    for (const resource of [...this.#store.resources]) {
      if (resource.state === 'failed') this.#store.start(resource, resource.priority);
    }
  }

  /** The GPU lost its memory: textures are fetched again, from the disk where they are. */
  reloadTextures(): void {
    this.#store.reloadTextures();
    // At once: nothing may be drawn with a texture that is gone.
    this.#updateProducts();
    this.gather();
  }

  /** Acts on changes a moment later, all that came meanwhile together. */
  gather(): void {
    if (this.#left) return;
    this.#movedAt = this.#options.clock.now();
    this.#gathering ??= this.#options.clock.after(GATHER_MS, () => {
      this.#gathering = undefined;
      this.#settle();
    });
  }

  /** Aborts what is on its way and frees what is there. Twice is harmless. */
  dispose(): void {
    this.#left = true;
    this.#gathering?.();
    this.products.dispose();
    this.#store.dispose();
  }

  #settle(): void {
    this.#updateProducts();
    this.#options.onChanged();
    if (this.#seen) this.#look();
    if (this.#textures.settle(this.products, this.#priorities)) this.#updateProducts();
    this.#startAll();
    this.#tellProgress();
    if (!this.#documentsDone && !this.#late) return;
    const ready = this.#documentsDone && this.#every(product => product.critical());
    const sharp = ready && this.#every(product => product.refinements());
    this.#busy = !sharp;
    if ((ready || this.#late) && !this.#arrived) this.#arrive('interactive');
    if (sharp && this.#arrived === 'interactive') this.#arrive('complete');
  }

  #updateProducts(): void {
    for (const product of this.products) product.update();
  }

  #tellProgress(): void {
    const progress = this.#ledger.count(this.#store.resources, this.#documentsDone);
    this.#bytes = progress.bytesDone;
    this.#options.onProgress(progress);
  }

  /**
   * Whether some of the room can be seen, and nothing of the rest has come for long (a server that does not answer, or drips), or
   * documents take too long.
   */
  #hangs(now: number): boolean {
    if (this.#bytes - this.#movedBytes > LATE_BYTES) {
      this.#movedBytes = this.#bytes;
      this.#movedAt = now;
    }
    const drags = !this.#documentsDone && now - this.#openedAt >= LONG_MS && now - this.#movedAt < MOVING_MS;
    if (!drags && now - this.#movedAt < LATE_MS) return false;
    for (const { info, state } of this.#store.resources) if (info.kind === 'mesh' && state === 'on-gpu') return true;
    return false;
  }

  #arrive(state: 'interactive' | 'complete'): void {
    this.#arrived = state;
    if (state === 'interactive') this.#store.releaseHigh();
    this.#options.onArrived(state);
  }

  #every(resourcesOf: (product: LiveProduct) => Iterable<RoomResource>): boolean {
    for (const product of this.products) {
      if (!product.decided) return false;
      for (const { state } of resourcesOf(product)) if (!isSettled(state)) return false;
    }
    return true;
  }

  /** What the room needs at once; high textures when all documents are known: one of them may bring something more urgent. */
  #startAll(): void {
    for (const product of this.products) {
      for (const resource of product.startable()) {
        if (resource.state === 'known') this.#store.start(resource, this.#priorities.of(resource, true));
      }
      if (!this.#documentsDone && !this.#late) continue;
      for (const resource of product.refinements()) {
        if (resource.state === 'known') this.#store.start(resource, this.#priorities.of(resource, false));
      }
    }
  }

  #look(): void {
    this.#looked = this.#options.clock.now();
    this.#priorities.look(this.view, this.#options.placed());
  }
}
