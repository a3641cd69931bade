/** Builds and checks one Cal3D submesh while its file is read. */
import type { Cal3dMorph, Cal3dSubmesh } from '../cal3d-file.ts';

/** Throws an error that names the place in the file's own format. */
export type Refuse = (reason: string, value?: unknown) => never;

/** Maximum number of UV sets, more than any exporter writes. */
const MAX_UV_SETS = 16;

export interface SubmeshSizes {
  readonly vertices: number;
  readonly faces: number;
  readonly uvSets: number;
  readonly colored: boolean;
}

/** One morphed vertex as stored in the file. */
export interface MorphedVertex {
  readonly vertex: number;
  readonly position: readonly number[];
  readonly normal: readonly number[];
}

/**
 * Fills a submesh vertex by vertex and face by face, for both file formats. It accepts 0 to 16 UV sets and only existing vertices
 * in faces and morph targets. Morphed vertices must ascend.
 */
export class SubmeshBuilder {
  readonly #sizes: SubmeshSizes;
  readonly #positions: Float32Array;
  readonly #normals: Float32Array;
  readonly #colors: Float32Array | undefined;
  readonly #uvs: readonly Float32Array[];
  readonly #influenceStart: Uint32Array;
  readonly #influenceBones: number[] = [];
  readonly #influenceWeights: number[] = [];
  readonly #index: Uint32Array;
  readonly #morphs: Cal3dMorph[] = [];

  /** @param sizes - must not exceed what the file can hold: the constructor allocates all of it. */
  constructor(sizes: SubmeshSizes, refuse: Refuse) {
    const { vertices, faces, uvSets, colored } = sizes;
    if (uvSets < 0 || uvSets > MAX_UV_SETS) refuse(`a submesh has 0 to ${MAX_UV_SETS} sets of texture coordinates`, uvSets);
    this.#sizes = sizes;
    this.#positions = new Float32Array(3 * vertices);
    this.#normals = new Float32Array(3 * vertices);
    this.#colors = colored ? new Float32Array(3 * vertices).fill(1) : undefined;
    this.#uvs = Array.from({ length: uvSets }, () => new Float32Array(2 * vertices));
    this.#influenceStart = new Uint32Array(vertices + 1);
    this.#index = new Uint32Array(3 * faces);
  }

  /** Sets a vertex. Vertices come in order: `influence` applies to the vertex that was set last. */
  vertex(v: number, position: readonly number[], normal: readonly number[], color: readonly number[] | undefined): void {
    this.#positions.set(position, 3 * v);
    this.#normals.set(normal, 3 * v);
    if (color) this.#colors?.set(color, 3 * v);
    this.#influenceStart.fill(this.#influenceBones.length, v + 1, v + 2);
  }

  uv(v: number, set: number, uv: readonly number[]): void {
    this.#uvs[set].set(uv, 2 * v);
  }

  influence(v: number, bone: number, weight: number): void {
    this.#influenceBones.push(bone);
    this.#influenceWeights.push(weight);
    this.#influenceStart[v + 1] = this.#influenceBones.length;
  }

  /** @param corner - 3 times the number of the face, plus 0 to 2. */
  corner(corner: number, vertex: number, refuse: Refuse): void {
    this.#checkVertex(vertex, refuse);
    this.#index[corner] = vertex;
  }

  /** Begins a morph target. The returned function adds a vertex to it. */
  morph(name: string): (morphed: MorphedVertex, refuse: Refuse) => void {
    const vertices: number[] = [];
    const positions: number[] = [];
    const normals: number[] = [];
    this.#morphs.push({ name, vertices, positions, normals });
    return ({ vertex, position, normal }, refuse) => {
      this.#checkVertex(vertex, refuse);
      if (vertex <= (vertices.at(-1) ?? -1)) refuse('the vertices of a morph target must ascend', vertex);
      vertices.push(vertex);
      positions.push(...position);
      normals.push(...normal);
    };
  }

  #checkVertex(vertex: number, refuse: Refuse): void {
    if (!(Number.isInteger(vertex) && vertex >= 0 && vertex < this.#sizes.vertices))
      refuse(`the vertex is none of the ${this.#sizes.vertices}`, vertex);
  }

  finish(rest: Pick<Cal3dSubmesh, 'material' | 'lodSteps' | 'springs' | 'cloth'>): Cal3dSubmesh {
    return {
      ...rest,
      positions: this.#positions,
      normals: this.#normals,
      colors: this.#colors,
      uvs: this.#uvs,
      influenceStart: this.#influenceStart,
      influenceBones: this.#influenceBones,
      influenceWeights: this.#influenceWeights,
      index: this.#index,
      morphs: this.#morphs,
    };
  }
}
