import type { Texture } from 'three';
import type { ResourceInfo } from './follow-room.ts';
import type { ResourceStore, RoomResource } from './resource-store.ts';

type TextureInfo = ResourceInfo & { readonly kind: 'texture' };
type TextureResource = RoomResource<'texture'>;

/**
 * The textures of one material: the low one first, the high one in its place as soon as that is on the GPU; then the low one
 * is let go of. A high one that is in the cache comes at once and without its low one, unless it fails.
 */
export class TextureSlot {
  readonly #store: ResourceStore;
  readonly #lowInfo: TextureInfo | undefined;
  /** What the high texture may be, the best first: the next is taken when one fails. */
  readonly #highInfos: readonly TextureInfo[];
  #high: TextureResource | undefined;
  #low: TextureResource | undefined;
  #shown: Texture | null = null;
  #highFirst = false;
  #decided: boolean;
  #disposed = false;

  constructor(store: ResourceStore, textures: readonly TextureInfo[], compressed: boolean) {
    this.#store = store;
    this.#lowInfo = textures.find(t => t.tier === 'low');
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
    return this.#highFirst && this.high?.state !== 'failed' ? this.high : this.#low;
  }

  /** The high texture when it is one that may come later; undefined too while that is not known. */
  get refinement(): TextureResource | undefined {
    if (!this.#decided) return undefined;
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
    const high = this.high?.state === 'on-gpu' ? this.high.value : undefined;
    if (high) this.#dropLow();
    else if (this.high?.state === 'failed' || !this.#highFirst) this.#wantLow();
    const best = high ?? this.#low?.value ?? null;
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
