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
 * The outfit of one avatar, and the next one. The old outfit stays while the new one loads, and is replaced in one frame once all of the
 * new one can be drawn. Items of both are not touched. Palettes and joints are released with the parts that follow them.
 */
export class LiveOutfit {
  readonly #products: LiveProducts;
  readonly #wearer: Wearer;
  #worn: readonly OutfitItem[];
  #change: Change | undefined;
  #left = false;
  /** The faces of all worn items. */
  readonly #faces: LiveFace[] = [];
  /** Whether the first outfit has been put on. Its parts appear as they arrive. */
  #dressed = false;
  /** The avatar that it was put on. Undefined without a skeleton. */
  #body: Avatar | undefined;
  /** Number of meshes when it was last determined which are covered and which are faces. */
  #meshes = -1;

  constructor(parts: readonly OutfitPartInfo[], products: LiveProducts, wearer: Wearer) {
    this.#products = products;
    this.#wearer = wearer;
    this.#worn = this.#acquire(parts);
  }

  /** The worn items. */
  get parts(): readonly OutfitPartInfo[] {
    return this.#worn.map(({ part }) => part);
  }

  /** Names of the morph targets of the worn meshes. */
  get morphs(): readonly string[] {
    const names = new Set<string>();
    for (const { instance } of this.#worn)
      for (const mesh of instance?.meshes ?? [])
        for (const { name } of (mesh.userData.foyer as PartData).morphTargets) names.add(name);
    return [...names];
  }

  /** Whether any part can be seen yet. */
  get shown(): boolean {
    for (let i = 0; i < this.#worn.length; i++) {
      const { instance } = this.#worn[i];
      if (instance && instance.meshes.length > 0) return true;
    }
    return false;
  }

  /** Bytes that the faces hold on the GPU, without the shared meshes. */
  get ownBytes(): number {
    let bytes = 0;
    for (const face of this.#faces) bytes += face.ownBytes;
    return bytes;
  }

  /** Calls `use` for the products of the worn outfit and the next one. */
  eachProduct(use: (product: LiveProduct) => void): void {
    for (const { product } of this.#worn) use(product);
    for (const { product } of this.#change?.outfit ?? []) use(product);
  }

  /**
   * Puts the first outfit on the wearer, now and as its meshes arrive. Harmless when it is on. If the skeleton arrives later, the parts
   * move to it.
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
   * Replaces the outfit. Resolves in the frame in which the new one is put on. A later call replaces one that still loads, which rejects
   * with an AbortError.
   * @param blame - told of the product that the promise is about to reject for.
   * @throws the error of a mesh, FormatError if a product does not fit, or the signal's reason. The old outfit stays then.
   */
  wear(parts: readonly OutfitPartInfo[], signal?: AbortSignal, blame?: (product: ProductInfo) => void): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#left) return Promise.reject(leftError());
    // Acquired before the former change is released, so that nothing that both need is loaded twice.
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

  /** Applies changes of the products. Puts the new outfit on when it is complete. */
  refresh(): void {
    if (this.#dressed && this.#change) this.#tryChange(this.#change);
    let meshes = 0;
    for (let i = 0; i < this.#worn.length; i++) meshes += this.#worn[i].instance?.meshes.length ?? 0;
    // A texture that arrives or is evicted refreshes all wearers: perhaps a hundred.
    if (meshes === this.#meshes) return;
    this.#meshes = meshes;
    cover(this.#worn);
    this.#findFaces();
  }

  /** Moves rigid parts to their joints, and updates faces. Call it in each frame. Allocates nothing. */
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
      // A worn product whose mesh failed does not block other changes.
      if (product.failure && !this.#wears(next)) {
        this.#refuse(change, product, product.failure.error);
        return;
      }
      if (!product.drawable) return;
    }
    // A frame may be drawn before the next changes are applied.
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
   * Puts on `outfit`. Items that are worn already are handed over unchanged.
   * @returns what does not fit. Nothing has changed then.
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

  /** Finds the faces again, after meshes arrived or were removed. */
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
