/** Encodes meshes and clips through a cache. */
import type { AnimationAsset } from '../../../assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../../assets/motion/skeleton-asset.ts';
import type { SourceProduct } from '../../model/source-model.ts';
import { writeAnimation } from '../clips/animation-writer.ts';
import { compactClip } from '../clips/compact-clip.ts';
import { type MeshOptions, type WrittenMesh, writeMesh } from '../meshes/mesh-writer.ts';
import { pixelHash } from '../texture-encoder.ts';
import type { WriteThreads } from '../threads/write-threads.ts';
import { contentHash, hashOfClip, hashOfObject } from './content-hash.ts';
import type { EncodingCache } from './encoding-cache.ts';
import { importerVersion } from './importer-version.ts';

/** Works like `writeMesh`, but reuses the same importer's earlier result for an equal mesh. */
export async function cachedMesh(
  product: SourceProduct,
  options: MeshOptions,
  cache: EncodingCache,
  threads?: WriteThreads,
): Promise<WrittenMesh> {
  const { name, parts, skin, textures } = product;
  const colours = (skin ? textures : []).map(({ encoding, rgba, ...texture }) => [texture, encoding?.hash ?? pixelHash(rgba)]);
  const key = contentHash([await importerVersion(), options, name, parts, skin, colours]);
  const stored = await cache.get(`${key}.mesh`, async () => {
    const { glb, ...figures } = await (threads ? threads.writeMesh(product, options) : writeMesh(product, options));
    const json = Buffer.from(JSON.stringify(figures));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(json.byteLength);
    return Buffer.concat([length, json, glb]);
  });
  const view = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const end = 4 + view.readUInt32LE(0);
  const figures = JSON.parse(view.toString('utf8', 4, end)) as Omit<WrittenMesh, 'glb'>;
  return { ...figures, glb: stored.subarray(end) };
}

/**
 * Works like `writeAnimation` for the compacted clip, but reuses this importer's earlier result. @param source - name for errors.
 */
export async function cachedAnimation(
  clip: AnimationAsset,
  skeleton: SkeletonAsset,
  source: string,
  cache: EncodingCache,
  threads?: WriteThreads,
): Promise<Uint8Array> {
  const key = contentHash([await importerVersion(), hashOfClip(clip), hashOfObject(skeleton)]);
  return cache.get(`${key}.animation`, () =>
    threads ? threads.writeClip(clip, skeleton, source) : writeAnimation(compactClip(clip, skeleton), source),
  );
}
