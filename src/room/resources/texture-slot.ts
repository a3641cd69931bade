import type { Texture } from 'three';
import { expectedTextureBytes } from '../../assets/memory/memory-budget.ts';
import type { ResourceInfo } from '../documents/follow-room.ts';
import type { RoomResource } from './room-resource.ts';
import type { RoomResources } from './room-resources.ts';

type TextureInfo = ResourceInfo & { readonly kind: 'texture' };
type TextureResource = RoomResource<'texture'>;

/**
 * The textures of one material: the low one first, the high one in its place as soon as that is on the GPU; then the low one
 * is let go of. A high one that is in the cache comes at once and without its low one, unless it fails. One that memory has no
 * room for (`heldBack`) gives way to the low one, and goes when that is there.
 */
export class TextureSlot {
  readonly #store: RoomResources;
  readonly #lowInfo: TextureInfo | undefined;
  /** On the GPU; infinite where there is none. */
  readonly #lowBytes: number;
  /** What the high texture may be, the best first: the next is taken when one fails. */
  readonly #highInfos: readonly TextureInfo[];
  #high: TextureResource | undefined;
  #low: TextureResource | undefined;
  #shown: Texture | null = null;
  #highFirst = false;
  #lowFailed = false;
  #decided: boolean;
  #disposed = false;

  constructor(store: RoomResources, textures: readonly TextureInfo[], compressed: boolean) {
    this.#store = store;
    this.#lowInfo = textures.find(t => t.tier === 'low');
    this.#lowBytes = this.#lowInfo ? expectedTextureBytes(this.#lowInfo).gpu : Number.POSITIVE_INFINITY;
    const isKtx2 = (info: TextureInfo) => info.type === 'image/ktx2';
    this.#highInfos = textures
      .filter(t => t.tier === 'high' && (compressed || !isKtx2(t)))
      .sort((a, b) => Number(isKtx2(b)) - Number(isKtx2(a)));
    this.#high = this.#highInfos[0] && store.acquire(this.#highInfos[0]);
    this.#decided = this.#high === undefined;
    this.#wantLow();
  }

  get low(): TextureResource | undefined {
    return this.#low;
  }

  get high(): TextureResource | undefined {
    return this.#high;
  }

  /** What is to be shown now. */
  get shown(): Texture | null {
    return this.#shown;
  }

  /** The texture without which the room is not ready. */
  get critical(): TextureResource | undefined {
    const high = this.#high;
    return this.#highFirst && high && high.state !== 'failed' && !high.heldBack ? high : this.#low;
  }

  /** Whether memory is won where the low one stands in for the high one: a small compressed texture takes less than it. */
  get canBeLow(): boolean {
    return this.#high !== undefined && this.#lowBytes < this.#high.expected.gpu && !this.#lowFailed;
  }

  /** The high texture when it is one that may come later; undefined too while that is not known, or memory has no room for it. */
  get refinement(): TextureResource | undefined {
    if (!this.#decided || this.#high?.heldBack) return undefined;
    return this.critical === this.high ? undefined : this.high;
  }

  /** Whether it is known which of the two comes first; none may be started before. */
  get decided(): boolean {
    return this.#decided;
  }

  /** Asks whether the high texture lies in the cache, which takes some milliseconds. Never rejects. */
  async decide(hasCached: (hash: string) => Promise<boolean>): Promise<void> {
    if (this.#decided || !this.high) return;
    const cached = await hasCached(this.high.info.hash).catch(() => false);
    this.#decided = true;
    this.#highFirst = cached;
    if (cached) this.#dropLow();
  }

  /**
   * Looks at what has become of its resources.
   * @returns true when another texture is to be shown: `shown`.
   */
  update(): boolean {
    this.#tryNextHigh();
    const { state, value, heldBack = false } = this.#high ?? {};
    // Once it had to give way, it comes back as any other high texture: later.
    if (heldBack) this.#highFirst = false;
    if (value && !heldBack) this.#dropLow();
    else if (state === 'failed' || !this.#highFirst) this.#wantLow();
    const low = this.#low?.value;
    this.#lowFailed = low ? false : this.#lowFailed || this.#low?.state === 'failed';
    const best = (heldBack ? (low ?? value) : (value ?? low)) ?? null;
    if (best === this.#shown) return false;
    this.#shown = best;
    return true;
  }

  dispose(): void {
    this.#dropLow();
    this.#disposed = true;
    if (this.#high) this.#store.release(this.#high);
    this.#shown = null;
  }

  #tryNextHigh(): void {
    if (this.#high?.state !== 'failed') return;
    const next = this.#highInfos[this.#highInfos.indexOf(this.#high.info) + 1];
    if (!next) return;
    this.#store.release(this.#high);
    this.#high = this.#store.acquire(next);
  }

  #wantLow(): void {
    if (this.#lowInfo && !this.#low && !this.#disposed) this.#low = this.#store.acquire(this.#lowInfo);
  }

  #dropLow(): void {
    if (this.#low) this.#store.release(this.#low);
    this.#low = undefined;
  }
}
