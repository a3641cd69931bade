import type { Bytes, MemoryBudget } from '../../assets/memory/memory-budget.ts';
import { HIGH, type Priority } from '../../net/queue/priority.ts';
import type { ResourceDecoder, ResourceQueue, RoomGpu, Uploads } from '../dependencies.ts';
import type { ResourceInfo } from '../documents/room-info.ts';
import { KeptTextures } from '../textures/kept-textures.ts';
import { ScrollingTextures } from '../textures/scrolling-textures.ts';
import { BundledDownloads } from './bundled-downloads.ts';
import { DecodeTurns } from './decode-turns.ts';
import type { FrameChanges } from './frame-changes.ts';
import { disposeValue, type Prepared, ResourcePreparation } from './resource-preparation.ts';
import { type ResourceKind, RoomResource } from './room-resource.ts';

/** The middle one of the viewer's budgets (`budgetFor`). */
const ROOMY_BYTES = 128 * 1024 * 1024;

/**
 * Loads, decodes and uploads resources, each once by its hash for any number of users. Releases a resource with its last user.
 */
export class RoomResources {
  /** Refreshes the subscribers of resources, once a frame. */
  readonly changes: FrameChanges;
  readonly scrolling = new ScrollingTextures();
  readonly #onChanged: (resource: RoomResource) => void;
  readonly #resources = new Map<string, RoomResource>();
  readonly #queue: ResourceQueue;
  readonly #uploads: Uploads;
  readonly #preparation: ResourcePreparation;
  readonly #budget: MemoryBudget;
  readonly #bundles: BundledDownloads;
  readonly #kept: KeptTextures;
  readonly #turns = new DecodeTurns();
  /** Whether the room is still loading, so that most of a bundle is needed. Later, only cached bundles are used. */
  #opening = true;
  /** Downloaded high textures wait for this until the room is interactive, so that decoding them delays nothing urgent. */
  readonly #highOpen: Promise<void>;
  #openHigh: () => void = () => {};

