import { Matrix4, type Object3D } from 'three';
import type { MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { DrawCalls } from '../frame/draw-calls.ts';
import type { DrawItem, DrawList } from '../frame/draw-list.ts';
import { touchesFrustum } from '../frame/frustum.ts';
import type { ViewState } from '../frame/view-state.ts';
import type { GlState } from '../gl/gl-state.ts';
import { surfaceFor } from '../materials/plain-materials.ts';
import type { Textures } from '../textures/textures.ts';
import type { Figure } from './figure.ts';
import { ImpostorAtlas, TILE_COUNT, TILE_SIZE } from './impostor-atlas.ts';
import { Billboards } from './impostor-billboards.ts';
import { TileCache } from './tile-cache.ts';

/** Half of a tile's side, of the figure's height: arms and a sword that swings stand out to the sides. */
const REACH = 0.65;
/** Pixels that a figure may be tall: a tile holds no more. */
const TALLEST = TILE_SIZE / (2 * REACH);
/** Pixels below which a figure stays meshes, of the coarsest level: a tile has no smaller levels and would flicker. */
const SMALLEST = 14;
/** A figure becomes meshes again when it is so much taller. */
const HYSTERESIS = 1.15;
/** Pictures made in one frame: each costs what the figure's meshes do. */
const BUDGET = 4;
/** Frames that a picture lasts. */
const LIFETIME = 600;

/** Moments of a clip, directions around a figure, heights of the camera above it, and ways that the sun may stand to it, that are told apart. */
const PHASES = 16;
const ANGLES = 64;
const HEIGHTS = 16;
const TURNS = 8;

/** Figures whose every moment has room in the atlas. More of them would drive each other out. */
const MOST_FIGURES = TILE_COUNT / PHASES;

/** What impostors draw with. */
export interface ImpostorDependencies {
  readonly gl: WebGLRenderingContext;
  readonly state: GlState;
  readonly calls: DrawCalls;
  readonly textures: Textures;
  /** Counts the atlas, and refuses it where there is no room. */
  readonly memory: MemoryBudget | undefined;
}

/**
 * Shows figures that are small on the screen as pictures: rendered once for each look, moment of a clip and direction, kept in an
 * atlas, drawn as one batch. 64 figures 45 m away took 31 ms as meshes of 662 triangles, 5 ms as such pictures (SwiftShader).
 */
export class Impostors {
  readonly #atlas: ImpostorAtlas;
  readonly #calls: DrawCalls;
  readonly #textures: Textures;
  readonly #cache = new TileCache(TILE_COUNT, LIFETIME);
  readonly #billboards: Billboards;
  readonly #crop = new Matrix4();
  #frame = 0;
  /** The driver can, and there is memory; asked again after a while. */
  #able = true;
  #refused = 0;
  /** Share of the asked height up to which figures become pictures: less where there are too many. */
  #share = 1;

  constructor({ gl, state, calls, textures, memory }: ImpostorDependencies) {
    this.#atlas = new ImpostorAtlas(gl, state, memory);
    this.#calls = calls;
    this.#textures = textures;
    this.#billboards = new Billboards(this.#atlas.texture, TILE_COUNT);
  }

  /** Figures shown as pictures in the latest frame. */
  get count(): number {
    return this.#billboards.count;
  }

  /** Bytes on the GPU now. */
  get bytes(): number {
    return this.#atlas.bytes;
  }

  /** The batch that shows them, to be drawn with the scene. */
  get item(): DrawItem {
    return this.#billboards.item;
  }

  /**
   * Decides who is a picture in this frame, and makes pictures that are missing, a few a frame.
   * @param pixels - figures of at most that height become pictures; 0: none.
   */
  prepare({ figures }: DrawList, view: ViewState, pixels: number): void {
    this.#frame++;
    if (pixels <= 0 && this.#atlas.handle) this.#giveBack();
    if (!this.#able && this.#frame - this.#refused > LIFETIME) this.#able = true;
    const most = this.#able ? Math.min(pixels, TALLEST) * this.#share : 0;
    let wanted = 0;
    this.#billboards.begin(view);
    let budget = BUDGET;
    for (let i = 0; i < figures.length; i++) {
      const { figure, group, items } = figures[i];
      const before = figure.tile;
      figure.tile = -1;
      if (most <= 0 || figure.look < 0 || figure.clip < 0 || !view.perspective) continue;
      place(group, figure.height);
      const half = figure.height * REACH;
      const depth = view.depthOf(centre[0], centre[1], centre[2]);
      if (depth < half || !touchesFrustum(view.frustum, centre[0], centre[1], centre[2], half)) continue;
      const tall = (figure.height * view.pixelsPerMetre) / depth;
      if (tall > (before >= 0 ? most * HYSTERESIS : most)) continue;
      if (tall < SMALLEST) continue;
      wanted++;
      const key = keyOf(figure, group, view);
      let tile = this.#cache.find(key, this.#frame);
      if (tile < 0 && budget > 0) {
        budget--;
        tile = this.#capture(key, items, view, half);
      }
      if (tile < 0) continue;
      figure.tile = tile;
      this.#billboards.add(tile, centre[0], centre[1], centre[2], half);
    }
    this.#billboards.end();
    if (this.#billboards.count > 0) this.#textures.adopt(this.#atlas.texture, this.#atlas.handle);
    // The smallest go first: the limit falls until all that are left fit, and rises slowly again.
    this.#share = wanted > MOST_FIGURES ? this.#share * 0.97 : Math.min(1, this.#share * 1.003);
  }

  /** After a lost context. */
  forget(): void {
    this.#cache.clear();
    this.#atlas.forget();
    // The driver may have refused because the context was going.
    this.#able = true;
  }

  dispose(): void {
    this.#giveBack();
    this.#billboards.dispose();
  }

  /** Nobody is a picture any more: the memory is free. */
  #giveBack(): void {
    this.forgetPictures();
    this.#textures.adopt(this.#atlas.texture, null);
    this.#atlas.dispose();
  }

  /** After anything changed but place and pose. */
  forgetPictures(): void {
    this.#cache.clear();
  }

  #capture(key: number, items: readonly DrawItem[], view: ViewState, half: number): number {
    const tile = this.#cache.take(key, this.#frame);
    if (tile < 0) return -1;
    if (!this.#atlas.begin()) {
      this.#able = false;
      this.#refused = this.#frame;
      return -1;
    }
    this.#calls.begin(this.#cropTo(view, half), null);
    for (let i = 0; i < items.length; i++) {
      const { material, levels, level, refused } = items[i];
      // Somebody may have hung a thing of three's on a joint that is drawn by nobody.
      if (refused || !material.visible || !surfaceFor(material)) continue;
      for (let range = 0; range < levels[level].ranges.length; range++) this.#calls.draw(items[i], range);
    }
    this.#atlas.end(tile);
    return tile;
  }

  /** The camera's matrix, stretched so that the square around `centre` fills the picture. */
  #cropTo(view: ViewState, half: number): Matrix4 {
    const from = view.clip.elements;
    const to = this.#crop.elements;
    const x = centre[0];
    const y = centre[1];
    const z = centre[2];
    const w = from[3] * x + from[7] * y + from[11] * z + from[15];
    const cx = (from[0] * x + from[4] * y + from[8] * z + from[12]) / w;
    const cy = (from[1] * x + from[5] * y + from[9] * z + from[13]) / w;
    const sx = w / (half * view.scaleX);
    const sy = w / (half * view.scaleY);
    for (let column = 0; column < 16; column += 4) {
      to[column] = (from[column] - cx * from[column + 3]) * sx;
      to[column + 1] = (from[column + 1] - cy * from[column + 3]) * sy;
      to[column + 2] = from[column + 2];
      to[column + 3] = from[column + 3];
    }
    return this.#crop;
  }
}

/** Middle of the figure at hand, in the world. An array: numbers between functions take a box on the heap. */
const centre = new Float64Array(3);

function place({ matrixWorld }: Object3D, height: number): void {
  const m = matrixWorld.elements;
  for (let axis = 0; axis < 3; axis++) centre[axis] = m[12 + axis] + (m[4 + axis] * height) / 2;
}

/** look 8 bits | clip 5 | phase 4 | angle 6 | height 4 | turn 3 */
function keyOf({ look, clip, phase }: Figure, { matrixWorld }: Object3D, { eye }: ViewState): number {
  const m = matrixWorld.elements;
  const x = eye[0] - centre[0];
  const y = eye[1] - centre[1];
  const z = eye[2] - centre[2];
  const side = x * m[0] + y * m[1] + z * m[2];
  const front = x * m[8] + y * m[9] + z * m[10];
  const angle = part(Math.atan2(side, front) / (2 * Math.PI), ANGLES);
  const height = part(Math.atan2(y, Math.sqrt(x * x + z * z)) / Math.PI + 0.5, HEIGHTS);
  const turn = part(Math.atan2(m[8], m[10]) / (2 * Math.PI), TURNS);
  return (((((look * 32 + clip) * PHASES + part(phase, PHASES)) * ANGLES + angle) * HEIGHTS + height) * TURNS + turn) | 0;
}

/** Which of `count` equal parts of a turn: `part(-0.25, 4) // 3` */
function part(turns: number, count: number): number {
  return Math.floor((turns - Math.floor(turns)) * count) % count;
}
