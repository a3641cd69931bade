import type { Avatar } from '../../avatar/avatar.ts';
import type { Clip } from '../../avatar/clips/clip.ts';
import type { LiveProduct } from '../furniture/live-product.ts';
import type { LiveProducts } from '../furniture/live-products.ts';
import type { Placed } from '../resources/room-priorities.ts';
import { type BorrowedClip, findClip } from './borrowed-clip.ts';
import { type LiveSkeleton, loadRetarget } from './live-skeleton.ts';

export interface LiveClipsListener {
  /** Called when a clip moves joints that are missing, or cannot be retargeted. */
  onError(url: string, error: unknown): void;
  /** Called when a borrowed clip was retargeted and can be played. */
  onFitted(): void;
}

/** The clips of one avatar: its own as they arrive, and a retargeted clip of another avatar if it lacks the wanted one. */
export class LiveClips {
  readonly #own: LiveProduct;
  readonly #products: LiveProducts;
  readonly #player: Placed;
  readonly #listener: LiveClipsListener;
  #borrowed: BorrowedClip | undefined;
  readonly #onError = (url: string, error: unknown) => this.#listener.onError(url, error);
  /** Whether the borrowed clip is being retargeted. */
  #fitting = false;
  #left = false;

  /**
   * @param own - the product of its skeleton; held by the caller.
   * @param player - the avatar, refreshed when another clip can be borrowed.
   */
  constructor(own: LiveProduct, products: LiveProducts, player: Placed, listener: LiveClipsListener) {
    this.#own = own;
    this.#products = products;
    this.#player = player;
    this.#listener = listener;
  }

  /** The product that lends the clip. */
  get lender(): LiveProduct | undefined {
    return this.#borrowed?.lender;
  }

  /** Adds the clips that have arrived to the avatar. @param wanted - name of the clip to play. */
  take(avatar: Avatar, live: LiveSkeleton, wanted: string | undefined): void {
    const { animations } = this.#own;
    for (let i = 0; i < animations.length; i++) {
      const { value, info } = animations[i];
      const name = info.name || value?.name;
      if (value && name && !avatar.animator.has(name)) avatar.animator.add(live.clip(value, info.url, this.#onError), name);
    }
    const borrows = wanted !== undefined && !avatar.animator.has(wanted) && !this.#comes(wanted);
    if (borrows) this.#products.borrowers.add(this.#player);
    else this.#products.borrowers.delete(this.#player);
    if (borrows) this.#borrow(avatar, live, wanted);
  }

  /** Returns the clip to play for a wanted one: that, or any other if it failed. Undefined while it loads. */
  playable(avatar: Avatar, wanted: string | undefined): string | undefined {
    if (wanted === undefined || avatar.animator.has(wanted)) return wanted;
    return this.#borrowed || this.#comes(wanted) ? undefined : avatar.animator.names[0];
  }

  /** Whether it plays that clip, or will: the wanted one, or the first of its own if nobody has that. */
  plays(clip: string, wanted: string | undefined): boolean {
    if (!wanted || clip === wanted || this.#borrowed || this.#comes(wanted)) return clip === wanted;
    return this.#own.animations.find(({ state }) => state !== 'failed')?.info.name === clip;
  }

  /** Releases the borrowed clip. Calling it twice is harmless. */
  dispose(): void {
    this.#left = true;
    this.#products.borrowers.delete(this.#player);
    this.#giveBack();
  }

  #borrow(avatar: Avatar, live: LiveSkeleton, name: string): void {
    const found = findClip(name, this.#products.lenders, live.asset);
    if (found?.lender !== this.#borrowed?.lender) {
      this.#giveBack();
      if (found) this.#products.acquire(found.lender.info, this.#player);
      this.#borrowed = found;
      if (found) void loadRetarget().catch(() => {}); // beside the clip; `#fit` says what failed
    }
    const [clip, source] = [found?.animation.value, found?.skeleton.value];
    if (found && clip && source && !this.#fitting) void this.#fit(avatar, found, live.borrowed(clip, source), name);
  }

  async #fit(avatar: Avatar, { animation }: BorrowedClip, clip: Promise<Clip>, name: string): Promise<void> {
    this.#fitting = true;
    try {
      const made = await clip;
      if (!avatar.animator.has(name)) avatar.animator.add(made, name);
    } catch (error) {
      if (!this.#left) this.#listener.onError(animation.info.url, error);
      return;
    } finally {
      this.#fitting = false;
    }
    // The avatar may have left, or want another clip, by now.
    if (!this.#left) this.#listener.onFitted();
  }

  #giveBack(): void {
    if (this.#borrowed) this.#products.release(this.#borrowed.lender, this.#player);
    this.#borrowed = undefined;
  }

  /** Whether a clip of its own is loading. */
  #comes(name: string): boolean {
    return this.#own.animations.some(({ info, state }) => info.name === name && state !== 'failed');
  }
}
