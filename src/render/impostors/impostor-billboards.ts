import { BufferAttribute, BufferGeometry, Mesh, type Texture } from 'three';
import type { DrawItem } from '../frame/draw-list.ts';
import type { ViewState } from '../frame/view-state.ts';
import { lightingOf } from '../materials/lighting.ts';
import { SurfaceMaterial } from '../materials/surface-material.ts';
import { ALPHA, MAP, MASK } from '../materials/surface-variant.ts';
import { ATLAS_SIZE, TILE_SIZE } from './impostor-atlas.ts';

const COLUMNS = ATLAS_SIZE / TILE_SIZE;

/** Draws all impostors of a frame as one mesh of squares that face the camera. */
export class Billboards {
  readonly item: DrawItem;
  count = 0;
  readonly #positions: BufferAttribute;
  readonly #uvs: BufferAttribute;
  readonly #range = { start: 0, count: 0, joints: 0 };
  readonly #mesh: Mesh<BufferGeometry, SurfaceMaterial>;
  readonly #right = new Float64Array(3);
  readonly #up = new Float64Array(3);

  constructor(atlas: Texture, capacity: number) {
    this.#positions = new BufferAttribute(new Float32Array(capacity * 12), 3);
    this.#uvs = new BufferAttribute(new Float32Array(capacity * 8), 2);
    const index = new Uint16Array(capacity * 6);
    for (let i = 0; i < capacity; i++) for (let k = 0; k < 6; k++) index[i * 6 + k] = i * 4 + [0, 1, 2, 0, 2, 3][k];
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', this.#positions);
    geometry.setAttribute('uv', this.#uvs);
    geometry.setIndex(new BufferAttribute(index, 1));
    const material = new SurfaceMaterial({ variant: ALPHA | MASK | MAP });
    material.map = atlas;
    this.#mesh = new Mesh(geometry, material);
    this.item = {
      mesh: this.#mesh,
      material,
      data: undefined,
      rows: [],
      levels: [{ geometry, error: 0, ranges: [this.#range] }],
      level: 0,
      lighting: lightingOf(this.#mesh),
      ground: false,
      figure: undefined,
      refused: false,
    };
  }

  begin({ right, up }: ViewState): void {
    this.count = 0;
    for (let axis = 0; axis < 3; axis++) {
      this.#right[axis] = right[axis];
      this.#up[axis] = up[axis];
    }
  }

  /**
   * Adds a square.
   *
   * @param half - of the square's side, metres.
   */
  add(tile: number, x: number, y: number, z: number, half: number): void {
    const p = this.#positions.array;
    const uv = this.#uvs.array;
    const left = (tile % COLUMNS) / COLUMNS;
    const bottom = Math.floor(tile / COLUMNS) / COLUMNS;
    let at = this.count * 12;
    let uvAt = this.count++ * 8;
    for (let corner = 0; corner < 4; corner++) {
      const toRight = corner === 1 || corner === 2 ? half : -half;
      const toTop = corner >= 2 ? half : -half;
      p[at++] = x + this.#right[0] * toRight + this.#up[0] * toTop;
      p[at++] = y + this.#right[1] * toRight + this.#up[1] * toTop;
      p[at++] = z + this.#right[2] * toRight + this.#up[2] * toTop;
      uv[uvAt++] = left + (toRight > 0 ? 1 / COLUMNS : 0);
      uv[uvAt++] = bottom + (toTop > 0 ? 1 / COLUMNS : 0);
    }
  }

  end(): void {
    this.#range.count = this.count * 6;
    if (this.count === 0) return;
    this.#positions.needsUpdate = true;
    this.#uvs.needsUpdate = true;
  }

  dispose(): void {
    this.#mesh.geometry.dispose();
    this.#mesh.material.dispose();
  }
}
