/**
 * A room in your own three.js scene, drawn by three's own WebGLRenderer:
 *
 * ```ts
 * import { RoomGroup } from 'foyer/three';
 *
 * const room = new RoomGroup('https://example.org/rooms/lounge/room.json', { renderer });
 * scene.add(room);
 * let before = performance.now();
 * renderer.setAnimationLoop(now => {
 *   room.update((now - before) / 1000, camera); // what loads, loads in here too
 *   before = now;
 *   renderer.render(scene, camera);
 * });
 * await room.interactive;
 * ```
 */

import { Camera, Group, type Texture, type WebGLRenderer } from 'three';
import { budgetFor, deviceMemory, MemoryBudget } from './assets/memory/memory-budget.ts';
import { UploadGovernor } from './assets/memory/upload-governor.ts';
import type { UploadJob } from './assets/memory/upload-job.ts';
import type { TextureAsset } from './assets/textures/texture-asset.ts';
import { createDecoder, type Decoder } from './assets/threads/decoder.ts';
import { loadFootPlanting } from './avatar/motion/planted-feet.ts';
import { systemClock } from './core/clock.ts';
import { Pacer } from './core/pacer.ts';
import type { EnterOptions, LiveRoom, Person } from './live/live-room.ts';
import { BrowserCache } from './net/cache/browser-cache.ts';
import { DownloadQueue } from './net/queue/download-queue.ts';
import { keptTextureFor } from './render/textures/texture-for.ts';
import { FogForThree, fogAround } from './render/three/fog-for-three.ts';
import { SkinsForThree } from './render/three/skins-for-three.ts';
import type { LiveAvatar } from './room/avatars/live-avatar.ts';
import type { OutfitChange } from './room/avatars/outfit-change-queue.ts';
import type { RoomGpu } from './room/dependencies.ts';
import type { RoomProgress } from './room/resources/progress.ts';
import { RoomSession } from './room/room-session.ts';

export { FormatError, LoadError } from './core/errors.ts';
export type { EnterOptions, LiveRoom, Message, Person } from './live/live-room.ts';
export type { LiveAvatar } from './room/avatars/live-avatar.ts';
export type { OutfitChange } from './room/avatars/outfit-change-queue.ts';
export type { LiveFurniture } from './room/furniture/live-furniture.ts';
export type { RoomSession } from './room/room-session.ts';

export interface RoomGroupOptions {
  /** Uploads the textures, and tells whether they may be compressed. */
  readonly renderer: WebGLRenderer;
  /** One document or resource cannot be had; the rest goes on. Default: a warning on the console. */
  readonly onError?: ((url: string, error: unknown) => void) | undefined;
  /** @param fraction - 0..1 of what `toward` needs; it starts again when `toward` becomes `complete`. */
  readonly onProgress?: ((fraction: number, toward: RoomProgress['toward']) => void) | undefined;
  /** Bytes that the room may hold, GPU and page together; default by what the machine has. Over it, the least visible textures stay low. */
  readonly memory?: number | undefined;
  /** `off`: a room whose documents name updates is not followed. Else the URL of the API's entry point, `/api` of the room's origin by default. */
  readonly live?: 'off' | string | undefined;
}

