/** Writes products and avatars of a room. */

import { MAX_DECODED_BYTES } from '../../assets/limits.ts';
import type { AnimationAsset } from '../../assets/motion/animation-asset.ts';
import { MAX_NAME } from '../../core/document-limits.ts';
import { FormatError } from '../../core/errors.ts';
import type { ResourceType } from '../../core/resource-types.ts';
import { sha256 } from '../../node/sha256.ts';
import type { SourceAvatar, SourceProduct, SourceTexture } from '../model/source-model.ts';
import { cut } from '../model/unique-names.ts';
import type { RoomReport } from '../report/room-report.ts';
import { cachedAnimation, cachedMesh } from './cache/cached-encoders.ts';
import { hashOfClip, hashOfObject } from './cache/content-hash.ts';
import type { EncodingCache } from './cache/encoding-cache.ts';
import { checkResource } from './check-resource.ts';
import { packGlb } from './glb/pack-glb.ts';
import { piecesOf } from './meshes/cut-product.ts';
import { groupsFarApart } from './meshes/far-apart.ts';
import type { WrittenMesh } from './meshes/mesh-writer.ts';
import { writeSkeleton } from './meshes/skeleton-writer.ts';
import { edge, type ResourceEdge, samplingData } from './resource-edge.ts';
import type { ResourceFolder, StoredResource } from './resource-folder.ts';
import type { RoomDocument } from './room-document.ts';
import { encodeTexture, type TextureOptions } from './texture-encoder.ts';
import type { WriteOptions } from './write-options.ts';

/** Where models are written, and how. */
export interface ModelTarget {
  readonly options: Pick<WriteOptions, 'threads' | 'levels' | 'levelError' | 'maxWeights' | 'gzip'>;
  readonly store: ResourceFolder;
  readonly document: RoomDocument;
  readonly cache: EncodingCache;
  readonly sizes: TextureOptions;
  /** Aborted where nobody will write what is being encoded. */
  readonly ended: AbortSignal;
  /** Is called after each product and clip. */
  onStep(what: string): void;
}

/** Writes products and avatars, each once, into the store and the documents of a room. */
export class ModelWriter {
  /** What was written, for the report. */
  readonly products: RoomReport['products'][number][] = [];
  readonly warnings: string[] = [];
  readonly kinds = new Map<StoredResource, keyof RoomReport['bytes']>();
  readonly #options: ModelTarget['options'];
  readonly #store: ResourceFolder;
  readonly #document: RoomDocument;
  readonly #cache: EncodingCache;
  readonly #sizes: TextureOptions;
  readonly #ended: AbortSignal;
  readonly #onStep: (what: string) => void;
  /** Product documents by content, and by source object. */
  readonly #products = new Map<string, string>();
  readonly #productOf = new Map<SourceProduct, Promise<string>>();
  readonly #meshOf = new Map<SourceProduct, Promise<WrittenMesh>>();
  /** Products whose mesh is in the store. */
  readonly #written = new Set<SourceProduct>();
  readonly #pieces = new Map<SourceProduct, readonly SourceProduct[]>();
  readonly #skeletonOf = new Map<string, Promise<string>>();
  readonly #avatars = new Map<SourceAvatar, Promise<string>>();
  readonly #counts = new Map<string, number>();

  constructor({ options, store, document, cache, sizes, ended, onStep }: ModelTarget) {
    this.#options = options;
    this.#store = store;
    this.#document = document;
    this.#cache = cache;
    this.#sizes = sizes;
    this.#ended = ended;
    this.#onStep = onStep;
  }