  /**
   * @param budget - counts what the resources hold, to the byte.
   * @param onChanged - called at once for every change of a resource: when it is new, removed (`users` 0) or in another state.
   */
  constructor(
    ports: { queue: ResourceQueue; decoder: ResourceDecoder; gpu: RoomGpu; uploads: Uploads },
    budget: MemoryBudget,
    changes: FrameChanges,
    onChanged: (resource: RoomResource) => void = () => {},
  ) {
    this.#budget = budget;
    this.changes = changes;
    this.#onChanged = onChanged;
    this.#queue = ports.queue;
    this.#bundles = new BundledDownloads(ports.queue);
    this.#uploads = ports.uploads;
    this.#highOpen = new Promise(resolve => {
      this.#openHigh = resolve;
    });
    this.#kept = new KeptTextures(ports, this.#highOpen);
    this.#preparation = new ResourcePreparation({
      ...ports,
      scrolling: this.scrolling,
      decodeTexture: (resource, bytes, signal) => {
        const loadFile = () => this.#load(resource, signal, undefined);
        return this.#kept.decode(resource.info, bytes, resource.download?.form, loadFile, signal);
      },
    });
  }

  /** Whether the memory budget has room for textures that are not compressed. */
  get isRoomy(): boolean {
    return this.#budget.limit >= ROOMY_BYTES;
  }

  /** `DecodeTurns.isBehind` */
  get isDecoderBehind(): boolean {
    return this.#turns.isBehind;
  }

  /** `KeptTextures.hasCached` */
  hasCached(info: ResourceInfo): Promise<boolean> {
    return this.#kept.hasCached(info);
  }

  /** Number of resources. */
  get size(): number {
    return this.#resources.size;
  }

  get resources(): Iterable<RoomResource> {
    return this.#resources.values();
  }

  /** Returns the resource with that hash, whatever its URLs, and counts one more use. Every `acquire` needs a `release`. */
  acquire<K extends ResourceKind>(info: ResourceInfo & { readonly kind: K }): RoomResource<K> {
    const key = keyOf(info);
    let resource = this.#resources.get(key) as RoomResource<K> | undefined;
    if (!resource) {
      resource = new RoomResource(info, (changed, matters) => this.#changed(changed, matters));
      this.#resources.set(key, resource as RoomResource);
    } else resource.addPlaces(info);
    if (++resource.users === 1) this.#onChanged(resource as RoomResource);
    return resource;
  }

  /** Ends one use. With the last one, its download is aborted and its GPU objects are disposed of. */
  release(resource: RoomResource): void {
    if (--resource.users > 0) return;
    this.#resources.delete(keyOf(resource.info));
    this.#forget(resource);
    if (resource.state === 'known') this.#onChanged(resource);
    else resource.become('known');
  }

  /** Reserves memory for it before it is started. */
  reserve(resource: RoomResource, visibility: number): void {
    this.#count(resource, resource.expected);
    if (resource.holding) resource.holding.visibility = visibility;
  }

  /** Starts to load it. Harmless if it is loading or loaded. A failed one is tried again. */
  start(resource: RoomResource, priority: Priority): void {
    resource.priority = priority;
    if (resource.state === 'known' || resource.state === 'failed') void this.#run(resource);
  }

  prioritise(resource: RoomResource, priority: Priority): void {
    resource.priority = priority;
    resource.download?.setPriority(priority);
    if (resource.upload) this.#uploads.setPriority(resource.upload, priority);
    if (priority.class < HIGH) resource.onCritical?.();
  }

  /** Removes its value from all users, or aborts its loading. It can be started again. */
  evict(resource: RoomResource): void {
    this.#forget(resource);
    if (resource.state !== 'known') resource.become('known');
  }

  /** Lets high textures pass to the decoder from now on: the room is interactive, or goes on without what is missing. */
  releaseHigh(): void {
    this.#opening = false;
    this.#openHigh();
  }

  /** Loads all textures again after a lost WebGL context, from the disk cache if they are in it. Meshes keep their arrays. */
  reloadTextures(): void {
    for (const resource of this.#resources.values()) {
      if (resource.info.kind !== 'texture' || (resource.state !== 'on-gpu' && resource.state !== 'decoded')) continue;
      this.evict(resource);
      if (!resource.heldBack) void this.#run(resource);
    }
  }

  dispose(): void {
    this.#openHigh();
    for (const resource of this.#resources.values()) this.#forget(resource);
    this.#resources.clear();
  }

  async #run(resource: RoomResource): Promise<void> {
    const abort = new AbortController();
    const { signal } = abort;
    resource.abort = abort;
    resource.error = undefined;
    this.#count(resource, resource.expected);
    let prepared: Prepared<ResourceKind> | undefined;
    try {
      resource.become('waiting');
      const content =
        (await this.#loadBundled(resource, signal)) ?? (await this.#load(resource, signal, this.#kept.formOf(resource.info)));
      if (resource.priority.class >= HIGH) await this.#turn(resource, signal);
      prepared = await this.#turns.take(resource, signal, () => {
        resource.become('loading');
        return this.#preparation.prepare(resource, content, signal);
      });
      signal.throwIfAborted();
      resource.expected = prepared.during;
      this.#count(resource, prepared.during);
      resource.become('decoded');
      await prepared.ready;
      signal.throwIfAborted();
      resource.value = prepared.value;
      this.#count(resource, prepared.after);
      resource.become('on-gpu');
    } catch (error) {
      if (prepared) disposeValue(prepared.value);
      if (signal.aborted) return;
      this.#count(resource, undefined);
      resource.error = error;
      resource.become('failed');
    } finally {
      if (resource.abort === abort) resource.download = resource.upload = resource.abort = undefined;
    }
  }

  #load(resource: RoomResource, signal: AbortSignal, form: string | undefined): Promise<Uint8Array<ArrayBuffer>> {
    const { priority, info } = resource;
    const [url, ...mirrors] = resource.places;
    const { bytes, hash } = info;
    resource.download = this.#queue.load({ url, mirrors, bytes, hash, form, priority, signal });
    return resource.download.done;
  }

  /** Undefined if it has no bundle, or that is not worth loading or failed. */
  async #loadBundled(resource: RoomResource, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { priority, info } = resource;
    const { bundle, bytes } = info;
    if (!bundle || !(this.#opening || this.#queue.mayHaveCached(bundle.hash))) return undefined;
    resource.download = this.#bundles.load({ bundle, bytes, priority, signal });
    try {
      return await resource.download.done;
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  /** Waits until a high texture may be decoded. Resolves on abort too, so that its bytes are released. */
  #turn(resource: RoomResource, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      resource.onCritical = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
      void this.#highOpen.then(resolve);
    });
  }

  /** Updates the memory budget. @param bytes - undefined: the resource holds nothing any more. */
  #count(resource: RoomResource, bytes: Bytes | undefined): void {
    const { holding } = resource;
    if (!bytes) {
      if (holding) this.#budget.release(holding);
      resource.holding = undefined;
    } else if (holding) Object.assign(holding, bytes);
    else {
      const held = { ...bytes, visibility: resource.priority.utility };
      resource.holding = this.#budget.hold(held, resource.demotable ? 'demotable' : 'fixed');
    }
  }

  #changed(resource: RoomResource, matters: boolean): void {
    if (matters) for (const subscriber of resource.subscribers) this.changes.mark(subscriber);
    this.#onChanged(resource);
  }

  #forget(resource: RoomResource): void {
    resource.abort?.abort();
    resource.abort = resource.download = resource.upload = undefined;
    if (resource.value) {
      this.scrolling.delete(resource.value);
      disposeValue(resource.value);
    }
    resource.value = undefined;
    this.#count(resource, undefined);
  }
}

/**
 * The same bytes may be two textures: one that repeats and one that ends at its edges. If two documents state different lengths for a hash,
 * one is wrong and must not break the other.
 */
function keyOf({ kind, hash, bytes, sampling }: ResourceInfo): string {
  return `${kind} ${hash} ${bytes}${sampling ? ` ${Object.values(sampling)}` : ''}`;
}
