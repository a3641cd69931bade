/** Finds out from which distance on a level of detail is worth its looks. */

import type { ShrunkTexture } from '../../../picture/texture-colours.ts';
import type { LevelAttributes } from '../level-attributes.ts';
import { LevelCamera, type Picture, type SeenNumbers, type SeenSurface } from './level-picture.ts';
import { pictureLoss } from './picture-loss.ts';

type Vec3 = [number, number, number];

/** From the model to the viewer: all around, a little from above. */
const DIRECTIONS = [
  [0.38, 0.34, 0.86],
  [-1, 0.25, 0.3],
  [0.2, 0.15, -1],
  [1, 0.1, 0.1],
  [-0.4, 0.3, 1],
] as const;
/** Pixels along the longest side of a part: of the largest pictures, and how many times halved the smallest are. */
const PIXELS = 128;
const HALVINGS = 2.5;
/** Pixels of error in the pictures: those at which a viewer uses a level. */
const TOLERANCE = 2;
/**
 * Error, for each root of the area that looks different and that one saved triangle costs. Four times as far away, each model of
 * ../shared/assets is then as similar to its source as when tolerances were half as large: the Mage 0.971 (0.918 with 3.6, the limit is
 * 0.952), the paladin 0.980 (0.923), cally 0.963 (0.868). A crowd of Knights costs 8 % more triangles than with 3.6.
 */
const PRICE = 4.8;
/**
 * Visible area of a broad figure (the Knight), in squared units of the quantization volume, and the power with which the price grows for
 * thinner ones. Similarity is a mean over what a figure covers, so each pixel of a thin one (cally has a quarter of the area) counts more.
 * With a power of 0.5 the paladin was 0.97.
 */
const BROAD = 9;
const THINNESS = 0.75;

/** A level to look at. */
export interface LookedAtLevel {
  readonly surface: SeenSurface;
  readonly triangles: number;
}

/** Compares pictures of a part's levels with pictures of its finest level. */
export class LookErrors {
  readonly #price: number;
  readonly #finest: LookedAtLevel;
  readonly #numbers: SeenNumbers;
  readonly #texture: ShrunkTexture | undefined;
  readonly #doubleSided: boolean;
  readonly #box: readonly [Vec3, Vec3];
  readonly #extent: number;
  /** Pictures of the finest level, by the side of a pixel. */
  readonly #pictures = new Map<number, { readonly camera: LevelCamera; readonly finest: Picture }[]>();
  readonly #losses = new Map<SeenSurface, Map<number, number>>();

  /**
   * @param doubleSided - whether both sides of a triangle are visible.
   * @param area - `visibleArea` of the whole model.
   */
  constructor(
    finest: LookedAtLevel,
    { counted }: LevelAttributes,
    texture: ShrunkTexture | undefined,
    doubleSided: boolean,
    area: number,
  ) {
    this.#price = PRICE * Math.max(1, BROAD / Math.max(area, 1e-6)) ** THINNESS;
    const place = (name: string): number => counted.find(a => a.name === name)?.first ?? -1;
    this.#finest = finest;
    this.#numbers = { normal: place('NORMAL'), uv: place('TEXCOORD_0'), colour: place('COLOR_0') };
    this.#texture = texture;
    this.#doubleSided = doubleSided;
    this.#box = boxOf(finest.surface);
    this.#extent = Math.max(...[0, 1, 2].map(k => this.#box[1][k] - this.#box[0][k]), 1e-6);
  }

  /**
   * Returns the error at which a level should take the place of a finer one: where each triangle that it saves costs no more of the
   * looks than a triangle of any other level. Then no other choice of levels looks better with as many triangles.
   *
   * @param deviation - the level's distance from the finest, in the unit of positions, as is the result.
   */
  errorOf(level: LookedAtLevel, finer: LookedAtLevel, deviation: number): number {
    const saved = Math.max(1, finer.triangles - level.triangles);
    const cost = (error: number): number => {
      const halvings = Math.log2((PIXELS * error) / (TOLERANCE * this.#extent));
      const pixel = (this.#extent / PIXELS) * 2 ** (Math.round(2 * Math.max(0, Math.min(HALVINGS, halvings))) / 2);
      return this.#price * Math.sqrt(Math.max(0, this.#loss(level, pixel) - this.#loss(finer, pixel)) / saved);
    };
    return cost(cost(deviation));
  }

  /** Returns the area that looks different, in squared units of positions. */
  #loss({ surface }: LookedAtLevel, pixel: number): number {
    if (surface === this.#finest.surface) return 0;
    let known = this.#losses.get(surface);
    if (!known) this.#losses.set(surface, (known = new Map()));
    let loss = known.get(pixel);
    if (loss !== undefined) return loss;
    loss = 0;
    for (const { camera, finest } of this.#picturesOf(pixel)) loss += pictureLoss(finest, this.#draw(camera, surface));
    loss *= (pixel * pixel) / DIRECTIONS.length;
    known.set(pixel, loss);
    return loss;
  }

  #picturesOf(pixel: number): readonly { readonly camera: LevelCamera; readonly finest: Picture }[] {
    let pictures = this.#pictures.get(pixel);
    if (!pictures) {
      pictures = DIRECTIONS.map(direction => {
        const camera = new LevelCamera(direction, pixel, this.#box);
        return { camera, finest: this.#draw(camera, this.#finest.surface) };
      });
      this.#pictures.set(pixel, pictures);
    }
    return pictures;
  }

  #draw(camera: LevelCamera, surface: SeenSurface): Picture {
    return camera.draw(surface, this.#numbers, this.#texture, this.#doubleSided);
  }
}

/** Returns the box around the vertices that an index names. */
function boxOf({ index, positions }: SeenSurface): [Vec3, Vec3] {
  const min: Vec3 = [Infinity, Infinity, Infinity];
  const max: Vec3 = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < index.length; i++)
    for (let k = 0; k < 3; k++) {
      const x = positions[index[i] * 3 + k];
      if (x < min[k]) min[k] = x;
      if (x > max[k]) max[k] = x;
    }
  return [min, max];
}
