/**
 * What the files of Cal3D hold, as they hold it: z up, the model's own units, quaternions as stored. Cal3D's quaternions turn
 * the other way round than usual (the matrix of its `q` is the usual matrix of the conjugate); convert.ts turns them.
 *
 * Layouts: the library's own "cal3d fileformat description" 0.7, 0.9, 0.10 and 0.11; what the company's fork (versions 911 to
 * 919) and the later merged library (1200 to 1301) added is noted where it is read.
 */

export interface Cal3dBone {
  readonly name: string;
  /** Index of the parent, -1 for a root. Parents may stand after their children. */
  readonly parent: number;
  /** Local to the parent. */
  readonly translation: readonly number[];
  readonly rotation: readonly number[];
  /** Takes a vertex from model space to the bone's: rotate, then add. */
  readonly boneSpaceTranslation: readonly number[];
  readonly boneSpaceRotation: readonly number[];
}

export interface Cal3dSkeleton {
  readonly url: string;
  readonly bones: readonly Cal3dBone[];
}

export interface Cal3dMorph {
  readonly name: string;
  /** Which vertices it moves, ascending. */
  readonly vertices: readonly number[];
  /** Where they stand at weight 1, not how far they go; 3 a vertex of `vertices`. */
  readonly positions: readonly number[];
  readonly normals: readonly number[];
}

export interface Cal3dSubmesh {
  /** Index into the model's list of materials. */
  readonly material: number;
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  /** 3 a vertex, 0..1; the fork's versions only. */
  readonly colors: Float32Array | undefined;
  /** One array a set, 2 a vertex, v down: row 0 of the upright picture is v = 0. */
  readonly uvs: readonly Float32Array[];
  /** Influences of vertex i stand at [start[i], start[i + 1]). */
  readonly influenceStart: Uint32Array;
  readonly influenceBones: readonly number[];
  readonly influenceWeights: readonly number[];
  readonly index: Uint32Array;
  readonly lodSteps: number;
  readonly springs: number;
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
  /** 3 a key; NaN, all three, where the file leaves it to the skeleton. */
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
  /** sRGB bytes, RGBA. Exporters leave alpha 0 where it means nothing. */
  readonly diffuse: readonly number[];
  readonly maps: readonly { readonly file: string; readonly type: string }[];
}

/** The oldest version that the library itself reads. */
export const OLDEST_VERSION = 699;
/** The newest that anything is known to write. */
export const NEWEST_VERSION = 1301;

/** Vertex colours, node lights, kinds of maps and morph targets: the fork from 911 on; the merged library has some of them from 1300 on. */
export const isFork = (version: number): boolean => version >= 911 && version < 1000;

/** Told what a person should know about a file that was read all the same. */
export type Warn = (message: string) => void;

/** Bones of a skeleton, far more than any has; a joint's index is 16 bits wide further on. */
export const MAX_BONES = 4096;
/** The fork writes this, three times, where a key has no translation of its own. */
export const NO_TRANSLATION = 1e10;
