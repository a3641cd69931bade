import { meshoptReady } from '../gltf/meshopt.ts';
import { gunzip } from '../gunzip.ts';
import { decodeMesh } from '../meshes/decode-mesh.ts';
import { arraysOf, type MeshAsset } from '../meshes/mesh-asset.ts';
import type { AnimationAsset } from '../motion/animation-asset.ts';
import { decodeAnimation } from '../motion/decode-animation.ts';
import { decodeSkeleton } from '../motion/decode-skeleton.ts';
import type { SkeletonAsset } from '../motion/skeleton-asset.ts';
import { decodeTexture } from '../textures/decode-texture.ts';
import type { TextureAsset } from '../textures/texture-asset.ts';
import type { TranscoderFiles } from '../textures/transcoder-files.ts';
import { buffersOf } from './asset-bytes.ts';

/** What each kind of resource decodes to. */
export interface DecodedKinds {
  readonly mesh: MeshAsset;
  readonly skeleton: SkeletonAsset;
  readonly animation: AnimationAsset;
  readonly texture: TextureAsset;
}
export type DecodeKind = keyof DecodedKinds;

/** One thing to decode, as it goes to a worker. */
export interface DecodeJob<K extends DecodeKind = DecodeKind> {
  readonly kind: K;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly url: string;
  /** MIME type; used for textures. */
  readonly type: string;
  /** For textures: pixels a side at most. */
  readonly maxSize?: number | undefined;
  /** For KTX2. */
  readonly transcoder?: TranscoderFiles | undefined;
}

/**
 * Decodes at once, in the current thread.
 * @throws FormatError for invalid bytes.
 */
export async function runDecodeJob<K extends DecodeKind>(job: DecodeJob<K>): Promise<DecodedKinds[K]>;
export async function runDecodeJob({
  kind,
  bytes,
  url,
  type,
  maxSize,
  transcoder,
}: DecodeJob): Promise<DecodedKinds[DecodeKind]> {
  if (kind === 'texture') return decodeTexture(bytes, { url, type, maxSize }, transcoder);
  await meshoptReady;
  const glb = await gunzip(bytes, url);
  if (kind === 'mesh') return decodeMesh(glb, url);
  if (kind === 'skeleton') return decodeSkeleton(glb, url);
  return decodeAnimation(glb, url);
}

/** Returns everything in `asset` that can be transferred to another thread: array buffers and image bitmaps, each once. */
export function transferablesOf(asset: DecodedKinds[DecodeKind]): Transferable[] {
  // A mesh has hundreds of objects, and few of them are arrays.
  return [...buffersOf(...('parts' in asset ? arraysOf(asset.parts) : [asset]))];
}
