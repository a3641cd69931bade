import type { MaterialDescription } from '../assets/meshes/mesh-asset.ts';
import type { AnimationAsset } from '../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../assets/motion/skeleton-asset.ts';
import type { TextureSampling } from '../assets/textures/texture-asset.ts';

/**
 * What a model is before it is encoded: the one form between the readers (glTF, VRM, Cal3D, the default room's content) and
 * the writer. Plain float arrays; nothing quantized, nothing split, nothing compressed yet. Units and axes: docs/formats.md.
 */

/** One material's triangles. */
export interface SourcePart {
  readonly material: MaterialDescription;
  /** 3 a vertex, metres, in the space of the product (bind pose where skinned). */
  readonly positions: Float32Array;
  /** 3 a vertex, unit length. */
  readonly normals: Float32Array;
  /** 2 a vertex; glTF's convention (0, 0 = top left of the picture). */
  readonly uvs?: Float32Array;
  /** 2 a vertex, of the material's light map; written where it has one. */
  readonly uvs2?: Float32Array;
  /** 4 a vertex, linear RGBA 0..1: baked light or vertex colour. */
  readonly colors?: Float32Array;
  /** 4 a vertex, into `skin.joints` of the product. */
  readonly joints?: Uint16Array;
  /** 4 a vertex, sum 1. */
  readonly weights?: Float32Array;
  readonly index: Uint32Array;
  readonly morphTargets?: readonly SourceMorphTarget[];
}

export interface SourceMorphTarget {
  readonly name: string;
  /** Deltas, 3 a vertex. */
  readonly positions: Float32Array;
  readonly normals?: Float32Array;
}

export interface SourceSkin {
  /** Names of joints of the avatar's skeleton. */
  readonly joints: readonly string[];
  /** 16 a joint, column-major: product space (bind pose) -> joint space. */
  readonly inverseBind: Float32Array;
}

export interface SourceTexture {
  /** Name of the material it belongs to. */
  readonly slot: string;
  readonly width: number;
  readonly height: number;
  /** Repeated and smoothed where not given. */
  readonly sampling?: TextureSampling;
  /** sRGB with straight alpha, 4 a pixel, first row = top. Any size: the writer makes it a power of two. */
  readonly rgba: Uint8Array;
}

/** Where the avatar of somebody who sits there stands, in the space of the product; it faces +z where there is no rotation. */
export interface SourceSeat {
  readonly position: readonly [number, number, number];
  /** Unit quaternion. */
  readonly rotation?: readonly [number, number, number, number];
  /** Clip of who sits there. */
  readonly animation?: string;
}

export interface SourceProduct {
  readonly name: string;
  readonly credit?: ModelCredit;
  /** Somebody wears one of a category at a time. */
  readonly category?: string;
  /** Categories, and names of materials, that are hidden while it is worn. */
  readonly covers?: readonly string[];
  /** Places to sit. */
  readonly seats?: readonly SourceSeat[];
  readonly parts: readonly SourcePart[];
  readonly skin?: SourceSkin;
  readonly textures: readonly SourceTexture[];
}

/** Whose a model is and what may be done with it, as its file says (VRM meta, glTF copyright). */
export interface ModelCredit {
  readonly title?: string;
  readonly authors?: readonly string[];
  /** URL or name. */
  readonly licence?: string;
  readonly copyright?: string;
  /** Permissions by the names that the file gives them: `commercialUsage: 'personalNonProfit'`. */
  readonly terms?: Readonly<Record<string, string>>;
}

export interface SourceAvatar {
  readonly name: string;
  readonly credit?: ModelCredit;
  readonly skeleton: SkeletonAsset;
  readonly clips: readonly AnimationAsset[];
  readonly outfit: readonly { readonly product: SourceProduct; readonly joint?: string }[];
  /** Metres. */
  readonly height?: number;
}

export interface RoomLight {
  readonly sky: readonly [number, number, number];
  readonly ground: readonly [number, number, number];
  readonly sun: { readonly direction: readonly [number, number, number]; readonly color: readonly [number, number, number] };
  readonly background: readonly [number, number, number];
  /** All light is multiplied with it, baked and dynamic; 1 where it is not given. */
  readonly exposure?: number;
  readonly fog?: { readonly color: readonly [number, number, number]; readonly near: number; readonly far: number };
}

export interface SourceRoom {
  readonly name: string;
  readonly light: RoomLight;
  readonly spawn: { readonly position: readonly [number, number, number]; readonly target: readonly [number, number, number] };
  /** The same product object twice is written once; so are the same skeleton, clip and texture (by content). */
  readonly furniture: readonly {
    readonly product: SourceProduct;
    readonly position: readonly [number, number, number];
    readonly rotation?: readonly [number, number, number, number];
    readonly scale?: number | readonly [number, number, number];
    readonly name?: string;
  }[];
  readonly avatars: readonly {
    readonly avatar: SourceAvatar;
    readonly position: readonly [number, number, number];
    readonly rotation?: readonly [number, number, number, number];
    /** Name of one of the avatar's clips. */
    readonly animation?: string;
    /** A closed loop on the floor. */
    readonly path?: readonly (readonly [number, number, number])[];
    /** m/s along the path. */
    readonly speed?: number;
    /** Seconds into the clip at time 0. */
    readonly phase?: number;
    readonly name?: string;
  }[];
}
