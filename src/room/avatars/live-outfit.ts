import type { Avatar } from '../../avatar/avatar.ts';
import { FormatError } from '../../core/errors.ts';
import type { PartData } from '../../render/geometry/part-mesh.ts';
import type { OutfitPartInfo, ProductInfo } from '../documents/room-info.ts';
import type { LiveProduct } from '../furniture/live-product.ts';
import type { LiveProducts } from '../furniture/live-products.ts';
import { LiveFace } from './live-face.ts';
import { cover, handOver, isSame, type OutfitItem, putOn, takeOff, type Wearer } from './outfit-item.ts';

interface Change {
  readonly outfit: readonly OutfitItem[];
  readonly blame: (product: ProductInfo) => void;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * What one avatar wears, and is about to wear: a new outfit is loaded while the old one stays, and takes its place in one frame when
 * all of it can be drawn; what stays on is not touched. The palettes and joints that parts follow are given back with them.
 */
export class LiveOutfit {
  readonly #products: LiveProducts;
  readonly #wearer: Wearer;
  #worn: readonly OutfitItem[];
  #change: Change | undefined;
  #left = false;
  /** Of all that is worn. */
  readonly #faces: LiveFace[] = [];
  /** The first outfit has been put on, part by part as it comes, */
  #dressed = false;
  /** on this; undefined for somebody without a skeleton. */
  #body: Avatar | undefined;
  /** Of how many meshes it was last found out which are covered, and which are faces. */
  #meshes = -1;

  constructor(parts: readonly OutfitPartInfo[], products: LiveProducts, wearer: Wearer) {
    this.#products = products;
    this.#wearer = wearer;
    this.#worn = this.#acquire(parts);
  }

  /** What is worn now. */
  get parts(): readonly OutfitPartInfo[] {
    return this.#worn.map(({ part }) => part);
  }

