/** Builds products from patches and materials. */

import { mat3, mat4, quat, vec3 } from 'gl-matrix';
import type { SourcePart, SourceProduct, SourceSeat, SourceTexture } from '../../import/model/source-model.ts';
import { describe, type MaterialName, materials } from '../lounge/materials.ts';
import { pictureOf } from '../textures/library.ts';
import type { Patch, Vec3 } from './patch.ts';

export interface Turn {
  /** Rotation about y, then x, then z; radians. */
  readonly yaw?: number;
  readonly pitch?: number;
  readonly roll?: number;
  readonly scale?: number | Vec3;
}

/** Collects patches by material. `product()` returns the input of the writer. */
export class ProductBuilder {
  readonly name: string;
  readonly category: string;
  readonly #patches = new Map<MaterialName, Patch>();
  readonly #seats: SourceSeat[] = [];
  #matrix = mat4.create();

  constructor(name: string, category: string) {
    this.name = name;
    this.category = category;
  }

  /** Runs `draw` with everything moved by `position` and rotated by `turn`. */
  at(position: Vec3, turn: Turn, draw: () => void): this {
    const before = mat4.clone(this.#matrix);
    const { yaw = 0, pitch = 0, roll = 0, scale = 1 } = turn;
    mat4.translate(this.#matrix, this.#matrix, position as vec3);
    mat4.rotateY(this.#matrix, this.#matrix, yaw);
    mat4.rotateX(this.#matrix, this.#matrix, pitch);
    mat4.rotateZ(this.#matrix, this.#matrix, roll);
    mat4.scale(this.#matrix, this.#matrix, typeof scale === 'number' ? [scale, scale, scale] : (scale as vec3));
    draw();
    this.#matrix = before;
    return this;
  }

  add(material: MaterialName, patch: Patch, position: Vec3 = [0, 0, 0], turn: Turn = {}): this {
    return this.at(position, turn, () => this.#collect(material, patch));
  }

  /**
   * Adds a seat for an avatar that looks to +z.
   *
   * @param position - of the avatar: where its feet would be if it stood.
   */
  seat(position: Vec3, animation?: string): this {
    this.#seats.push({ position: [...position], ...(animation === undefined ? {} : { animation }) });
    return this;
  }

  #collect(material: MaterialName, patch: Patch): void {
    const into: Patch = this.#patches.get(material) ?? { positions: [], normals: [], uvs: [], index: [] };
    this.#patches.set(material, into);
    const base = into.positions.length / 3;
    const normalMatrix = mat3.normalFromMat4(mat3.create(), this.#matrix) ?? mat3.create();
    const tile = materials[material].tile ?? 1;
    // Every piece starts at another offset in the picture, so that adjacent boards differ.
    const shift = tile === 'fit' ? 0 : ((base * 0.618) % 1) * 4;
    const v = vec3.create();
    for (let i = 0; i < patch.positions.length; i += 3) {
      vec3.transformMat4(v, patch.positions.slice(i, i + 3) as unknown as vec3, this.#matrix);
      into.positions.push(v[0], v[1], v[2]);
      vec3.transformMat3(v, patch.normals.slice(i, i + 3) as unknown as vec3, normalMatrix);
      vec3.normalize(v, v);
      into.normals.push(v[0], v[1], v[2]);
    }
    for (let i = 0; i < patch.uvs.length; i++)
      into.uvs.push(tile === 'fit' ? patch.uvs[i] : patch.uvs[i] / tile + ((Math.round(shift * 8) / 8) % 1));
    const mirrored = mat4.determinant(this.#matrix) < 0;
    for (let i = 0; i < patch.index.length; i += 3) {
      const [a, b, c] = patch.index.slice(i, i + 3);
      into.index.push(base + a, base + (mirrored ? c : b), base + (mirrored ? b : c));
    }
  }

  product(): SourceProduct {
    const parts: SourcePart[] = [];
    const textures: SourceTexture[] = [];
    for (const [name, patch] of this.#patches) {
      parts.push({
        material: describe(name),
        positions: new Float32Array(patch.positions),
        normals: new Float32Array(patch.normals),
        uvs: new Float32Array(patch.uvs),
        index: new Uint32Array(patch.index),
      });
      const picture = pictureOf(name);
      if (picture) textures.push({ slot: name, width: picture.width, height: picture.height, rgba: picture.rgba });
    }
    const seats = this.#seats.length > 0 ? { seats: this.#seats } : {};
    return { name: this.name, category: this.category, ...seats, parts, textures };
  }
}

/** Returns a quaternion that rotates by `yaw` radians about y. */
export function yawed(yaw: number): [number, number, number, number] {
  const q = quat.setAxisAngle(quat.create(), [0, 1, 0], yaw);
  return [q[0], q[1], q[2], q[3]];
}
