import type { Texture } from 'three';
import { expectedTextureBytes } from '../../assets/memory/memory-budget.ts';
import type { ResourceInfo } from '../documents/room-info.ts';
import type { Subscriber } from '../resources/frame-changes.ts';
import type { RoomResource } from '../resources/room-resource.ts';
import type { RoomResources } from '../resources/room-resources.ts';

/**
 * With enough memory, a KTX2 file of at least this size that is this many times as large as the WebP one is not loaded. Three of the lounge's
 * are 1.56 MB instead of 0.29, and take 0.7 MB of GPU memory each instead of 5.6.
 */
const LARGE_BYTES = 384 * 1024;
const LARGE_RATIO = 4;

type TextureInfo = ResourceInfo & { readonly kind: 'texture' };
type TextureResource = RoomResource<'texture'>;

/**
 * The texture of one material. It shows the low texture until the high one is on the GPU, then releases the low one. A cached high texture
 * is loaded at once without its low one, unless it fails. A high texture that does not fit into memory (`heldBack`) is replaced by the low
 * one, and evicted when that has arrived.
 */
export class LowToHighTexture implements Subscriber {
  readonly #store: RoomResources;
  readonly #onChanged: (texture: LowToHighTexture) => void;
  readonly #lowInfo: TextureInfo | undefined;
  /** Bytes of the low texture on the GPU; infinite if there is none. */
  readonly #lowBytes: number;
  /** Alternatives for the high texture, the best first. If one fails, the next is tried. */
  readonly #highInfos: readonly TextureInfo[];
  #high: TextureResource | undefined;
  #low: TextureResource | undefined;
  #shown: Texture | null = null;
  #highFirst = false;
  #lowFailed = false;
  #decided: boolean;
  /** Index of the alternative that is tried. */
  #highAt = 0;
  #disposed = false;

  /** @param onChanged - called after each `refresh`: `shown` and `critical` may have changed. */
  constructor(
    store: RoomResources,
    textures: readonly TextureInfo[],
    compressed: boolean,
    onChanged: (texture: LowToHighTexture) => void,
  ) {
    this.#store = store;
    this.#onChanged = onChanged;
    this.#lowInfo = textures.find(t => t.tier === 'low');
    this.#lowBytes = this.#lowInfo ? expectedTextureBytes(this.#lowInfo).gpu : Number.POSITIVE_INFINITY;
    const isKtx2 = (info: TextureInfo) => info.type === 'image/ktx2';
    const highs = textures.filter(t => t.tier === 'high' && (compressed || !isKtx2(t)));
    const plain = highs.find(t => !isKtx2(t));
    const isTooLarge = ({ bytes }: TextureInfo) =>
      store.isRoomy && plain !== undefined && bytes >= LARGE_BYTES && bytes >= LARGE_RATIO * plain.bytes;
    const rank = (info: TextureInfo) => (!isKtx2(info) ? 1 : isTooLarge(info) ? 0 : 2);
    this.#highInfos = highs.sort((a, b) => rank(b) - rank(a));
    this.#high = this.#highInfos[0] && this.#acquire(this.#highInfos[0]);
    this.#decided = this.#high === undefined;
    this.#wantLow();
  }

  get low(): TextureResource | undefined {
    return this.#low;
  }

  get high(): TextureResource | undefined {
    return this.#high;
  }

  /** The texture to show now. */
  get shown(): Texture | null {
    return this.#shown;
  }

  /** The texture without which the room is not ready. */
  get critical(): TextureResource | undefined {
    const high = this.#high;
    return this.#highFirst && high && high.state !== 'failed' && !high.heldBack ? high : this.#low;
  }

  /** Whether the low texture can replace it and takes less memory. A small compressed high texture takes less than its low one. */
  get canBeLow(): boolean {
    return this.#high !== undefined && this.#lowBytes < this.#high.expected.gpu && !this.#lowFailed;
  }

  /** The high texture, if it may be loaded later. Undefined while that is unknown, and if it does not fit into memory. */
  get refinement(): TextureResource | undefined {
    if (!this.#decided || this.#high?.heldBack) return undefined;
    return this.critical === this.high ? undefined : this.high;
  }

  /** Whether it is known which of the two is loaded first. Neither may be started before. */
  get decided(): boolean {
    return this.#decided;
  }

  /** Checks whether the high texture is in the cache, which takes some milliseconds. Never rejects. */
  async decide(hasCached: (info: ResourceInfo) => Promise<boolean>): Promise<void> {
    if (this.#decided || !this.high) return;
    const cached = await hasCached(this.high.info).catch(() => false);
    this.#decided = true;
    this.#highFirst = cached;
    if (cached) this.#dropLow();
    this.#store.changes.mark(this);
  }

  /** Swaps the textures if one of them arrived, failed or is held back. */
  refresh(): void {
    if (this.#disposed) return;
    this.#tryNextHigh();
    const { state, value, heldBack = false } = this.#high ?? {};
    // After it was evicted, it returns like any other high texture: later.
    if (heldBack) this.#highFirst = false;
    if (value && !heldBack) this.#dropLow();
    else if (state === 'failed' || !this.#highFirst) this.#wantLow();
    const low = this.#low?.value;
    this.#lowFailed = low ? false : this.#lowFailed || this.#low?.state === 'failed';
    this.#shown = (heldBack ? (low ?? value) : (value ?? low)) ?? null;
    this.#onChanged(this);
  }

  dispose(): void {
    this.#dropLow();
    this.#disposed = true;
    if (this.#high) this.#release(this.#high);
    this.#shown = null;
  }

  #tryNextHigh(): void {
    if (this.#high?.state !== 'failed') return;
    // By index, because another product's document may have described the resource first.
    const next = this.#highInfos[this.#highAt + 1];
    if (!next) return;
    this.#highAt++;
    this.#release(this.#high);
    this.#high = this.#acquire(next);
  }

  #wantLow(): void {
    if (this.#lowInfo && !this.#low && !this.#disposed) this.#low = this.#acquire(this.#lowInfo);
  }

  #dropLow(): void {
    if (this.#low) this.#release(this.#low);
    this.#low = undefined;
  }

  #acquire(info: TextureInfo): TextureResource {
    const resource = this.#store.acquire(info);
    resource.subscribers.add(this);
    // Another product may have loaded it already.
    this.#store.changes.mark(this);
    return resource;
  }

  #release(resource: TextureResource): void {
    resource.subscribers.delete(this);
    this.#store.release(resource as RoomResource);
  }
}
