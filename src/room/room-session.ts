import { type Camera, Group } from 'three';
import { MemoryBudget } from '../assets/memory/memory-budget.ts';
import type { Ground } from '../avatar/motion/foot-plant.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { Emitter } from '../core/emitter.ts';
import { quote } from '../core/errors.ts';
import type { Pacer } from '../core/pacer.ts';
import { parseUrl } from '../core/parse-url.ts';
import { GraphClient } from '../graph/graph-client.ts';
import { defaultLimits } from '../graph/graph-limits.ts';
import type { RoomDocument } from '../graph/room-documents.ts';
import { DOCUMENT } from '../net/queue/priority.ts';
import { setLight } from '../render/materials/lighting.ts';
import type { LiveAvatar } from './avatars/live-avatar.ts';
import type { OutfitChange } from './avatars/outfit-change-queue.ts';
import { Wardrobe } from './avatars/wardrobe.ts';
import type { ResourceDecoder, ResourceQueue, RoomGpu, Uploads } from './dependencies.ts';
import { followRoom } from './documents/follow-room.ts';
import { KnownThings, type RoomChange, type RoomSink } from './documents/room-info.ts';
import type { RoomReader } from './documents/room-reader.ts';
import { RoomRenewal } from './documents/room-renewal.ts';
import type { LiveFurniture } from './furniture/live-furniture.ts';
import type { LiveProduct } from './furniture/live-product.ts';
import { Failures } from './resources/failures.ts';
import type { RoomProgress } from './resources/progress.ts';
import { RoomLoading } from './resources/room-loading.ts';
import type { RoomResource } from './resources/room-resource.ts';
import { RoomContents } from './room-contents.ts';

export interface RoomDependencies {
  readonly queue: ResourceQueue;
  readonly decoder: ResourceDecoder;
  readonly gpu: RoomGpu;
  readonly uploads: Uploads;
  /** What the room may hold; without one, as much as it likes. It may be shared by rooms. */
  readonly memory?: MemoryBudget;
  readonly clock?: Clock;
  /** Cuts work that would be long into slices; without one, all documents of a file are checked in one task. */
  readonly pacer?: Pacer;
  /** Called once the room is whole, or goes on without what hangs. High textures are decoded when its promise settles; without it, at once. */
  readonly entered?: () => Promise<unknown>;
}

export interface RoomSessionEvents {
  /** The room's own document is there. */
  room: RoomDocument['data'];
  progress: RoomProgress;
  /**
   * Every skeleton, mesh, playing animation and low texture that the camera sees is on the GPU or has failed. Once. Where `update` was
   * never called, that is those of the whole room.
   */
  interactive: undefined;
  /** So is every one of the whole room. Once. */
  whole: undefined;
  /** So is every high texture. Once. */
  complete: undefined;
  /** What became otherwise because documents changed, before `renewed`. */
  changed: RoomChange;
  /** Documents changed, and the room has become what they say; resources may still be on their way. */
  renewed: RoomDocument['data'];
  /** One document or resource cannot be had, with one error each; the rest goes on. */
  failed: { readonly url: string; readonly error: unknown };
}

/**
 * What a document is worth more than one that lies a link nearer to the room's: a product is followed to its resources before the next
 * is begun, so that something can be shown while thousands of documents are still to come. More than waiting is worth in a minute.
 */
