/** Gives the levels of a part their textures, and chooses the levels that are worth their bytes. */

import type { ShrunkTexture } from '../../picture/texture-colours.ts';
import type { LevelAttributes } from './level-attributes.ts';
import { type Surface, surfaceOf } from './level-deviation.ts';
import { LookErrors, type LookedAtLevel } from './looks/look-error.ts';
import { type MovedLevel, transferUvs } from './transfer-uvs.ts';

/** What the levels of a part are compared with. Plain data, so that it can pass between threads. */
export interface JudgedPart {
  /** All triangles, those of which none is hardly seen, and those of which none is seldom seen either. */
  readonly finest: Uint32Array;
  readonly near: Uint32Array;
  readonly far: Uint32Array;
  /** 3 a vertex, in units of the volume's scale. */
  readonly positions: Float32Array;
  readonly attributes: LevelAttributes;
  readonly colours: ShrunkTexture | undefined;
  /** `visibleArea` of the whole model; undefined where levels are judged by their distance from the finest alone. */
  readonly area: number | undefined;
  readonly doubleSided: boolean;
}

/** A level that may be kept. Plain data. */
export interface OfferedLevel {
  /** Refers to vertices of the finest. */
  readonly index: Uint32Array;
  /** In units of the volume's scale. */
  readonly error: number;
  /** The level with vertices of its own, which have the texture coordinates of the vertices that they were. */
  readonly own: MovedLevel | undefined;
  /** Whether it was made of `far`, not of `near`. */
  readonly isFar: boolean;
}

/** A level that is kept. The error counts how it looks; its own vertices have the texture of the finest level. */
export type JudgedLevel = Omit<OfferedLevel, 'isFar'>;

/** Judges the levels of one part, in this thread or in another one. */
export interface Judge {
  /** Offers a level, coarser than those before it. @returns how many are kept by then, the finest included. */
  offer(level: OfferedLevel): Promise<number>;
  /** Returns the levels that are kept, finest first. None is offered after that. */
  end(): Promise<readonly JudgedLevel[]>;
}

/** Judges in this thread. */
export class LevelJudge implements Judge {
  readonly #part: JudgedPart;
  readonly #near: Surface;
  readonly #far: Surface;
  readonly #looks: LookErrors | undefined;
  readonly #kept: { readonly level: JudgedLevel; readonly looked: LookedAtLevel }[] = [];

  /** @param near - the surfaces of the part, where they are known. */
  constructor(
    part: JudgedPart,
    near = surfaceOf(part.positions, part.near),
    far = part.far.length === part.near.length ? near : surfaceOf(part.positions, part.far),
  ) {
    this.#part = part;
    this.#near = near;
    this.#far = far;
    const level = { index: part.finest, error: 0, own: undefined };
    const looked = this.#lookedAt(level);
    this.#kept.push({ level, looked });
    const { area, attributes, colours, doubleSided } = part;
    this.#looks = area === undefined ? undefined : new LookErrors(looked, attributes, colours, doubleSided, area);
  }

  async offer({ index, error, own, isFar }: OfferedLevel): Promise<number> {
    const { attributes, colours } = this.#part;
    const finest = { ...attributes, ...(isFar ? this.#far : this.#near), ...(colours ? { colours } : {}) };
    const level = { index, error, own: own && transferUvs(own, finest) };
    const looked = this.#lookedAt(level);
    const kept = this.#kept;
    const errorAfter = (last: LookedAtLevel): number => Math.max(error, this.#looks?.errorOf(looked, last, error) ?? 0);
    let judged = errorAfter(kept[kept.length - 1].looked);
    // A finer level that is no better only takes bytes.
    while (kept.length > 1 && judged <= kept[kept.length - 1].level.error) {
      kept.pop();
      judged = errorAfter(kept[kept.length - 1].looked);
    }
    return kept.push({ level: { ...level, error: judged }, looked });
  }

  async end(): Promise<readonly JudgedLevel[]> {
    return this.#kept.map(({ level }) => level);
  }

  /** What a level looks like: with vertices of its own, or with the finest's. */
  #lookedAt({ index, own }: JudgedLevel): LookedAtLevel {
    const { positions, attributes } = this.#part;
    const { stride, values } = attributes;
    return { surface: own ? { ...own, stride } : { index, positions, values, stride }, triangles: index.length / 3 };
  }
}