  /** Names of the morph targets of what is worn and there. */
  get morphs(): readonly string[] {
    const names = new Set<string>();
    for (const { instance } of this.#worn)
      for (const mesh of instance?.meshes ?? [])
        for (const { name } of (mesh.userData.foyer as PartData).morphTargets) names.add(name);
    return [...names];
  }

  /** Whether there is anything to see yet. */
  get shown(): boolean {
    for (let i = 0; i < this.#worn.length; i++) {
      const { instance } = this.#worn[i];
      if (instance && instance.meshes.length > 0) return true;
    }
    return false;
  }

  /** Bytes that the faces hold on the GPU beside the meshes that all share. */
  get ownBytes(): number {
    let bytes = 0;
    for (const face of this.#faces) bytes += face.ownBytes;
    return bytes;
  }

  /** What is worn and what is about to be. */
  eachProduct(use: (product: LiveProduct) => void): void {
    for (const { product } of this.#worn) use(product);
    for (const { product } of this.#change?.outfit ?? []) use(product);
  }

  /**
   * The wearer is there: the first outfit is put on, now and as its meshes come. Harmless when it is on; a skeleton that came late
   * takes over what stood in its bind pose.
   */
  putOn(): void {
    const { avatar, onError } = this.#wearer;
    if (this.#dressed && this.#body === avatar) return;
    this.#dressed = true;
    this.#body = avatar;
    for (const worn of this.#worn) {
      takeOff(worn, this.#wearer);
      putOn(worn, this.#wearer, onError);
    }
    this.#meshes = -1;
    this.refresh();
  }

  /**
   * Changes to another outfit. Resolves in the frame in which it is put on. One asked for later takes the place of one that is still
   * on its way, which then rejects with an AbortError.
   * @param blame - told of the product that the promise is about to reject for.
   * @throws what a mesh of it failed with, or FormatError where it does not fit; the signal's reason. The old outfit is kept then.
   */
  wear(parts: readonly OutfitPartInfo[], signal?: AbortSignal, blame?: (product: ProductInfo) => void): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#left) return Promise.reject(leftError());
    // Acquired before the former change is given up: what both need is not fetched twice.
    const outfit = this.#acquire(parts);
    this.#giveUp(new DOMException('another outfit was asked for', 'AbortError'));
    return new Promise((resolve, reject) => {
      const onAbort = () => this.#giveUp(signal?.reason);
      const settled = () => signal?.removeEventListener('abort', onAbort);
      this.#change = {
        outfit,
        blame: product => blame?.(product),
        resolve: () => {
          settled();
          resolve();
        },
        reject: reason => {
          settled();
          reject(reason);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.refresh();
    });
  }

  /** Takes up what changed: puts the new outfit on when it is whole. */
  refresh(): void {
    if (this.#dressed && this.#change) this.#tryChange(this.#change);
    let meshes = 0;
    for (let i = 0; i < this.#worn.length; i++) meshes += this.#worn[i].instance?.meshes.length ?? 0;
    // A texture that comes or goes refreshes everybody who wears it: a hundred people.
    if (meshes === this.#meshes) return;
    this.#meshes = meshes;
    cover(this.#worn);
    this.#findFaces();
  }

  /** Puts rigid parts where their joints are, and moves faces. Every frame; allocates nothing. */
  moved(): void {
    for (let i = 0; i < this.#faces.length; i++) this.#faces[i].update();
    for (let i = 0; i < this.#worn.length; i++) this.#worn[i].hanger?.moved();
  }

  dispose(): void {
    this.#left = true;
    this.#giveUp(leftError());
    this.#takeOff(this.#worn);
    this.#worn = [];
    this.#faces.length = 0;
  }

  #acquire(parts: readonly OutfitPartInfo[]): OutfitItem[] {
    return parts.map(part => ({
      part,
      product: this.#products.acquire(part.product, this.#wearer),
      instance: undefined,
      palettes: [],
      faces: new Map(),
      hanger: undefined,
    }));
  }

  #tryChange(change: Change): void {
    for (const next of change.outfit) {
      const { product } = next;
      // Who has something broken on can still change the rest.
      if (product.failure && !this.#wears(next)) {
        this.#refuse(change, product, product.failure.error);
        return;
      }
      if (!product.drawable) return;
    }
    // It may be drawn before the next changes are applied.
    for (const { product } of change.outfit) product.catchUp();
    const before = this.#worn;
    const misfit = this.#putOnInstead(change.outfit);
    if (misfit) {
      this.#refuse(change, misfit.product, misfit.error);
      return;
    }
    this.#change = undefined;
    this.#worn = change.outfit;
    this.#meshes = -1;
    this.#takeOff(before);
    this.#findFaces();
    this.moved();
    change.resolve();
  }

  /**
   * Puts on `outfit`; what is worn already goes over to it as it is.
   * @returns what does not fit: then nothing has changed.
   */
  #putOnInstead(outfit: readonly OutfitItem[]): { readonly product: LiveProduct; readonly error: unknown } | undefined {
    const fresh = outfit.filter(next => !this.#wears(next));
    let misfit: { readonly product: LiveProduct; readonly error: unknown } | undefined;
    for (const worn of fresh) {
      const { product } = worn;
      putOn(worn, this.#wearer, (_url, error) => {
        misfit ??= { product, error };
      });
      if (worn.instance?.meshes.length === 0) {
        const error = new FormatError('a product without a mesh cannot be worn', { url: product.info.url });
        misfit ??= { product, error };
      }
    }
    if (misfit) {
      for (const worn of fresh) takeOff(worn, this.#wearer);
      return misfit;
    }
    for (const next of outfit) {
      const same = fresh.includes(next) ? undefined : this.#worn.find(worn => worn.instance && isSame(worn, next));
      if (same) handOver(same, next);
    }
    return undefined;
  }

  #wears(next: OutfitItem): boolean {
    return this.#worn.some(worn => worn.instance && isSame(worn, next));
  }

  #refuse(change: Change, { info }: LiveProduct, error: unknown): void {
    change.blame(info);
    this.#giveUp(error);
  }

  #giveUp(reason: unknown): void {
    const change = this.#change;
    if (!change) return;
    this.#change = undefined;
    this.#takeOff(change.outfit);
    change.reject(reason);
  }

  #takeOff(outfit: readonly OutfitItem[]): void {
    for (const worn of outfit) {
      takeOff(worn, this.#wearer);
      this.#products.release(worn.product, this.#wearer);
    }
  }

  /** Meshes may have come, or gone. */
  #findFaces(): void {
    const { avatar } = this.#wearer;
    this.#faces.length = 0;
    for (const { instance, faces } of this.#worn) {
      for (const mesh of instance?.meshes ?? []) {
        let face = faces.get(mesh);
        if (!face && avatar) face = LiveFace.of(mesh, avatar);
        if (!face) continue;
        faces.set(mesh, face);
        this.#faces.push(face);
      }
    }
  }
}

function leftError(): DOMException {
  return new DOMException('the avatar left the room', 'AbortError');
}
