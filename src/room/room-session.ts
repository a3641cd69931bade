import { type Camera, Group } from 'three';
import { MemoryBudget } from '../assets/memory-budget.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { Emitter } from '../core/emitter.ts';
import { quote } from '../core/errors.ts';
import { GraphClient } from '../graph/graph-client.ts';
import type { RoomDocument } from '../graph/room-documents.ts';
import { DOCUMENT } from '../net/priority.ts';
import { setLight } from '../render/lighting.ts';
import { Crowd } from './crowd.ts';
import { Dressing, type OutfitChange } from './dressing.ts';
import { type AvatarInfo, type FurnitureInfo, followProduct, followRoom } from './follow-room.ts';
import { LiveAvatar } from './live-avatar.ts';
import { LiveFurniture } from './live-furniture.ts';
import type { LiveProduct } from './live-product.ts';
import { LiveProducts } from './live-products.ts';
import type { ResourceDecoder, ResourceQueue, RoomGpu, Uploads } from './ports.ts';
import { ProgressLedger, type RoomProgress } from './progress.ts';
import { isSettled } from './resource-state.ts';
import { ResourceStore, type RoomResource } from './resource-store.ts';
import { type Placed, RoomPriorities } from './room-priorities.ts';
import { TextureMemory } from './texture-memory.ts';
import { ViewScore } from './view-score.ts';

export interface RoomPorts {
  readonly queue: ResourceQueue;
  readonly decoder: ResourceDecoder;
  readonly gpu: RoomGpu;
  readonly uploads: Uploads;
  /** What the room may hold; without one, as much as it likes. It may be shared by rooms. */
  readonly memory?: MemoryBudget;
  readonly clock?: Clock;
}

export interface RoomSessionEvents {
  /** The room's own document is there. */
  room: RoomDocument['data'];
  progress: RoomProgress;
  /** Every skeleton, mesh, animation and low texture is on the GPU or has failed. Once. */
  interactive: undefined;
  /** So is every high texture. Once. */
  complete: undefined;
  /** One document or resource cannot be had, with one error each; the rest goes on. */
  failed: { readonly url: string; readonly error: unknown };
}

/** Milliseconds between two looks at what the camera sees. */
const LOOK_MS = 250;
/** Milliseconds in which changes of resources are gathered before they are acted on. */
const GATHER_MS = 8;

/**
 * One visit to one room: follows its documents, sets its resources on their way in the order in which the camera needs them,
 * and hangs what comes of them on `root`. It draws nothing and knows no canvas: `update` is called with each frame.
 *
 * ```ts
 * const session = new RoomSession('https://example.org/rooms/lounge/room.json', ports);
 * scene.add(session.root);
 * session.events.on('interactive', () => veil.remove());
 * await session.open();
 * ```
 */
export class RoomSession {
  readonly url: string;
  readonly root = new Group();
  readonly graph: GraphClient;
  /** Bytes that the room holds, and may hold: `limit` can be changed at any time. */
  readonly memory: MemoryBudget;
  readonly events = new Emitter<RoomSessionEvents>();
  readonly #ports: RoomPorts;
  readonly #clock: Clock;
  readonly #store: ResourceStore;
  readonly #products: LiveProducts;
  readonly #dressing: Dressing;
  readonly #textures: TextureMemory;
  readonly #furniture: LiveFurniture[] = [];
  readonly #crowd: Crowd;
  readonly #view = new ViewScore();
  readonly #priorities = new RoomPriorities();
  readonly #ledger = new ProgressLedger();
  readonly #told = new Set<unknown>();
  readonly #leave = new AbortController();
  #state: 'opening' | 'loading' | 'interactive' | 'complete' = 'opening';
  #documentsDone = false;
  #gathering: (() => void) | undefined;
  /** There has been a frame: it is known what the camera sees. */
  #seen = false;
  #looked = Number.NEGATIVE_INFINITY;

  /** @param url - absolute, of the room's document. */
  constructor(url: string, ports: RoomPorts) {
    this.url = url;
    this.#ports = ports;
    this.#clock = ports.clock ?? systemClock;
    this.memory = ports.memory ?? new MemoryBudget(Number.POSITIVE_INFINITY);
    this.#store = new ResourceStore(ports, this.memory);
    this.#textures = new TextureMemory(this.memory, this.#store, this.#clock);
    this.#crowd = new Crowd(this.root, this.memory);
    this.#store.events.on('changed', ({ resource }) => this.#changed(resource));
    const { signal } = this.#leave;
    this.#products = new LiveProducts(this.#store, ports.gpu.compressed, product => this.#bring(product));
    let asked = 0;
    this.graph = new GraphClient((document, { fresh }) => {
      const url = fresh ? pastCaches(document, ++asked) : document;
      return ports.queue.load({ url, priority: { class: DOCUMENT, utility: 0 }, signal }).done;
    });
    this.#dressing = new Dressing(product =>
      followProduct(this.graph, product, (failed, error) => signal.aborted || this.#fail(failed, error)),
    );
  }

