/** Finds out from which distance on a level of detail is worth its looks. */
import type { LevelAttributes } from './level-attributes.ts';
import { LevelCamera, type Picture, type SeenNumbers, type SeenSurface } from './level-picture.ts';
import { pictureLoss } from './picture-loss.ts';
import type { ShrunkTexture } from './texture-colours.ts';

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
 * Error, for each root of the area that looks different and that one saved triangle costs. With 3.6, the distances of the Knight's and
 * the Mage's levels say more than their looks. Those of models of few triangles say less: a plate of 134 triangles has bends, not
 * distances. The paladin, drawn with errors of up to 6.4 pixels in a picture of 400, is similar to the source by 0.95 with it, by 0.86
 * without.
 */
const PRICE = 3.6;

/** A level to look at. */
export interface LookedAtLevel {
  readonly surface: SeenSurface;
  readonly triangles: number;
}

/** Compares pictures of a part's levels with pictures of its finest level. */
export class LookErrors {
  readonly #finest: LookedAtLevel;
  readonly #numbers: SeenNumbers;
  readonly #texture: ShrunkTexture | undefined;
  readonly #doubleSided: boolean;
  readonly #box: readonly [Vec3, Vec3];
  readonly #extent: number;
  /** Pictures of the finest level, by the side of a pixel. */
  readonly #pictures = new Map<number, { readonly camera: LevelCamera; readonly finest: Picture }[]>();
  readonly #losses = new Map<SeenSurface, Map<number, number>>();

  /** @param doubleSided - whether both sides of a triangle are visible. */
  constructor(finest: LookedAtLevel, { counted }: LevelAttributes, texture: ShrunkTexture | undefined, doubleSided: boolean) {
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
      return PRICE * Math.sqrt(Math.max(0, this.#loss(level, pixel) - this.#loss(finer, pixel)) / saved);
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
