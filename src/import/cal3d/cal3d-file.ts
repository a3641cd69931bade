/**
 * The contents of Cal3D files as they are stored: z up, the model's own units, quaternions as stored. Cal3D's quaternions rotate
 * in the opposite direction (the matrix of its `q` is the usual matrix of the conjugate); convert/axes.ts converts them.
 *
 * Layouts: the library's own "cal3d fileformat description" 0.7, 0.9, 0.10 and 0.11. Additions of the company's fork (versions
 * 911 to 919) and of the later merged library (1200 to 1301) are described where they are read.
 */

export interface Cal3dBone {
  readonly name: string;
  /** Index of the parent, -1 for a root. Parents may be listed after their children. */
  readonly parent: number;
  /** Local to the parent. */
  readonly translation: readonly number[];
  readonly rotation: readonly number[];
  /** Transforms a vertex from model space to the bone's space: rotate, then add. */
  readonly boneSpaceTranslation: readonly number[];
  readonly boneSpaceRotation: readonly number[];
}

export interface Cal3dSkeleton {
  readonly url: string;
  readonly bones: readonly Cal3dBone[];
}

export interface Cal3dMorph {
  readonly name: string;
  /** The vertices that it moves, ascending. */
  readonly vertices: readonly number[];
  /** Positions at weight 1, not deltas; 3 for each entry of `vertices`. */
  readonly positions: readonly number[];
  readonly normals: readonly number[];
}

export interface Cal3dSubmesh {
  /** Index into the model's list of materials. */
  readonly material: number;
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  /** 3 a vertex, 0..1; only in the fork's versions. */
  readonly colors: Float32Array | undefined;
  /** One array for each set, 2 a vertex, v down: row 0 of the upright picture is v = 0. */
  readonly uvs: readonly Float32Array[];
  /** Vertex i has the influences [start[i], start[i + 1]). */
  readonly influenceStart: Uint32Array;
  readonly influenceBones: readonly number[];
  readonly influenceWeights: readonly number[];
  readonly index: Uint32Array;
  readonly lodSteps: number;
  /** The two vertices of each spring. */
  readonly springs: readonly number[];
  /** 1 a vertex: above 0 where springs move it, 0 where it follows its bones. Undefined without springs. */
  readonly cloth: Float32Array | undefined;
  readonly morphs: readonly Cal3dMorph[];
}

export interface Cal3dMesh {
  readonly url: string;
  readonly submeshes: readonly Cal3dSubmesh[];
}

export interface Cal3dTrack {
  readonly bone: number;
  /** Seconds. */
  readonly times: readonly number[];
  /** 3 a key. All three are NaN where the file leaves it to the skeleton. */
  readonly translations: readonly number[];
  /** 4 a key. */
  readonly rotations: readonly number[];
}

export interface Cal3dAnimation {
  readonly url: string;
  readonly duration: number;
  readonly tracks: readonly Cal3dTrack[];
}

export interface Cal3dMorphTrack {
  readonly morph: string;
  readonly times: readonly number[];
  readonly weights: readonly number[];
}

export interface Cal3dMorphAnimation {
  readonly url: string;
  readonly duration: number;
  readonly tracks: readonly Cal3dMorphTrack[];
}

export interface Cal3dMaterial {
  readonly url: string;
  /** sRGB bytes, RGBA. Exporters write alpha 0 where it means nothing. */
  readonly diffuse: readonly number[];
  readonly maps: readonly { readonly file: string; readonly type: string }[];
}

/** The oldest version that the library reads. */
export const OLDEST_VERSION = 699;
/** The newest version that any known tool writes. */
export const NEWEST_VERSION = 1301;

/**
 * Whether a version belongs to the fork (911 on), which has vertex colours, node lights, kinds of maps and morph targets. The
 * merged library has some of them from 1300 on.
 */
export const isFork = (version: number): boolean => version >= 911 && version < 1000;

/** Receives a warning about a file that was still read. */
export type Warn = (message: string) => void;

/** Maximum bones of a skeleton, far above real models. Joint indices are later stored in 16 bits. */
export const MAX_BONES = 4096;
/** Longest clip, seconds: eleven days. A damaged file has any number there. */
export const MAX_DURATION = 1e6;
/** The fork writes this value three times where a key has no translation of its own. */
export const NO_TRANSLATION = 1e10;