  get state(): 'opening' | 'loading' | 'interactive' | 'complete' {
    return this.#state;
  }

  get avatars(): readonly LiveAvatar[] {
    return this.#crowd.avatars;
  }

  get furniture(): readonly LiveFurniture[] {
    return this.#furniture;
  }

  /** A product that stands in the room or is worn; by the URL of its document. */
  productOf(url: string): LiveProduct | undefined {
    for (const product of this.#products) if (product.info.url === url) return product;
    return undefined;
  }

  /** High textures that stay low because memory has no room for them. */
  get heldBack(): number {
    return this.#textures.heldBack;
  }

  /** How many resources are held; 0 after `dispose`. */
  get resourceCount(): number {
    return [...this.#store.resources].length;
  }

  /**
   * Begins the visit. Resolves when all documents are known; loading goes on.
   * @throws LoadError or FormatError when the room's own document cannot be had; the signal's reason after `dispose`.
   */
  async open(): Promise<void> {
    await followRoom(this.graph, this.url, {
      room: data => {
        this.#state = 'loading';
        this.root.name = data.name;
        if (data.light) setLight(this.root, { ...data.light, exposure: data.light.exposure ?? 1 });
        this.events.emit('room', data);
      },
      furniture: info => this.#leave.signal.aborted || this.#addFurniture(info),
      avatar: info => this.#leave.signal.aborted || this.#addAvatar(info),
      failed: (url, error) => this.#leave.signal.aborted || this.#fail(url, error),
    });
    this.#leave.signal.throwIfAborted();
    this.#documentsDone = true;
    this.#gather();
  }

  /**
   * Moves the avatars on, and now and then looks at what the camera sees.
   *
   * @param seconds - since the last call, >= 0.
   * @param width - of the picture, in pixels; so `height`.
   */
  update(seconds: number, camera: Camera, width: number, height: number): void {
    this.#view.look(camera, width, height);
    this.#seen = true;
    this.#crowd.update(seconds, this.#view);
    const now = this.#clock.now();
    if (now - this.#looked < LOOK_MS) return;
    this.#looked = now;
    const short = this.#textures.heldBack > 0 || this.memory.total > this.memory.limit;
    if (this.#state === 'complete' && !short) return;
    this.#look();
    if (short && this.#textures.settle(this.#products, this.#priorities)) this.#gather();
    this.#priorities.apply(this.#store, this.#products);
    this.#tellProgress();
  }

  /** Poses every avatar as it is `seconds` after it began: the same each time. For pictures that must not differ. */
  poseAt(seconds: number): void {
    this.#crowd.poseAt(seconds);
  }

  /** Poses are made less often, for machines that cannot keep up: 1 as they deserve, 2 half as often. */
  set poseSlowness(slowness: number) {
    this.#crowd.poseSlowness = slowness;
  }

  /** Somebody by the URL of their edge, relative to the room's, or by name; the first of that name. */
  avatar(who: string): LiveAvatar | undefined {
    const url = URL.canParse(who, this.url) ? new URL(who, this.url).href : who;
    return this.avatars.find(({ info }) => info.url === url) ?? this.avatars.find(({ info }) => info.name === who);
  }

  /**
   * Changes what somebody in the room wears; `LiveAvatar.wear` says how. A change that is asked for while another is on its way takes
   * that one's place and does both: the promise of the earlier rejects with an AbortError, in the end the latest counts.
   *
   * @param who - or what `avatar` knows them by.
   * @param change - or the URL of the one product to put on.
   * @throws RangeError where nobody is called that; LoadError or FormatError where a product or a mesh of it cannot be had or does
   * not fit; the signal's reason. What was worn before is kept then.
   */
  async dress(who: LiveAvatar | string, change: OutfitChange | string, signal?: AbortSignal): Promise<void> {
    const avatar = typeof who === 'string' ? this.avatar(who) : who;
    if (!avatar) throw new RangeError(`nobody in the room is called ${quote(who)}`);
    const wanted = typeof change === 'string' ? { on: [change] } : change;
    return this.#dressing.change(avatar, wanted, new URL(this.url), signal);
  }

  /** Everything that failed is tried again. */
  retry(): void {
    for (const resource of [...this.#store.resources]) {
      if (resource.state === 'failed') this.#store.start(resource, resource.priority);
    }
  }

  /** The GPU lost its memory: textures are fetched again, from the disk where they are. To be called when the context is back. */
  contextLost(): void {
    this.#store.contextLost();
    // At once: nothing may be drawn with a texture that is gone.
    this.#updateProducts();
    this.#gather();
  }

  /** Leaves the room: what is on its way is aborted, what is on the GPU is disposed of. Twice is harmless. */
  dispose(): void {
    if (this.#leave.signal.aborted) return;
    this.#leave.abort(new DOMException('the room was left', 'AbortError'));
    this.#gathering?.();
    this.#crowd.dispose();
    for (const furniture of this.#furniture) furniture.dispose();
    this.#furniture.length = 0;
    this.#products.dispose();
    this.#store.dispose();
    this.events.clear();
    this.root.removeFromParent();
  }

  #addFurniture(info: FurnitureInfo): void {
    const furniture = new LiveFurniture(info, this.#products);
    this.#furniture.push(furniture);
    this.root.add(furniture.group);
    this.#gather();
  }

  #addAvatar(info: AvatarInfo): void {
    const avatar = new LiveAvatar(info, this.#products, (url, error) => this.#fail(url, error));
    this.#crowd.add(avatar);
    this.#gather();
  }

  #bring(product: LiveProduct): void {
    void product.decide(hash => this.#ports.queue.hasCached(hash)).then(() => this.#gather());
  }

  *#placed(): Generator<Placed> {
    yield* this.#furniture;
    yield* this.#crowd.avatars;
  }

  #changed(resource: RoomResource): void {
    if (resource.state === 'failed') this.#fail(resource.info.url, resource.error);
    this.#gather();
  }

  /** One that several stumble over (a skin that fits no skeleton) is told once. */
  #fail(url: string, error: unknown): void {
    if (this.#told.has(error)) return;
    this.#told.add(error);
    this.events.emit('failed', { url, error });
  }

  /** Acts on changes a moment later, all that came meanwhile together. */
  #gather(): void {
    if (this.#leave.signal.aborted) return;
    this.#gathering ??= this.#clock.after(GATHER_MS, () => {
      this.#gathering = undefined;
      this.#settle();
    });
  }

  #settle(): void {
    this.#updateProducts();
    for (const avatar of this.#crowd.avatars) avatar.resourcesChanged();
    this.#look();
    if (this.#textures.settle(this.#products, this.#priorities)) this.#updateProducts();
    this.#startAll();
    this.#tellProgress();
    if (!this.#documentsDone) return;
    if (this.#state === 'loading' && this.#every(product => product.critical())) this.#arrive('interactive');
    if (this.#state === 'interactive' && this.#every(product => product.refinements())) this.#arrive('complete');
  }

  #updateProducts(): void {
    for (const product of this.#products) product.update();
  }

  #tellProgress(): void {
    this.events.emit('progress', this.#ledger.count(this.#store.resources, this.#documentsDone));
  }

  #arrive(state: 'interactive' | 'complete'): void {
    this.#state = state;
    if (state === 'interactive') this.#store.releaseHigh();
    this.events.emit(state, undefined);
  }

  #every(resourcesOf: (product: LiveProduct) => Iterable<RoomResource>): boolean {
    for (const product of this.#products) {
      if (!product.decided) return false;
      for (const { state } of resourcesOf(product)) if (!isSettled(state)) return false;
    }
    return true;
  }

  /** What the room needs at once; high textures when all documents are known: one of them may bring something more urgent. */
  #startAll(): void {
    for (const product of this.#products) {
      for (const resource of product.startable()) {
        if (resource.state === 'known') this.#store.start(resource, this.#priorities.of(resource, true));
      }
      if (!this.#documentsDone) continue;
      for (const resource of product.refinements()) {
        if (resource.state === 'known') this.#store.start(resource, this.#priorities.of(resource, false));
      }
    }
  }

  #look(): void {
    if (!this.#seen) return;
    this.#looked = this.#clock.now();
    this.#priorities.look(this.#view, this.#placed());
  }
}

/** Documents allow query parameters to be appended: another URL, which no cache on the way has an old answer for. */
function pastCaches(url: string, count: number): string {
  return `${url}${url.includes('?') ? '&' : '?'}fresh=${count}`;
}