/** A room as a group of three's objects. Add it to a scene, call `update` before each frame, `dispose` when done. */
export class RoomGroup extends Group {
  /**
   * Resolves when every mesh, skeleton, animation and low texture is there or has failed.
   * @throws LoadError or FormatError when the room's own document cannot be had; an AbortError when the room is left before.
   */
  readonly interactive: Promise<void>;
  /** Resolves when the high textures are there too. @throws as `interactive`. */
  readonly complete: Promise<void>;
  readonly #session: RoomSession;
  readonly #queue = new DownloadQueue({
    cache: new BrowserCache({ clock: systemClock, maxUnwritten: budgetFor(deviceMemory()) / 8 }),
  });
  readonly #decoder: Decoder = createDecoder();
  readonly #uploads = new UploadGovernor();
  readonly #gpu: ThreeGpu;
  readonly #fog = new FogForThree();
  readonly #skins = new SkinsForThree();
  readonly #leave = new AbortController();
  readonly #inside = new Camera();
  readonly #live: Promise<LiveRoom | undefined>;
  #liveRoom: LiveRoom | undefined;

  /**
   * @param url - of the room's document; relative to the page.
   * @throws TypeError where the renderer is not three's WebGLRenderer.
   */
  constructor(url: string, { renderer, memory, live, onError = warn, onProgress }: RoomGroupOptions) {
    super();
    if ('isWebGPURenderer' in renderer)
      throw new TypeError(
        "RoomGroup needs three's WebGLRenderer: its materials are GLSL, which WebGPURenderer does not take, with its WebGL backend neither",
      );
    this.#gpu = new ThreeGpu(renderer);
    this.#session = new RoomSession(new URL(url, document.baseURI).href, {
      queue: this.#queue,
      decoder: this.#decoder,
      gpu: this.#gpu,
      uploads: this.#uploads,
      memory: new MemoryBudget(memory ?? budgetFor(deviceMemory())),
      pacer: new Pacer(systemClock),
    });
    this.add(this.#session.root);
    const { events } = this.#session;
    events.on('failed', failure => onError(failure.url, failure.error));
    if (onProgress) events.on('progress', ({ fraction, toward }) => onProgress(fraction, toward));
    const opened = this.#session.open();
    const reached = (state: 'interactive' | 'complete') =>
      new Promise<void>((resolve, reject) => {
        events.on(state, () => resolve());
        opened.catch(reject);
        this.#leave.signal.addEventListener('abort', () => reject(this.#leave.signal.reason), { once: true });
      });
    this.interactive = reached('interactive');
    this.complete = reached('complete');
    // Who waits for one of the two need not catch the other.
    this.interactive.then(loadFootPlanting, () => {});
    this.complete.catch(() => {});
    this.#live = this.interactive.then(() => (live === 'off' ? undefined : this.#goLive(live, onError)));
    this.#live.catch(() => {});
  }

  /** Who else is here and what one can do; undefined where the room's documents name no updates, and until its code has arrived. */
  get live(): LiveRoom | undefined {
    return this.#liveRoom;
  }

  /** You in the live room; undefined while you watch. */
  get me(): Person | undefined {
    return this.#liveRoom?.me;
  }

  /**
   * Comes into a live room under a name: others see you at the door. Waits until the room is interactive.
   * @throws RangeError where the room is not live; LiveError: code `room-full`, for one.
   */
  async enter(options: EnterOptions): Promise<Person> {
    const live = await this.#live;
    if (!live) throw new RangeError('the room is not live: its documents name no updates, or live is off');
    return live.enter(options);
  }

  /** Goes out of the live room; you watch on. Harmless where you are not in. */
  async leave(): Promise<void> {
    await this.#liveRoom?.leave();
  }

  async #goLive(api: string | undefined, onError: (url: string, error: unknown) => void): Promise<LiveRoom | undefined> {
    if (this.#session.graph.queues.length === 0) return undefined;
    const { LiveRoom } = await import('./live/live-room.ts');
    this.#leave.signal.throwIfAborted();
    const live = new LiveRoom(this.#session, { api, reserve: url => this.#queue.reserve(url) });
    live.events.on('failed', ({ error }) => onError(this.#session.url, error));
    this.#liveRoom = live;
    return live;
  }

  /** What is in the room: avatars, furniture, documents. */
  get session(): RoomSession {
    return this.#session;
  }

  /**
   * Moves the avatars, uploads for a few milliseconds, loads first what the camera sees, and takes up the scene's linear fog. Call
   * it before each frame.
   * @param seconds - since the last call; 0 stands still, and so does less: the first frame's time may lie before the clock was read.
   */
  update(seconds: number, camera: Camera): void {
    const passed = seconds > 0 ? seconds : 0;
    this.#uploads.frame(false, passed * 1000);
    this.#liveRoom?.update(passed);
    camera.updateMatrixWorld();
    const { width, height } = this.#gpu.size;
    this.#session.update(passed, this.#seenFromInside(camera), width, height);
    this.#fog.follow(this, fogAround(this));
    this.#skins.follow(this);
  }

  /** The camera in the space of the room, which its avatars and furniture are in: the group may stand anywhere, turned and smaller. */
  #seenFromInside(camera: Camera): Camera {
    const inside = this.#inside;
    this.updateWorldMatrix(true, false);
    inside.projectionMatrix.copy(camera.projectionMatrix);
    inside.matrixWorldInverse.multiplyMatrices(camera.matrixWorldInverse, this.matrixWorld);
    inside.matrixWorld.copy(inside.matrixWorldInverse).invert();
    return inside;
  }

  /** Changes what somebody wears: `RoomSession.dress`. */
  dress(
    who: LiveAvatar | string,
    change: OutfitChange | string,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    return this.#session.dress(who, change, signal);
  }

  /** Ends everything that is under way and frees what the room holds. Twice is harmless. */
  override dispose(): void {
    super.dispose();
    this.#leave.abort(new DOMException('the room was left', 'AbortError'));
    this.#liveRoom?.dispose();
    this.#session.dispose();
    this.#uploads.dispose();
    this.#queue.dispose();
    this.#decoder.dispose();
    this.removeFromParent();
  }
}

/** three's renderer as the GPU of a room: it uploads a texture whole. */
class ThreeGpu implements RoomGpu {
  readonly compressed: boolean;
  readonly maxTextureSize: number;
  /** three brings them back from there after a lost context. */
  readonly keepsCopies = true;
  readonly #renderer: WebGLRenderer;

  constructor(renderer: WebGLRenderer) {
    this.#renderer = renderer;
    this.maxTextureSize = renderer.capabilities.maxTextureSize;
    this.compressed = renderer.extensions.has('WEBGL_compressed_texture_s3tc');
  }

  get size(): { readonly width: number; readonly height: number } {
    return this.#renderer.domElement;
  }

  createTexture(asset: TextureAsset): { readonly texture: Texture; readonly job: UploadJob } {
    const texture = keptTextureFor(asset);
    const job = {
      done: false,
      step: () => {
        this.#renderer.initTexture(texture);
        job.done = true;
        return asset.width * asset.height * 4;
      },
    };
    return { texture, job };
  }
}

function warn(url: string, error: unknown): void {
  console.warn(`${url}:`, error);
}
