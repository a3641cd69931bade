import { type Camera, Group } from 'three';
import { MemoryBudget } from '../assets/memory/memory-budget.ts';
import type { Ground } from '../avatar/motion/foot-plant.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { Emitter } from '../core/emitter.ts';
import { quote } from '../core/errors.ts';
import type { Pacer } from '../core/pacer.ts';
import { parseUrl } from '../core/parse-url.ts';
import { GraphClient } from '../graph/graph-client.ts';
import type { RoomDocument } from '../graph/room-documents.ts';
import { setLight } from '../render/materials/lighting.ts';
import type { LiveAvatar } from './avatars/live-avatar.ts';
import type { OutfitChange } from './avatars/outfit-change-queue.ts';
import { Wardrobe } from './avatars/wardrobe.ts';
import type { RoomDependencies } from './dependencies.ts';
import { documentLoader } from './documents/document-loader.ts';
import { followRoom } from './documents/follow-room.ts';
import { KnownThings, type RoomChange, type RoomSink } from './documents/room-info.ts';
import type { LiveFurniture } from './furniture/live-furniture.ts';
import type { LiveProduct } from './furniture/live-product.ts';
import { Failures } from './resources/failures.ts';
import { RoomLoading } from './resources/room-loading.ts';
import type { RoomResource } from './resources/room-resource.ts';
import { RoomContents } from './room-contents.ts';
import type { RoomSessionEvents } from './room-events.ts';

