import type { GraphClient } from '../../graph/graph-client.ts';
import { followProduct } from '../documents/follow-room.ts';
import type { LiveAvatar } from './live-avatar.ts';
import type { OutfitChange, OutfitChangeQueue } from './outfit-change-queue.ts';

export interface WardrobeOptions {
  readonly graph: GraphClient;
  /** Absolute URL of the room's document, which the URLs of products are relative to. */
  readonly url: string;
  readonly onFailed: (url: string, error: unknown) => void;
  /** Aborts when the room is left. */
  readonly signal: AbortSignal;
}

/** Changes outfits. Its code is loaded with the first change. */
export class Wardrobe {
  readonly #options: WardrobeOptions;
  #changes: Promise<OutfitChangeQueue> | undefined;

  constructor(options: WardrobeOptions) {
    this.#options = options;
  }

  /** `RoomSession.dress` */
  async dress(avatar: LiveAvatar, change: OutfitChange, signal: AbortSignal | undefined): Promise<void> {
    this.#changes ??= this.#open();
    const changes = await this.#changes;
    this.#options.signal.throwIfAborted();
    return changes.change(avatar, change, new URL(this.#options.url), signal);
  }

  async #open(): Promise<OutfitChangeQueue> {
    const { graph, onFailed } = this.#options;
    try {
      const { OutfitChangeQueue } = await import('./outfit-change-queue.ts');
      return new OutfitChangeQueue(product => followProduct(graph, product, onFailed), onFailed);
    } catch (error) {
      // Perhaps the network is away. The next change tries again.
      this.#changes = undefined;
      throw error;
    }
  }
}
