import { MAX_TEXTURE_SIZE } from '../limits.ts';
import { isPowerOfTwo, mipBytes } from '../textures/mip-levels.ts';
import type { TextureAsset } from '../textures/texture-asset.ts';

/** Bytes that a room may hold, by what the machine has (docs/architecture.md): GMA-950-class, usual, large. */
export const BUDGETS = { small: 64 * 2 ** 20, medium: 128 * 2 ** 20, large: 512 * 2 ** 20 } as const;

/**
 * @param deviceMemory - GiB by `navigator.deviceMemory`; undefined where the browser does not report it.
 * @param low - the visitor asks for low quality.
 */
export function budgetFor(deviceMemory: number | undefined, low = false): number {
  if (low) return BUDGETS.small;
  if (deviceMemory === undefined) return BUDGETS.medium;
  return deviceMemory <= 2 ? BUDGETS.small : deviceMemory <= 4 ? BUDGETS.medium : BUDGETS.large;
}

/** GiB of this machine as the browser rounds them (0.25 to 8); undefined where it does not report them. */
export function deviceMemory(): number | undefined {
  return (globalThis.navigator as { readonly deviceMemory?: number } | undefined)?.deviceMemory;
}

/**
 * Returns the exact bytes of a texture. On the GPU: all mip levels (pictures as RGBA8, 4 bytes a pixel; in WebGL 1 only sides
 * that are powers of two have mips, and none where `minify` is `nearest`). On the CPU: what the asset holds.
 * `textureBytes({kind: 'picture', width: 4, height: 4, …}) // {gpu: 84, cpu: 64}`
 */
export function textureBytes(asset: TextureAsset): Bytes {
  if (asset.kind === 'compressed') {
    const bytes = asset.levels.reduce((sum, level) => sum + level.byteLength, 0);
    return { gpu: bytes, cpu: bytes };
  }
  const { width, height, sampling } = asset;
  const mips = sampling?.minify !== 'nearest' && isPowerOfTwo(width, height);
  return { gpu: mips ? mipBytes(width, height, 1, 4) : width * height * 4, cpu: width * height * 4 };
}

/** Bytes by place. */
export interface Bytes {
  readonly gpu: number;
  readonly cpu: number;
}

/**
 * Estimates what a texture will hold from its document. KTX2 counts as opaque, as most are (DXT1; with alpha it will be twice as
 * much). Without a size, typical unpacking ratios count.
 */
export function expectedTextureBytes(info: {
  readonly type: string;
  readonly bytes: number;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}): Bytes {
  const { type, bytes } = info;
  const compressed = type === 'image/ktx2';
  if (info.width === undefined || info.height === undefined) {
    const guess = bytes * (compressed ? KTX2_UNPACKS : PICTURE_UNPACKS);
    return { gpu: guess, cpu: guess };
  }
  // Larger ones are shrunk as they are decoded.
  const scale = Math.min(1, MAX_TEXTURE_SIZE / Math.max(info.width, info.height));
  const width = Math.max(1, Math.round(info.width * scale));
  const height = Math.max(1, Math.round(info.height * scale));
  const gpu = compressed ? mipBytes(width, height, 4, 8) : mipBytes(width, height, 1, 4);
  return { gpu, cpu: compressed ? gpu : width * height * 4 };
}

/** ETC1S takes about one bit a pixel, WebP and JPEG two. DXT1 with mips takes 5, RGBA8 with mips 43. */
const KTX2_UNPACKS = 5;
const PICTURE_UNPACKS = 24;

/** Holds memory. The numbers may change at any time. They count as they are when the budget is evaluated. */
export interface Holding {
  /** Bytes, >= 0. */
  readonly gpu: number;
  readonly cpu: number;
  /** How visible it is: screen area x quality gain, any unit, >= 0. Only compared with other holdings. */
  readonly visibility: number;
}

/**
 * A high texture displaces others only where it is this many times more visible. Otherwise two equal ones would alternate for
 * ever.
 */
