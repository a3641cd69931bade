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
  /** Texture slot of a light map, by TEXCOORD_1: what light is multiplied with. */
  readonly lightMap?: string;
}

/** One vertex attribute as it goes to the GPU: `array` holds `itemSize` numbers a vertex, maybe normalized integers. */
export interface VertexAttribute {
  readonly array: Float32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;
  readonly itemSize: number;
  readonly normalized: boolean;
}

/** Which vertices make triangles; the finest first. */
export interface MeshLevel {
  readonly index: Uint16Array;
  /** Metres that this level may lie away from the finest; 0 for the finest. */
  readonly error: number;
}

export interface MorphTarget {
  readonly name: string;
  readonly position: Float32Array;
  readonly normal: Float32Array | undefined;
}

/** One draw call's worth: one material, one set of vertices. A level with vertices of its own brings its own attributes. */
export interface MeshPart {
  readonly material: MaterialDescription;
  readonly levels: readonly (MeshLevel & { readonly attributes: VertexAttributes })[];
  /** Column-major, 16: from attribute space (dequantization included) to the space of the product. Identity for skinned parts whose inverse bind matrices hold it. */
  readonly transform: Float32Array;
  readonly skin: MeshSkin | undefined;
  readonly morphTargets: readonly MorphTarget[];
  /** In the space of the product (bind pose for skinned parts). */
  readonly bounds: { readonly min: readonly [number, number, number]; readonly max: readonly [number, number, number] };
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
