/** What a mesh resource is once it is decoded: plain typed arrays, ready for the GPU, no three.js, so that a worker can send it. */

/** How a surface is drawn; from the glTF material. Its `name` is the texture slot. */
export interface MaterialDescription {
  readonly name: string;
  /** Linear RGBA, 0..1. */
  readonly baseColor: readonly [number, number, number, number];
  readonly emissive: readonly [number, number, number];
  readonly alphaMode: 'opaque' | 'mask' | 'blend';
  /** 0..1, for `mask`. */
  readonly alphaCutoff: number;
  readonly doubleSided: boolean;
  readonly unlit: boolean;
  /** COLOR_0 holds all the light there is. */
  readonly baked: boolean;
  /** Toon shading: linear RGB, 0..1, that the colour is multiplied with where the surface turns away from the light. */
  readonly shade?: readonly [number, number, number];
  /** Share of the colour that the surface emits, 0..1, of red, green and blue: light does not dim it. */
  readonly emits?: readonly [number, number, number];
  /** The joints of the figure scale: normals are brought to length 1. */
  readonly uneven?: boolean;
  /** Texture slot of a light map, by TEXCOORD_1: what light is multiplied with. */
  readonly lightMap?: string;
}

/** One vertex attribute as it goes to the GPU: `array` holds `itemSize` numbers a vertex, maybe normalized integers. */
export interface VertexAttribute {
  readonly array: Float32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;
  readonly itemSize: number;
  readonly normalized: boolean;
}

/** Consecutive triangles of the index that need at most `joints` joints a vertex: one draw call. */
export interface WeightRange {
  /** First index. */
  readonly start: number;
  /** Number of indices, three a triangle. */
  readonly count: number;
  /** 1 to 4; 0 for rigid parts. */
  readonly joints: number;
  /**
   * Maps the vertices' joint numbers 0, 1, … to palette places. Without it, the numbers are palette places. See
   * joint-partition.ts.
   */
  readonly rows?: Uint8Array;
}

/** Which vertices make triangles; the finest first. */
export interface MeshLevel {
  readonly index: Uint16Array;
  /** Metres that this level may lie away from the finest; 0 for the finest. */
  readonly error: number;
  readonly attributes: VertexAttributes;
  /** They cover the index in order; one range for rigid parts. */
  readonly ranges: readonly WeightRange[];
}

/**
 * A sphere that follows a skinned part. It is attached to the joint that moves the part's middle (the hips of a body, the hand of
 * a glove). It costs five numbers a frame instead of one for every joint.
 */
export interface SkinBounds {
  /** Index into the part's palette. */
  readonly joint: number;
  /** Centre in the space of the attributes (before the skin). */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly radius: number;
}

export interface MorphTarget {
  readonly name: string;
  readonly position: Float32Array;
  readonly normal: Float32Array | undefined;
}

/**
 * One material and its triangles, ready for the GPU. Levels share attributes, unless they have vertices of their own. COLOR_0 is
 * encoded (src/core/encode-light.ts), as four normalized bytes.
 */
export interface MeshPart {
  readonly material: MaterialDescription;
  readonly levels: readonly MeshLevel[];
  /** Column-major, 16: from attribute space (dequantization included) to the space of the product. Identity for skinned parts whose inverse bind matrices hold it. */
  readonly transform: Float32Array;
  readonly skin: MeshSkin | undefined;
  readonly morphTargets: readonly MorphTarget[];
  /** In the space of the product (bind pose for skinned parts). */
  readonly bounds: { readonly min: readonly [number, number, number]; readonly max: readonly [number, number, number] };
  /** For skinned parts. */
  readonly skinBounds: SkinBounds | undefined;
}

/** A part as its file has it: colours are linear, of any type; triangles and weights are in any order. See `preparePart`. */
export interface UnpreparedPart extends Omit<MeshPart, 'levels' | 'skinBounds'> {
  readonly levels: readonly Omit<MeshLevel, 'ranges'>[];
}

/** Keys are glTF's: POSITION, NORMAL, TEXCOORD_0, COLOR_0, TEXCOORD_1, JOINTS_0, WEIGHTS_0. POSITION is always there. */
export type VertexAttributes = Readonly<Partial<Record<AttributeName, VertexAttribute>>> & { readonly POSITION: VertexAttribute };
export type AttributeName =
  | 'POSITION'
  | 'NORMAL'
  | 'TEXCOORD_0'
  | 'TEXCOORD_1'
  | 'COLOR_0'
  | 'JOINTS_0'
  | 'WEIGHTS_0'
  | '_FOYER_PAINT';

/** Which joints JOINTS_0 means, by name, with the mesh's own inverse bind matrices (16 a joint, column-major; dequantization folded in). */
export interface MeshSkin {
  readonly joints: readonly string[];
  readonly inverseBind: Float32Array;
}

export interface MeshAsset {
  readonly parts: readonly MeshPart[];
  /** CPU bytes of all arrays. */
  readonly bytes: number;
}

/** Returns all arrays of parts, once each. */
export function arraysOf(parts: readonly MeshPart[]): Set<ArrayBufferView> {
  const arrays = new Set<ArrayBufferView>();
  for (const { transform, skin, levels, morphTargets } of parts) {
    arrays.add(transform);
    if (skin) arrays.add(skin.inverseBind);
    for (const { index, attributes } of levels) {
      arrays.add(index);
      for (const { array } of Object.values(attributes)) arrays.add(array);
    }
    for (const { position, normal } of morphTargets) {
      arrays.add(position);
      if (normal) arrays.add(normal);
    }
  }
  return arrays;
}