const BETTER = 1.25;

/**
 * Counts what a room holds, byte by byte, and says which high textures must go back to low when it exceeds the limit.
 *
 * It frees nothing itself. The holder of a texture is asked to let go. It calls `leave` when it begins to, and `release` when
 * done.
 *
 * ```ts
 * const held = budget.hold({ gpu: 699_048, cpu: 0, visibility: 0.2 }, 'demotable');
 * for (const holding of budget.toDemote()) …; // the least visible first, no more than needed
 * budget.release(held);
 * ```
 */
export class MemoryBudget {
  /** Bytes that may be held; may be changed at any time. */
  limit: number;
  readonly #fixed = new Set<Holding>();
  readonly #demotable = new Set<Holding>();
  readonly #leaving = new Set<Holding>();

  constructor(limit: number) {
    this.limit = limit;
  }

  /** @param kind - `demotable`: a high texture that a low one can stand in for; `fixed`: all else. May be called again to change it. */
  hold<H extends Holding>(holding: H, kind: 'fixed' | 'demotable'): H {
    this.release(holding);
    (kind === 'fixed' ? this.#fixed : this.#demotable).add(holding);
    return holding;
  }

  /** Notes that it is leaving. It counts until it is released, but nothing else has to leave for its bytes. */
  leave(holding: Holding): void {
    this.release(holding);
    this.#leaving.add(holding);
  }

  /** Calling it twice is harmless. */
  release(holding: Holding): void {
    this.#fixed.delete(holding);
    this.#demotable.delete(holding);
    this.#leaving.delete(holding);
  }

  get gpu(): number {
    return this.#sum(h => h.gpu);
  }

  get cpu(): number {
    return this.#sum(h => h.cpu);
  }

  get total(): number {
    return this.#sum(size);
  }

  /** Whether this many more bytes are within the limit now. */
  fits({ gpu, cpu }: Bytes): boolean {
    return this.total + gpu + cpu <= this.limit;
  }

  /** High textures that must go so that the rest is within the limit: the least visible first, no more than needed. */
  toDemote(): Holding[] {
    return this.#leastVisible(this.#staying - this.limit, Number.POSITIVE_INFINITY);
  }

  /**
   * Decides whether a high texture may load: it fits, or fits once clearly less visible ones have left.
   * @returns those that must leave first (none where it fits, or will once those that are leaving have left), or undefined where
   * it should stay low.
   */
  roomFor({ gpu, cpu, visibility }: Readonly<Holding>): Holding[] | undefined {
    const excess = this.#staying + gpu + cpu - this.limit;
    const victims = this.#leastVisible(excess, visibility / BETTER);
    return victims.reduce((freed, h) => freed + size(h), 0) >= excess ? victims : undefined;
  }

  get #staying(): number {
    let leaving = 0;
    for (const holding of this.#leaving) leaving += size(holding);
    return this.total - leaving;
  }

  /** The least visible of those below `visibility`, until `bytes` are freed. */
  #leastVisible(bytes: number, visibility: number): Holding[] {
    const found: Holding[] = [];
    if (bytes <= 0) return found;
    const candidates = [...this.#demotable].filter(h => h.visibility < visibility && size(h) > 0);
    // Ascending by visibility; of two alike the larger, so that fewer go.
    candidates.sort((a, b) => a.visibility - b.visibility || size(b) - size(a));
    for (let freed = 0, i = 0; freed < bytes && i < candidates.length; i++) {
      freed += size(candidates[i]);
      found.push(candidates[i]);
    }
    return found;
  }

  #sum(bytesOf: (holding: Holding) => number): number {
    let sum = 0;
    for (const holding of this.#fixed) sum += bytesOf(holding);
    for (const holding of this.#demotable) sum += bytesOf(holding);
    for (const holding of this.#leaving) sum += bytesOf(holding);
    return sum;
  }
}

function size({ gpu, cpu }: Bytes): number {
  return gpu + cpu;
}
