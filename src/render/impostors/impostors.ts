/** Decides which figures are impostors, and makes their pictures. */

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

/** Half of a tile's side, as a share of the figure's height. Arms and a swung sword reach out to the sides. */
const REACH = 0.65;
/** Maximum height of a figure in pixels; a tile holds no more. */
const TALLEST = TILE_SIZE / (2 * REACH);
/**
 * Minimum height in pixels. Smaller figures stay meshes of the coarsest level, because a tile has no mip levels and would
 * flicker.
 */
const SMALLEST = 14;
/** A figure becomes meshes again when it is taller by this factor. */
const HYSTERESIS = 1.15;
/** Pictures made in one frame. Each costs as much as drawing the figure's meshes. */
const BUDGET = 4;
/** Frames until a picture expires. */
const LIFETIME = 600;

/**
 * Steps that tell pictures apart: phases of a clip, directions around a figure, camera heights above it, and directions of the
 * sun.
 */
const PHASES = 16;
const ANGLES = 64;
const HEIGHTS = 16;
const TURNS = 8;

/** Maximum number of figures whose phases all fit in the atlas. More would evict each other. */
const MOST_FIGURES = TILE_COUNT / PHASES;

/** The dependencies of impostors. */
export interface ImpostorDependencies {
  readonly gl: WebGLRenderingContext;
  readonly state: GlState;
  readonly calls: DrawCalls;
  readonly textures: Textures;
  /** Counts the atlas, and refuses it if it does not fit. */
  readonly memory: MemoryBudget | undefined;
}

/**
 * Draws figures that are small on screen as impostors. It renders a picture once for each look, clip phase and direction, keeps
 * it in an atlas and draws all in one batch. 64 figures at 45 m took 31 ms as meshes of 662 triangles, 5 ms as impostors
 * (SwiftShader).
 */
export class Impostors {
  readonly #atlas: ImpostorAtlas;
  readonly #calls: DrawCalls;
  readonly #textures: Textures;
  readonly #cache = new TileCache(TILE_COUNT, LIFETIME);
  readonly #billboards: Billboards;
  readonly #crop = new Matrix4();
  #frame = 0;
  /** True if the driver can draw impostors and memory is available; checked again after a while. */
  #able = true;
  #refused = 0;
  /** Share of the requested height up to which figures become impostors. It falls while there are too many. */
  #share = 1;

  constructor({ gl, state, calls, textures, memory }: ImpostorDependencies) {
    this.#atlas = new ImpostorAtlas(gl, state, memory);
    this.#calls = calls;
    this.#textures = textures;
    this.#billboards = new Billboards(this.#atlas.texture, TILE_COUNT);
  }

  /** Number of figures drawn as impostors in the latest frame. */
  get count(): number {
    return this.#billboards.count;
  }

  /** Current bytes on the GPU. */
  get bytes(): number {
    return this.#atlas.bytes;
  }

  /** The batch of impostors, to be drawn with the scene. */
  get item(): DrawItem {
    return this.#billboards.item;
  }

  /**
   * Decides which figures are impostors in this frame, and renders missing pictures, a few a frame.
   *
   * @param pixels - maximum height of an impostor; 0: none.
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
    // The smallest figures have priority. The height limit falls until the rest fits, and rises slowly again.
    this.#share = wanted > MOST_FIGURES ? this.#share * 0.97 : Math.min(1, this.#share * 1.003);
  }

  /** Forgets all GPU objects after a lost context. */
  forget(): void {
    this.#cache.clear();
    this.#atlas.forget();
    // The driver may have refused because the context was about to be lost.
    this.#able = true;
  }

  dispose(): void {
    this.#giveBack();
    this.#billboards.dispose();
  }

  /** Draws all figures as meshes and frees the memory. */
  #giveBack(): void {
    this.forgetPictures();
    this.#textures.adopt(this.#atlas.texture, null);
    this.#atlas.dispose();
  }

  /** Discards all pictures after any change besides place and pose. */
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
      // A caller may have attached an object of three's to a joint that is not drawn.
      if (refused || !material.visible || !surfaceFor(material)) continue;
      for (let range = 0; range < levels[level].ranges.length; range++) this.#calls.draw(items[i], range);
    }
    this.#atlas.end(tile);
    return tile;
  }

  /** Crops the camera's matrix, so that the square around `centre` fills the picture. */
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

/** Middle of the current figure, in the world. It is an array, because V8 boxes numbers that pass between functions. */
const centre = new Float64Array(3);

function place({ matrixWorld }: Object3D, height: number): void {
  const m = matrixWorld.elements;
  for (let axis = 0; axis < 3; axis++) centre[axis] = m[12 + axis] + (m[4 + axis] * height) / 2;
}

/** Builds a picture's key: look 8 bits | clip 5 | phase 4 | angle 6 | height 4 | turn 3 */
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

/** Returns which of `count` equal parts of a turn an angle is in: `part(-0.25, 4) // 3` */
function part(turns: number, count: number): number {
  return Math.floor((turns - Math.floor(turns)) * count) % count;
}