/**
 * One visit to one room: follows its documents, requests its resources in the order in which the camera needs them, and adds what they
 * become to `root`. It draws nothing and has no canvas. Call `update` with each frame.
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
  /** The bytes that the room holds, and its limit, which may change at any time. */
  readonly memory: MemoryBudget;
  readonly events = new Emitter<RoomSessionEvents>();
  readonly #loading: RoomLoading;
  readonly #contents: RoomContents;
  readonly #wardrobe: Wardrobe;
  readonly #pacer: Pacer | undefined;
  readonly #failures = new Failures((url, error) => {
    if (!this.#leave.signal.aborted) this.events.emit('failed', { url, error });
  });
  readonly #leave = new AbortController();
  #state: 'opening' | 'loading' | 'interactive' | 'complete' = 'opening';
  #position: string | undefined;
  #door: RoomSession['door'] = { position: [0, 1.7, 5], target: [0, 1.2, 0] };
  readonly #known = new KnownThings();
  #lit: RoomDocument['data']['light'];
  /** Documents that changed before the code that reads them had loaded. */
  readonly #stale = new Set<string>();
  readonly #stopGathering: () => void;
  readonly #clock: Clock;
  #documentsDone = false;
  #changes: Promise<void> | undefined;

  /** @param url - absolute, of the room's document. */
  constructor(url: string, ports: RoomDependencies) {
    const { queue, decoder, gpu, uploads, memory = new MemoryBudget(Number.POSITIVE_INFINITY), clock = systemClock } = ports;
    this.url = url;
    this.memory = memory;
    this.#clock = clock;
    this.#pacer = ports.pacer;
    const { signal } = this.#leave;
    this.graph = new GraphClient(
      documentLoader(queue, signal, position => {
        this.#position ??= position;
      }),
    );
    const onFailed = (url: string, error: unknown) => this.#failures.add(url, error);
    this.#loading = new RoomLoading({
      ...{ queue, decoder, gpu, uploads, memory, clock },
      placed: () => this.#contents.placed(),
      onFailed,
      onProgress: progress => this.events.emit('progress', progress),
      onArrived: state => {
        if (state !== 'whole') this.#state = state;
        this.events.emit(state, undefined);
      },
      entered: ports.entered,
    });
    const { products, scrolling } = this.#loading;
    this.#contents = new RoomContents({ root: this.root, products, scrolling, budget: memory, onError: onFailed });
    this.#wardrobe = new Wardrobe({ graph: this.graph, url, onFailed, signal });
    this.#stopGathering = this.graph.events.on('stale', ({ urls }) => {
      for (const stale of urls) this.#stale.add(stale);
      this.#followChanges();
    });
  }

  /**
   * Whether the room requests high textures only of what the camera sees large, and the others when the camera comes near. For visitors
   * who pay for traffic. May change at any time.
   */
  set sparing(sparing: boolean) {
    this.#loading.sparing = sparing;
  }

  get state(): 'opening' | 'loading' | 'interactive' | 'complete' {
    return this.#state;
  }

  /**
   * The position in the server's log that the first response reflects (`Foyer-Seq`). An update stream that begins behind it misses
   * nothing. Undefined if the server sent none.
   */
  get position(): string | undefined {
    return this.#position;
  }

  /** The view on entering the room: an eye and what it looks at, metres. From the room's document. */
  get door(): { readonly position: readonly [number, number, number]; readonly target: readonly [number, number, number] } {
    return this.#door;
  }

  get avatars(): readonly LiveAvatar[] {
    return this.#contents.avatars;
  }

  get furniture(): readonly LiveFurniture[] {
    return this.#contents.furniture;
  }

  /** Finds a product that stands in the room or is worn, by the URL of its document. */
  productOf(url: string): LiveProduct | undefined {
    for (const product of this.#loading.products) if (product.info.url === url) return product;
    return undefined;
  }

  /** Number of textures that stay low because the memory budget has no room for their high version. */
  get heldBack(): number {
    return this.#loading.heldBack;
  }

  /** Quality of the picture, 0..1. 1: everything that the camera sees is at its best. */
  get quality(): number {
    return this.#loading.quality;
  }

  /** All resources that the room holds or waits for. */
  get resources(): Iterable<RoomResource> {
    return this.#loading.resources;
  }

  /** Number of those resources; 0 after `dispose`. */
  get resourceCount(): number {
    return [...this.#loading.resources].length;
  }

  /**
   * Begins the visit. Resolves when all documents have been read. Resources go on loading.
   * @throws LoadError or FormatError if the room's own document is not available; an AbortError after `dispose`.
   */
  async open(): Promise<void> {
    const sink: RoomSink = {
      room: data => {
        this.#state = 'loading';
        this.root.name = data.name;
        this.#light(data);
        this.#door = data.spawn ?? this.#door;
        this.events.emit('room', data);
      },
      furniture: info => {
        if (this.#leave.signal.aborted) return;
        this.#contents.addFurniture(info);
      },
      avatar: info => {
        if (this.#leave.signal.aborted) return;
        this.#contents.addAvatar(info);
      },
      failed: this.#failures.following(),
    };
    await followRoom(this.graph, this.url, sink, this.#pacer, this.#known);
    this.#leave.signal.throwIfAborted();
    this.#loading.documentsDone();
    this.#documentsDone = true;
    this.#followChanges();
  }

  /**
   * Moves the avatars, and from time to time reorders downloads by what the camera sees.
   *
   * @param seconds - since the last call, >= 0.
   * @param width - of the picture in pixels, as `height`.
   */
  update(seconds: number, camera: Camera, width: number, height: number): void {
    this.#loading.update(camera, width, height);
    this.#contents.update(seconds, this.#loading.view);
  }

  /** Poses every avatar, and everything that turns, as `seconds` after the start. Always the same, for pictures that must not differ. */
  poseAt(seconds: number): void {
    this.#contents.poseAt(seconds);
  }

  /**
   * The floor that feet stand on. It is called for the feet of avatars that are large in the picture, so it must be quick. Undefined: flat,
   * at each avatar's own height.
   */
  set ground(ground: Ground | undefined) {
    this.#contents.crowd.ground = ground;
  }

  /** Divides how often avatars are posed, for slow machines: 1 normal, 2 half as often. */
  set poseSlowness(slowness: number) {
    this.#contents.crowd.poseSlowness = slowness;
  }

  /** Finds an avatar by the URL of its edge, relative to the room's, or by name: the first of that name. */
  avatar(who: string): LiveAvatar | undefined {
    const url = parseUrl(who, this.url)?.href ?? who;
    return this.#contents.avatarAt(url) ?? this.avatars.find(({ info }) => info.name === who);
  }

  /**
   * Changes what an avatar wears, as `LiveAvatar.wear` does. A call during another change replaces that and applies both. The promise of
   * the earlier call rejects with an AbortError.
   *
   * @param who - an avatar, or what `avatar` finds it by.
   * @param change - or the URL of one product to put on.
   * @throws RangeError if there is no such avatar; LoadError or FormatError if a product or its mesh is not available or does not fit;
   * the signal's reason. The avatar keeps its outfit then.
   */
  async dress(who: LiveAvatar | string, change: OutfitChange | string, signal?: AbortSignal): Promise<void> {
    const avatar = typeof who === 'string' ? this.avatar(who) : who;
    if (!avatar) throw new RangeError(`nobody in the room is called ${quote(who)}`);
    return this.#wardrobe.dress(avatar, typeof change === 'string' ? { on: [change] } : change, signal);
  }

  /** Requests again all resources and documents that failed. */
  retry(): void {
    this.#loading.retry();
    this.graph.invalidate(...this.#failures.takeLost());
  }

  /** Loads all textures again, from the disk cache if they are in it. Call it when a lost WebGL context was restored. */
  reloadTextures(): void {
    this.#loading.reloadTextures();
  }

  /** Leaves the room: aborts its downloads and disposes of its GPU objects. Calling it twice is harmless. */
  dispose(): void {
    if (this.#leave.signal.aborted) return;
    this.#leave.abort(new DOMException('the room was left', 'AbortError'));
    this.#contents.dispose();
    this.#loading.dispose();
    this.events.clear();
    this.root.removeFromParent();
  }

  #light({ light }: RoomDocument['data']): void {
    if (light === this.#lit) return;
    this.#lit = light;
    setLight(this.root, light && { ...light, exposure: light.exposure ?? 1 });
  }

  #renew(change: RoomChange): void {
    this.root.name = change.data.name;
    this.#light(change.data);
    this.#contents.renew(change);
    this.events.emit('changed', change);
    this.events.emit('renewed', change.data);
  }

  /** Loads the code that reads changed documents again. It is needed once all documents were read and one of them changed. */
  #followChanges(): void {
    const { signal } = this.#leave;
    if (this.#changes || !this.#documentsDone || this.#stale.size === 0 || signal.aborted) return;
    this.#changes = import('./documents/room-renewal.ts').then(
      ({ RoomRenewal }) => {
        if (signal.aborted) return;
        this.#stopGathering();
        const { graph, url } = this;
        new RoomRenewal(this.#stale, {
          ...{ graph, url, signal, clock: this.#clock, pacer: this.#pacer, known: this.#known, shown: this.#contents.urls },
          following: () => this.#failures.following(),
          onChange: change => this.#renew(change),
        });
      },
      error => {
        // The next change tries again.
        this.#changes = undefined;
        this.#failures.add(this.url, error);
      },
    );
  }
}