  /** Begins what two threads can do at once: they take meshes and clips in this order. Code that awaits a result gets its error. */
  begin(products: Iterable<SourceProduct>, avatars: Iterable<SourceAvatar>): void {
    if (!this.#options.threads) return;
    for (const product of products) if (!this.#written.has(product)) this.#mesh(product).catch(() => {});
    for (const avatar of avatars) for (const clip of avatar.clips) this.clip(clip, avatar).catch(() => {});
  }

  /** Returns the same pieces for the same product, so that each is written once. */
  piecesOf(product: SourceProduct): readonly SourceProduct[] {
    let pieces = this.#pieces.get(product);
    if (pieces) return pieces;
    const groups = groupsFarApart(product);
    pieces = groups.flatMap(group => piecesOf(group));
    this.#pieces.set(product, pieces);
    const warn = (count: number, why: string): void => {
      this.warnings.push(`${product.name}: became ${count} products, because ${why}`);
    };
    if (groups.length > 1) warn(groups.length, 'its parts are too small for the distances between them');
    if (pieces.length > groups.length) warn(pieces.length, `a mesh may unpack to ${MAX_DECODED_BYTES / 2 ** 20} MiB`);
    return pieces;
  }

  /** Writes the same object once. A memo of promises prevents two callers from writing it twice. */
  product(product: SourceProduct): Promise<string> {
    let url = this.#productOf.get(product);
    if (!url) this.#productOf.set(product, (url = this.#writeProduct(product)));
    return url;
  }

  #next(kind: string): string {
    const n = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, n + 1);
    return `${kind}/${n}`;
  }

