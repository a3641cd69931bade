import type { TextureAsset } from './texture-asset.ts';

/** Bytes that a room may hold, by what the machine has (docs/architecture.md): GMA-950-class, usual, large. */
export const BUDGETS = { small: 64 * 2 ** 20, medium: 128 * 2 ** 20, large: 512 * 2 ** 20 } as const;

/** @param deviceMemory - GiB as `navigator.deviceMemory` says; undefined where the browser keeps it to itself. */
export function budgetFor(deviceMemory: number | undefined): number {
  if (deviceMemory === undefined) return BUDGETS.medium;
  return deviceMemory <= 2 ? BUDGETS.small : deviceMemory <= 4 ? BUDGETS.medium : BUDGETS.large;
}

/**
 * Exact bytes of a texture: on the GPU all its mip levels (pictures as RGBA8, 4 bytes a pixel), on the CPU what the asset holds.
 * `textureBytes({kind: 'picture', width: 4, height: 4, …}) // {gpu: 84, cpu: 64}`
 */
export function textureBytes(asset: TextureAsset): { readonly gpu: number; readonly cpu: number } {
  if (asset.kind === 'compressed') {
    const bytes = asset.levels.reduce((sum, level) => sum + level.byteLength, 0);
    return { gpu: bytes, cpu: bytes };
  }
  let gpu = 0;
  for (let { width, height } = asset; ; width = Math.max(1, width >> 1), height = Math.max(1, height >> 1)) {
    gpu += width * height * 4;
    if (width === 1 && height === 1) break;
  }
  return { gpu, cpu: asset.width * asset.height * 4 };
}

/** Something that holds memory. Numbers may be changed at any time; they count as they are when the budget is asked. */
export interface Holding {
  /** Bytes, >= 0. */
  gpu: number;
  cpu: number;
  /** How much of it is seen (screen area x quality gain, any unit, >= 0); only compared with that of other holdings. */
  visibility: number;
}

/** A high texture displaces others only where it is this much better to see, or two of the same size would change places for ever. */
const BETTER = 1.25;

/**
 * Counts what a room holds, byte by byte, and says which high textures must go back to low when it is too much. It frees nothing
 * itself: whoever holds a texture is asked to let go.
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

  constructor(limit: number) {
    this.limit = limit;
  }

  /** @param kind - `demotable`: a high texture whose low one is held as well; `fixed`: all else. */
  hold(holding: Holding, kind: 'fixed' | 'demotable'): Holding {
    (kind === 'fixed' ? this.#fixed : this.#demotable).add(holding);
    return holding;
  }

  /** Twice is harmless. */
  release(holding: Holding): void {
    this.#fixed.delete(holding);
    this.#demotable.delete(holding);
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

  /** High textures that must go so that the rest is within the limit: the least visible first, no more than needed. */
  toDemote(): Holding[] {
    return this.#leastVisible(this.total - this.limit, Number.POSITIVE_INFINITY);
  }

  /**
   * Whether a high texture may come: it fits, or fits once others that are clearly less visible have gone.
   * @returns those that must go first (none where it fits), or undefined where it had better stay low.
   */
  roomFor({ gpu, cpu, visibility }: Readonly<Holding>): Holding[] | undefined {
    const excess = this.total + gpu + cpu - this.limit;
    const victims = this.#leastVisible(excess, visibility / BETTER);
    return victims.reduce((freed, h) => freed + size(h), 0) >= excess ? victims : undefined;
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

  #sum(of: (holding: Holding) => number): number {
    let sum = 0;
    for (const holding of this.#fixed) sum += of(holding);
    for (const holding of this.#demotable) sum += of(holding);
    return sum;
  }
}

function size({ gpu, cpu }: Holding): number {
  return gpu + cpu;
}