const DEEPER = 8;

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
  readonly #renewal: RoomRenewal;

  /** @param url - absolute, of the room's document. */
  constructor(url: string, ports: RoomDependencies) {
    const { queue, decoder, gpu, uploads, memory = new MemoryBudget(Number.POSITIVE_INFINITY), clock = systemClock } = ports;
    this.url = url;
    this.memory = memory;
    this.#pacer = ports.pacer;
    const { signal } = this.#leave;
    this.graph = new GraphClient((document, { fresh, depth }) => {
      const priority = { class: DOCUMENT, utility: DEEPER ** depth };
      const onHeaders = (headers: Pick<Headers, 'get'>) => {
        this.#position ??= headers.get('foyer-seq') ?? undefined;
      };
      const maxBytes = defaultLimits.responseBytes;
      return queue.load({ url: document, maxBytes, priority, signal, onHeaders, revalidate: fresh }).done;
    });
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
    this.#renewal = new RoomRenewal({
      ...{ graph: this.graph, url, clock },
      openReader: () => this.#openReader(),
      following: () => this.#failures.following(),
      onChange: change => this.#renew(change),
    });
  }

  /**
   * Whether the room asks only for the high textures of what the camera sees large: the others come when it comes near. For visitors who
   * pay for what they load. May change at any time.
   */
  set sparing(sparing: boolean) {
    this.#loading.sparing = sparing;
  }

  get state(): 'opening' | 'loading' | 'interactive' | 'complete' {
    return this.#state;
  }

  /**
   * The least position in the server's log that a document of this visit reflects, as the first response told (`Foyer-Seq`): an update stream that
   * begins behind it misses nothing. Undefined where the server tells none.
   */
  get position(): string | undefined {
    return this.#position;
  }

  /** Where one comes in, as the room's document says: an eye, and what it looks at. */
  get door(): { readonly position: readonly [number, number, number]; readonly target: readonly [number, number, number] } {
    return this.#door;
  }

  get avatars(): readonly LiveAvatar[] {
    return this.#contents.avatars;
  }

  get furniture(): readonly LiveFurniture[] {
    return this.#contents.furniture;
  }

  /** A product that stands in the room or is worn; by the URL of its document. */
  productOf(url: string): LiveProduct | undefined {
    for (const product of this.#loading.products) if (product.info.url === url) return product;
    return undefined;
  }

  /** High textures that stay low because memory has no room for them. */
  get heldBack(): number {
    return this.#loading.heldBack;
  }

  /** How good the picture is that the camera takes, 0..1: 1 when everything in it is there at its best. */
  get quality(): number {
    return this.#loading.quality;
  }

  /** Everything that the room holds or waits for. */
  get resources(): Iterable<RoomResource> {
    return this.#loading.resources;
  }

  /** How many resources are held; 0 after `dispose`. */
  get resourceCount(): number {
    return [...this.#loading.resources].length;
  }

  /**
   * Begins the visit. Resolves when all documents are known; loading goes on.
   * @throws LoadError or FormatError when the room's own document cannot be had; the signal's reason after `dispose`.
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
    this.#renewal.begin();
  }

  /**
   * Moves the avatars on, and now and then looks at what the camera sees.
   *
   * @param seconds - since the last call, >= 0.
   * @param width - of the picture, in pixels; so `height`.
   */
  update(seconds: number, camera: Camera, width: number, height: number): void {
    this.#loading.update(camera, width, height);
    this.#contents.update(seconds, this.#loading.view);
  }

  /** Poses every avatar, and what turns, as it is `seconds` after it began: the same each time. For pictures that must not differ. */
  poseAt(seconds: number): void {
    this.#contents.poseAt(seconds);
  }

  /**
   * The floor that feet stand on: its height at (x, z), metres; NaN where it is not known. Called for the feet of those who are seen
   * well, so it must be quick. Undefined: flat, at each avatar's own height.
   */
  set ground(ground: Ground | undefined) {
    this.#contents.crowd.ground = ground;
  }

  /** Poses are made less often, for machines that cannot keep up: 1 as they deserve, 2 half as often. */
  set poseSlowness(slowness: number) {
    this.#contents.crowd.poseSlowness = slowness;
  }

  /** Somebody by the URL of their edge, relative to the room's, or by name; the first of that name. */
  avatar(who: string): LiveAvatar | undefined {
    const url = parseUrl(who, this.url)?.href ?? who;
    return this.#contents.avatarAt(url) ?? this.avatars.find(({ info }) => info.name === who);
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
    return this.#wardrobe.dress(avatar, typeof change === 'string' ? { on: [change] } : change, signal);
  }

  /** Everything that failed is tried again, resources and documents. */
  retry(): void {
    this.#loading.retry();
    this.graph.invalidate(...this.#failures.takeLost());
  }

  /** The GPU lost its memory: textures are fetched again, from the disk where they are. To be called when the context is back. */
  reloadTextures(): void {
    this.#loading.reloadTextures();
  }

  /** Leaves the room: what is on its way is aborted, what is on the GPU is disposed of. Twice is harmless. */
  dispose(): void {
    if (this.#leave.signal.aborted) return;
    this.#leave.abort(new DOMException('the room was left', 'AbortError'));
    this.#renewal.dispose();
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

  async #openReader(): Promise<RoomReader> {
    const { RoomReader } = await import('./documents/room-reader.ts');
    return new RoomReader(this.graph, this.url, this.#known, this.#contents.urls, this.#pacer);
  }
}