  #mesh(product: SourceProduct): Promise<WrittenMesh> {
    let mesh = this.#meshOf.get(product);
    if (mesh) return mesh;
    const levels = {
      count: this.#options.levels ?? 7,
      maxError: this.#options.levelError ?? 0.3,
      maxWeights: this.#options.maxWeights ?? 4,
    };
    mesh = named('mesh', product.name, cachedMesh(product, levels, this.#cache, this.#options.threads));
    this.#meshOf.set(product, mesh);
    return mesh;
  }

  clip(clip: AnimationAsset, { skeleton, name }: SourceAvatar): Promise<Uint8Array> {
    return named(`clip ${clip.name}`, name, cachedAnimation(clip, skeleton, name, this.#cache, this.#options.threads));
  }

  async #writeProduct(product: SourceProduct): Promise<string> {
    const mesh = await this.#mesh(product);
    const resource = await this.put('mesh', mesh.glb, 'model/gltf-binary', product.name);
    // Its bytes are released.
    this.#meshOf.delete(product);
    this.#written.add(product);
    const edges: ResourceEdge[] = [edge('mesh', resource)];
    const textures = [...product.textures].sort((a, b) => (a.slot < b.slot ? -1 : 1));
    const materials = new Set(product.parts.flatMap(p => [p.material.name, p.material.lightMap]));
    for (const texture of textures)
      if (materials.has(texture.slot)) edges.push(...(await this.#texture(texture, product, mesh.painted)));
      else this.warnings.push(`${product.name}: texture for "${texture.slot}", which is no material of it, left out`);
    const { glb, warnings, painted: _painted, ...figures } = mesh;
    for (const warning of warnings) this.warnings.push(`${product.name}: ${warning}`);
    this.products.push({ name: product.name, bytes: edges.reduce((sum, e) => sum + e.data.bytes, 0), ...figures });
    this.#onStep(product.name);
    const data = {
      name: cut(product.name, MAX_NAME),
      bounds: mesh.bounds,
      ...(product.category ? { category: product.category } : {}),
      ...(product.covers ? { covers: product.covers } : {}),
      ...(product.seats ? { seats: product.seats } : {}),
      ...(product.credit ? { credit: product.credit } : {}),
    };
    return this.#productDocument(data, edges);
  }

  /** Two equal products share one document. */
  #productDocument(data: object, edges: readonly ResourceEdge[]): string {
    const key = JSON.stringify([data, edges]);
    let url = this.#products.get(key);
    if (!url) {
      const path = this.#next('product');
      url = this.#document.node(path, data, { resources: this.#document.edges(`${path}/resources`, edges) });
      this.#products.set(key, url);
    }
    return url;
  }

  async #texture(texture: SourceTexture, product: SourceProduct, painted: readonly string[]): Promise<ResourceEdge[]> {
    const { width, height, rgba, slot, encoding } = texture;
    if (!encoding && (rgba.length !== width * height * 4 || rgba.length === 0))
      throw new FormatError(`${width} x ${height} pixels of 4 bytes`, {
        url: product.name,
        at: `texture ${slot}`,
        value: rgba.length,
      });
    const encoded = encoding?.result ?? encodeTexture(texture, this.#sizes, this.#cache, this.#ended);
    const { low, high } = await named(`texture ${slot}`, product.name, encoded);
    const edges: ResourceEdge[] = [];
    for (const [tier, picture] of [['low', low] as const, ...high.map(p => ['high', p] as const)]) {
      const resource = await this.put(tier, picture.bytes, picture.type, product.name);
      edges.push(
        edge('texture', resource, {
          ...{ tier, slot, width: picture.width, height: picture.height, ...samplingData(texture) },
          ...(painted.includes(slot) ? { painted: true } : {}),
        }),
      );
    }
    return edges;
  }

  avatar(avatar: SourceAvatar): Promise<string> {
    let url = this.#avatars.get(avatar);
    if (!url) this.#avatars.set(avatar, (url = this.#writeAvatar(avatar)));
    return url;
  }

  async #writeAvatar(avatar: SourceAvatar): Promise<string> {
    const outfit = [];
    for (const { product, joint } of avatar.outfit)
      for (const piece of this.piecesOf(product))
        outfit.push({ data: joint === undefined ? {} : { joint }, ref: await this.product(piece) });
    const path = this.#next('avatar');
    return this.#document.node(
      path,
      {
        name: cut(avatar.name, MAX_NAME),
        ...(avatar.height === undefined ? {} : { height: avatar.height }),
        ...(avatar.credit ? { credit: avatar.credit } : {}),
      },
      { skeleton: await this.#skeleton(avatar), outfit: this.#document.edges(`${path}/outfit`, outfit) },
    );
  }

  /** Writes the skeleton product: one for all avatars with the same skeleton and clips. */
  #skeleton(avatar: SourceAvatar): Promise<string> {
    const { skeleton } = avatar;
    const key = sha256([hashOfObject(skeleton), ...avatar.clips.map(hashOfClip)].join());
    let url = this.#skeletonOf.get(key);
    if (!url) this.#skeletonOf.set(key, (url = this.#writeSkeleton(avatar)));
    return url;
  }

  async #writeSkeleton(avatar: SourceAvatar): Promise<string> {
    const { name, skeleton, clips } = avatar;
    const edges = [edge('skeleton', await this.put('skeleton', await writeSkeleton(skeleton, name), 'model/gltf-binary', name))];
    for (const clip of clips) {
      const bytes = await this.clip(clip, avatar);
      edges.push(edge('animation', await this.put('animation', bytes, 'model/gltf-binary', name), { name: clip.name }));
      this.#onStep(`${name}: ${clip.name}`);
    }
    return this.#productDocument({ name: `${cut(name, MAX_NAME - 9)} skeleton` }, edges);
  }

  async put(kind: keyof RoomReport['bytes'], bytes: Uint8Array, type: ResourceType, source: string): Promise<StoredResource> {
    const packs = this.#options.gzip === true && type === 'model/gltf-binary';
    const resource = packs ? await this.#store.put(packGlb(bytes), 'model/gltf-binary+gzip') : await this.#store.put(bytes, type);
    const isFirst = !this.kinds.has(resource);
    if (isFirst && (kind === 'mesh' || kind === 'skeleton' || kind === 'animation') && !this.#options.threads?.hasChecked(bytes))
      await checkResource(kind, bytes, source);
    this.kinds.set(resource, kind);
    return resource;
  }
}

/** @throws FormatError that names the model, for an error that does not, as where there is no memory left. */
async function named<T>(what: string, model: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`it cannot be encoded (${(cause as Error).message})`, { url: model, at: what, cause });
  }
}
