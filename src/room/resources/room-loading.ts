import type { Camera } from 'three';
import type { MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { Clock } from '../../core/clock.ts';
import { CRITICAL_VISIBLE } from '../../net/queue/priority.ts';
import type { ResourceDecoder, ResourceQueue, RoomGpu, Uploads } from '../dependencies.ts';
import type { LiveProduct } from '../furniture/live-product.ts';
import { LiveProducts } from '../furniture/live-products.ts';
import type { ScrollingTextures } from '../textures/scrolling-textures.ts';
import { TextureMemory } from '../textures/texture-memory.ts';
import { Arrival, type ArrivalState } from './arrival.ts';
import { DoorFirst } from './door-first.ts';
import { FrameChanges } from './frame-changes.ts';
import { ProgressLedger, type RoomProgress } from './progress.ts';
import { type Placed, RoomPriorities } from './room-priorities.ts';
import { RoomQuality } from './room-quality.ts';
import type { RoomResource } from './room-resource.ts';
import { RoomResources } from './room-resources.ts';
import { ViewScore } from './view-score.ts';

/** Milliseconds between two checks of what the camera sees. */
const LOOK_MS = 250;
/** A check takes about 2 microseconds a resource. Above this number, checks are rarer: 50,000 resources would take 40 % of a core. */
const MANY = 4000;
/** Share of the picture that a thing must cover for its high texture to be loaded while the visitor saves data. */
const SPARING_SHARE = 1 / 12;

export interface LoadingOptions {
  readonly queue: ResourceQueue;
  readonly decoder: ResourceDecoder;
  readonly gpu: RoomGpu;
  readonly uploads: Uploads;
  readonly memory: MemoryBudget;
  readonly clock: Clock;
  /** Returns what stands in the room. The size in the picture decides how urgent resources are. */
  readonly placed: () => Iterable<Placed>;
  readonly onFailed: (url: string, error: unknown) => void;
  readonly onProgress: (progress: RoomProgress) => void;
  /** What the camera sees has arrived, failed, or hangs; then everything that is critical; then all that makes it sharper. Once each. */
  readonly onArrived: (state: ArrivalState) => void;
  /** See `RoomDependencies.entered`. */
  readonly entered?: (() => Promise<unknown>) | undefined;
}

/**
 * Starts the resources of a room in the order in which the camera needs them, as far as its memory budget allows. A changed resource marks
 * its users. Once a frame, marked users are refreshed, and more resources of changed products are started.
 */
export class RoomLoading {
  readonly products: LiveProducts;
  /** What the camera sees, as of the latest `update`. */
  readonly view = new ViewScore();
  readonly #options: LoadingOptions;
  readonly #changes: FrameChanges;
  readonly #store: RoomResources;
  /** Whether only high textures of what the camera sees large are requested. */
  sparing = false;
  readonly #textures: TextureMemory;
  readonly #priorities = new RoomPriorities();
  /** Before the first look at all that is placed, nobody knows what the camera sees. */
  readonly #ledger = new ProgressLedger(resource => this.#lookedAt < 0 || this.#isSeen(resource));
  readonly #quality = new RoomQuality();
  readonly #arrival: Arrival;
  readonly #door: DoorFirst;
  /** Since the latest changes were applied: products that are not what they were, and things that show a product they did not. */
  readonly #changed = new Set<LiveProduct>();
  readonly #added = new Set<Placed>();
  #left = false;
  /** Whether there was a frame, so that it is known what the camera sees. */
  #seen = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #weighedAt = Number.NEGATIVE_INFINITY;
  /** When it was last checked whether the camera sees something that is missing. */
  #missedAt = Number.NEGATIVE_INFINITY;

  constructor(options: LoadingOptions) {
    const { gpu, memory, clock } = options;
    this.#options = options;
    this.#arrival = new Arrival(clock);
    this.#changes = new FrameChanges(clock, () => this.#applyChanges());
    this.#store = new RoomResources(options, memory, this.#changes, resource => this.#resourceChanged(resource));
    this.#door = new DoorFirst(
      () => this.#store.isDecoderBehind,
      () => this.#arrival.isStuck,
    );
    this.#textures = new TextureMemory(memory, this.#store, clock);
    this.products = new LiveProducts(this.#store, gpu.compressed, {
      onAcquired: (product, user, isNew) => {
        this.#added.add(user);
        this.#arrival.moved();
        if (!isNew) return;
        this.#arrival.note(product);
        this.#changed.add(product);
        void product.decide(info => this.#store.hasCached(info));
      },
      onChanged: product => this.#changed.add(product),
      onGone: product => {
        this.#arrival.forget(product);
        this.#quality.forget(product);
        this.#changed.delete(product);
        // The room may be complete without it.
        if (!this.#left) this.#changes.schedule();
      },
    });
  }

  /** High textures that stay low because memory has no room for them. */
  get heldBack(): number {
    return this.#textures.heldBack;
  }

  /** How good the picture is, 0..1; 0 until all documents are known. What the camera sees is weighed four times a second. */
  get quality(): number {
    if (!this.#arrival.documentsDone) return 0;
    const now = this.#options.clock.now();
    if (this.#added.size > 0 || now - this.#weighedAt >= LOOK_MS) {
      this.#weighedAt = now;
      this.#quality.look(this.#seen ? this.view : undefined, this.#options.placed());
    }
    return this.#quality.value;
  }

  get resources(): Iterable<RoomResource> {
    return this.#store.resources;
  }

  get scrolling(): ScrollingTextures {
    return this.#store.scrolling;
  }

  /** All documents are known: high textures may be asked for, and the room can be ready. */
  documentsDone(): void {
    this.#arrival.documentsDone = true;
    this.#startHighs();
  }

  /** Applies what changed since the last frame, and now and then looks at what the camera sees. `width` and `height` in pixels. */
  update(camera: Camera, width: number, height: number): void {
    this.view.look(camera, width, height);
    this.#textures.leastArea = this.sparing ? width * height * SPARING_SHARE : 0;
    this.#seen = true;
    if (this.#changes.due) this.#applyChanges();
    const now = this.#options.clock.now();
    if (now - this.#lookedAt < LOOK_MS * this.#many) return;
    this.#lookedAt = now;
    const { memory, placed } = this.#options;
    const short = this.#textures.heldBack > 0 || memory.total > memory.limit;
    if (!this.#arrival.isBusy && !short) return;
    this.#priorities.look(this.view, placed(), product => short || this.#arrival.isWaitingFor(product));
    if (short) this.#textures.settle(this.products, this.#priorities);
    this.#priorities.apply(this.#store, short ? this.products : this.#arrival.waiting());
    // The camera may have turned to what was held back.
    if (!this.#arrival.isInteractive) for (const product of this.#arrival.waiting()) this.#startVisible(product);
    this.#ledger.look();
    this.#reportProgress();
    const isLate = this.#arrival.isLate(this.#ledger.received, () => this.#hasMesh());
    if (isLate) this.#door.open();
    if (isLate || this.#door.releases()) this.#startHighs();
    this.#announce();
    // The room may never be whole. `entered` is asked after `interactive` was told.
    if (isLate) void this.#releaseHigh();
  }

  /** Everything that failed is tried again. */
  retry(): void {
    for (const resource of [...this.#store.resources]) {
      if (resource.state !== 'failed') continue;
      this.#store.start(resource, resource.priority);
      for (const subscriber of resource.subscribers) this.#changes.mark(subscriber);
    }
  }

  /** The GPU lost its memory: textures are fetched again, from the disk where they are. */
  reloadTextures(): void {
    this.#store.reloadTextures();
    // At once: nothing may be drawn with a texture that is gone.
    this.#applyChanges();
  }

  /** Aborts what is on its way and frees what is there. Twice is harmless. */
  dispose(): void {
    this.#left = true;
    this.products.dispose();
    this.#store.dispose();
    this.#changes.dispose();
  }

  #resourceChanged(resource: RoomResource): void {
    if (this.#left) return;
    this.#arrival.moved();
    this.#door.note(resource);
    this.#ledger.note(resource);
    if (resource.state === 'failed') this.#options.onFailed(resource.info.url, resource.error);
  }

  #applyChanges(): void {
    if (this.#left) return;
    this.#changes.apply();
    // Until there is a frame, nothing is more urgent than another.
    if (this.#seen) this.#priorities.add(this.view, this.#added, product => this.#arrival.isWaitingFor(product));
    if (this.#added.size > 0) this.#ledger.look();
    this.#added.clear();
    this.#textures.settleChanged(this.#changed, this.products, this.#priorities);
    this.#changes.apply();
    for (const product of this.#changed) {
      this.#arrival.note(product);
      this.#quality.note(product);
      this.#startVisible(product);
    }
    for (const product of this.#changed) this.#start(product);
    this.#changed.clear();
    if (this.#door.releases()) this.#startHighs();
    this.#reportProgress();
    this.#announce();
  }

  #announce(): void {
    for (let state = this.#arrival.next(this.#isMissing); state; state = this.#arrival.next(this.#isMissing)) {
      if (state === 'interactive') {
        this.#door.open();
        this.#ledger.enter();
        this.#reportProgress();
        this.#startHighs();
      }
      this.#options.onArrived(state);
      if (state === 'whole') void this.#releaseHigh();
    }
  }

  async #releaseHigh(): Promise<void> {
    await this.#options.entered?.();
    this.#store.releaseHigh();
  }

  /** Whether the camera sees a product that cannot be drawn as it is shown. Before the first frame, any counts as seen. */
  readonly #isMissing = (): boolean => {
    // A room of which nothing is there is no room, wherever the camera looks.
    if (!this.#seen || !this.#hasMesh()) return true;
    const now = this.#options.clock.now();
    if (this.#many > 1 && now - this.#missedAt < LOOK_MS * this.#many) return true;
    this.#missedAt = now;
    let missing = false;
    for (const place of this.#options.placed()) {
      if (!place.unbounded && !this.view.sees(place.sphere, place.box)) continue;
      place.eachProduct(product => {
        missing ||= this.#arrival.isWaitingFor(product) && !product.isDrawableWhile(clip => place.plays(clip));
      });
      if (missing) return true;
    }
    return false;
  };

  /** How many times rarer looks are than in a small room. */
  get #many(): number {
    return Math.max(1, this.#store.size / MANY);
  }

  #startHighs(): void {
    for (const product of this.#arrival.waiting()) this.#changed.add(product);
    this.#changes.schedule();
  }

  /** Starts what the door needs of the product. */
  #startVisible(product: LiveProduct): void {
    for (const resource of product.startable()) if (this.#isSeen(resource)) this.#startOne(resource, true);
  }

  /** Whether the camera sees something that needs it, as of the latest look. */
  #isSeen(resource: RoomResource): boolean {
    return this.#priorities.of(resource, true).class <= CRITICAL_VISIBLE;
  }

  /**
   * Starts what the product needs. High textures start once all documents are known, because one may bring something more urgent. Those that
   * replace a low one wait until the room is interactive: each file costs 2 to 3 ms of processor time.
   */
  #start(product: LiveProduct): void {
    for (const resource of product.startable()) this.#startOne(resource, true);
    if (!this.#arrival.highsMayStart) return;
    for (const resource of product.refinements(!this.#arrival.isInteractive)) this.#startOne(resource, false);
  }

  #startOne(resource: RoomResource, critical: boolean): void {
    if (resource.state !== 'known') return;
    const priority = this.#priorities.of(resource, critical);
    // Until there is a frame, nobody knows what the camera sees.
    if (this.#seen && !this.#door.admits(priority)) return;
    this.#store.start(resource, priority);
  }

  #reportProgress(): void {
    this.#options.onProgress(this.#ledger.progress(this.#arrival.documentsDone));
  }

  #hasMesh(): boolean {
    for (const { info, state } of this.#store.resources) if (info.kind === 'mesh' && state === 'on-gpu') return true;
    return false;
  }
}
