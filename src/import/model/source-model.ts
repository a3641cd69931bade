/**
 * A model before encoding: the one form between the readers (glTF, VRM, Cal3D, the default room's content) and the writer. It
 * holds plain float arrays that are not yet quantized, split or compressed. Units and axes: docs/formats.md.
 */
import type { MaterialDescription } from '../../assets/meshes/mesh-asset.ts';
import type { AnimationAsset } from '../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../assets/motion/skeleton-asset.ts';
import type { TextureSampling } from '../../assets/textures/texture-asset.ts';
import type { SoundType } from '../../core/resource-types.ts';
import type { MeanColour } from '../picture/mean-colour.ts';
import type { ShrunkTexture } from '../picture/texture-colours.ts';
import type { EncodedTexture } from './encoded-texture.ts';

/** The triangles of one material. */
export interface SourcePart {
  readonly material: MaterialDescription;
  /** 3 a vertex, metres, in the space of the product (bind pose where skinned). */
  readonly positions: Float32Array;
  /** 3 a vertex, unit length. */
  readonly normals: Float32Array;
  /** 2 a vertex; glTF's convention (0, 0 = top left of the picture). */
  readonly uvs?: Float32Array;
  /** 2 a vertex, UVs of the material's light map; written only where it has one. */
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
  /** RGBA deltas. The default weight adds them to the vertex colours. Clips do not change colours. */
  readonly colors?: Float32Array;
}

export interface SourceSkin {
  /** Joint names of the avatar's skeleton. */
  readonly joints: readonly string[];
  /** 16 a joint, column-major: product space (bind pose) -> joint space. */
  readonly inverseBind: Float32Array;
}

export interface SourceTexture {
  /** Name of the material it belongs to. */
  readonly slot: string;
  readonly width: number;
  readonly height: number;
  /** Default: repeating and smoothed. */
  readonly sampling?: TextureSampling;
  /**
   * sRGB with straight alpha, 4 a pixel, first row = top. Any size: the writer resizes it to powers of two. Empty where `encoding` is
   * there.
   */
  readonly rgba: Uint8Array;
  /** What is kept of a texture whose encoding has begun, in place of its pixels. */
  readonly encoding?: TextureEncoding;
  /** A small copy, where a thread receives no pixels. */
  readonly colours?: ShrunkTexture;
}

/** What is kept of a texture in place of its pixels. */
export interface TextureEncoding {
  readonly result: Promise<EncodedTexture>;
  /** SHA-256 of the pixels, lower-case hex. */
  readonly hash: string;
  /** A small copy. */
  readonly colours: ShrunkTexture;
  readonly mean: MeanColour;
}

/** Where a seated avatar stands, in the space of the product. It faces +z without a rotation. */
export interface SourceSeat {
  readonly position: readonly [number, number, number];
  /** Unit quaternion. */
  readonly rotation?: readonly [number, number, number, number];
  /** The clip that a seated avatar plays. */
  readonly animation?: string;
}

/** A point light, or a spot light where it has a cone. */
export interface SourceLamp {
  readonly position: readonly [number, number, number];
  /** Linear RGB at 1 m; 1 lights white paper that faces it to its own colour. */
  readonly color: readonly [number, number, number];
  /** Metres, where the light ends. Without it, it fades by the square of the distance alone. */
  readonly range?: number;
  /** `direction` has length 1. Angles are from it, in radians: full light up to `inner`, none beyond `outer`. */
  readonly cone?: { readonly direction: readonly [number, number, number]; readonly inner: number; readonly outer: number };
}

export interface SourceProduct {
  readonly name: string;
  readonly credit?: ModelCredit;
  /** An avatar wears at most one product of a category. */
  readonly category?: string;
  /** Categories and material names that are hidden while the product is worn. */
  readonly covers?: readonly string[];
  /** Places to sit. */
  readonly seats?: readonly SourceSeat[];
  /** Lamps in the space of the product. Only `--bake` uses them. */
  readonly lamps?: readonly SourceLamp[];
  readonly parts: readonly SourcePart[];
  readonly skin?: SourceSkin;
  readonly textures: readonly SourceTexture[];
}

/** The author and the terms of use, as stated in the file (VRM meta, glTF copyright). */
export interface ModelCredit {
  readonly title?: string;
  readonly authors?: readonly string[];
  /** URL or name. */
  readonly licence?: string;
  readonly copyright?: string;
  /** Permissions under the file's own names: `commercialUsage: 'personalNonProfit'`. */
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
  /** Factor of all light, baked and dynamic; default 1. */
  readonly exposure?: number;
  readonly fog?: { readonly color: readonly [number, number, number]; readonly near: number; readonly far: number };
}

/** A sound as its file has it. */
export interface SourceSound {
  readonly bytes: Uint8Array;
  readonly type: SoundType;
}

export interface SourceRoom {
  readonly name: string;
  /** Heard over and over while the visitor wants it. */
  readonly sound?: SourceSound;
  readonly light: RoomLight;
  readonly spawn: { readonly position: readonly [number, number, number]; readonly target: readonly [number, number, number] };
  /** The same product object is written once; equal skeletons, clips and textures are written once too. */
  readonly furniture: readonly {
    readonly product: SourceProduct;
    readonly position: readonly [number, number, number];
    readonly rotation?: readonly [number, number, number, number];
    readonly scale?: number | readonly [number, number, number];
    readonly name?: string;
    /** Degrees a second about its upright axis. */
    readonly spin?: number;
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
