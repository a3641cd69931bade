import { MAX_DECODED_BYTES } from '../../assets/limits.ts';
import type { AnimationAsset } from '../../assets/motion/animation-asset.ts';
import { MAX_NAME } from '../../core/document-limits.ts';
import { FormatError } from '../../core/errors.ts';
import type { ResourceType } from '../../core/resource-types.ts';
import type { SourceAvatar, SourceProduct, SourceRoom, SourceTexture } from '../model/source-model.ts';
import { cut } from '../model/unique-names.ts';
import { orAborted } from '../or-aborted.ts';
import { MAX_TEXTURE } from '../picture/texture-size.ts';
import type { ImportedModel } from '../reading/imported-model.ts';
import { StrictError } from '../report/refuse-warnings.ts';
import type { RoomReport, WriteOptions } from '../report/room-report.ts';
import { cachedAnimation, cachedMesh } from './cache/cached-encoders.ts';
import { hashOfClip, hashOfObject } from './cache/content-hash.ts';
import { type EncodingCache, encodingCache } from './cache/encoding-cache.ts';
import { checkResource } from './check-resource.ts';
import { checkDocuments } from './check-written.ts';
import { EarlyTextures } from './early-textures.ts';
import { packGlb } from './glb/pack-glb.ts';
import { piecesOf } from './meshes/cut-product.ts';
import { groupsFarApart } from './meshes/far-apart.ts';
import type { WrittenMesh } from './meshes/mesh-writer.ts';
import { writeSkeleton } from './meshes/skeleton-writer.ts';
import { edge, type ResourceEdge, samplingData } from './resource-edge.ts';
import { ResourceFolder, type StoredResource, sha256 } from './resource-folder.ts';
import { RoomDocument } from './room-document.ts';
import { encodeTexture, type TextureOptions } from './texture-encoder.ts';

/** Where a product or an avatar stands in a room. */
export interface FailedPlace {
  readonly list: 'furniture' | 'avatars';
  readonly index: number;
}

/** Writes one room. Products may be written before the whole room is known, while other models are still being read. */
export class RoomWriter {
  readonly #outDir: string;
  readonly #options: WriteOptions;
  readonly #store: ResourceFolder;
  readonly #cache: EncodingCache;
  /** What the cache warns of. */
  readonly #troubles: string[];
  readonly #document: RoomDocument;
  readonly #name: string;
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
  readonly #report: { products: RoomReport['products'][number][]; warnings: string[] } = { products: [], warnings: [] };
  readonly #kinds = new Map<StoredResource, keyof RoomReport['bytes']>();
  readonly #sizes: TextureOptions;
  readonly #early: EarlyTextures;
  #onProgress: WriteOptions['onProgress'];
  #prepared: Promise<unknown> = Promise.resolve();
  #abandoned = false;
  #failed: FailedPlace | undefined;
  #total = 0;
  #done = 0;

  /** @param before - a writer whose encodings this one uses. */
  constructor(outDir: string, options: WriteOptions, before?: RoomWriter) {
    this.#outDir = outDir;
    this.#options = options;
    this.#name = options.document ?? 'room.json';
    this.#store = new ResourceFolder(outDir, options.signal);
    this.#sizes = { ktx2: options.ktx2 ?? true, maxSize: options.maxTexture ?? MAX_TEXTURE };
    if (before) {
      this.#troubles = before.#troubles;
      this.#cache = before.#cache;
      this.#early = before.#early;
    } else {
      this.#troubles = [];
      this.#cache = options.encodings ?? encodingCache(options.cache, message => this.#troubles.push(message));
      this.#early = new EarlyTextures(this.#sizes, this.#cache);
    }
    this.#document = new RoomDocument(this.#name);
    this.#onProgress = options.onProgress;
  }

  /** Begins to encode the textures of a model of the room. @returns the model without their pixels. */
  encodeTextures(model: ImportedModel): ImportedModel {
    return this.#early.take(model);
  }

  /** Begins a model's product before the rest of the model is known. `encodeTextures` returns the product that is written. */
  begin(product: SourceProduct): void {
    this.prepare(this.#early.takeProduct(product));
  }

  /** Resolves when so few textures wait that the next model may be read. */
  ready(): Promise<void> {
    return this.#early.ready();
  }

  /** Writes a product of the room in the background, after those before it. `write` reports its errors. */
  prepare(product: SourceProduct): void {
    const pieces = this.#piecesOf(product);
    this.#begin(pieces, []);
    for (const piece of pieces)
      this.#prepared = this.#prepared.then(() => (this.#abandoned ? undefined : this.#product(piece))).catch(() => {});
  }

  /** Writes clips in the background, where there is a second thread. `write` reports their errors. */
  prepareClips(avatar: SourceAvatar): void {
    if (!this.#options.threads) return;
    const store = async (clip: AnimationAsset): Promise<void> => {
      const bytes = await this.#clip(clip, avatar);
      // Packed bytes are not remembered, so they are packed once: by `write`.
      if (!this.#abandoned && !this.#options.gzip) await this.#put('animation', bytes, 'model/gltf-binary', avatar.name);
    };
    for (const clip of avatar.clips) store(clip).catch(() => {});
  }

  /** Begins what two threads can do at once: they take meshes and clips in this order. Code that awaits a result gets its error. */
  #begin(products: Iterable<SourceProduct>, avatars: Iterable<SourceAvatar>): void {
    if (!this.#options.threads) return;
    for (const product of products) if (!this.#written.has(product)) this.#mesh(product).catch(() => {});
    for (const avatar of avatars) for (const clip of avatar.clips) this.#clip(clip, avatar).catch(() => {});
  }

  /** The furnishing or avatar of the room that `write` could not write. */
  get failed(): FailedPlace | undefined {
    return this.#failed;
  }

  /** Returns a writer for the room without what failed. It uses what this one has encoded. */
  again(): RoomWriter {
    return new RoomWriter(this.#outDir, this.#options, this);
  }

  /** Discards what was prepared, and returns a writer for the room without a part of it. It uses what this one has encoded. */
  async restart(): Promise<RoomWriter> {
    await this.#discard();
    return this.again();
  }

  /** Discards what was prepared and written, and the textures that wait. */
  async abandon(): Promise<void> {
    this.#early.close();
    await this.#discard();
  }

  /** An aborted import does not wait for a product that is being made. */
  async #discard(): Promise<void> {
    this.#abandoned = true;
    // It rejects only where it is aborted.
    await orAborted(this.#prepared, this.#options.signal).catch(() => {});
    await this.#store.abandon();
  }

  /**
   * Writes the room. Where it fails, `again` may write another, or `abandon` gives up.
   *
   * @param onProgress - in place of that of the options.
   */
  async write(room: SourceRoom, onProgress = this.#onProgress): Promise<RoomReport> {
    this.#onProgress = onProgress;
    try {
      await orAborted(this.#writeAll(room), this.#options.signal);
      await this.#store.commit(this.#name, this.#document.toString());
    } catch (error) {
      await this.#discard();
      throw error;
    }
    const bytes = { mesh: 0, skeleton: 0, animation: 0, low: 0, high: 0, sound: 0 };
    for (const [resource, kind] of this.#kinds) bytes[kind] += resource.bytes;
    const { products } = this.#report;
    return { name: room.name, document: this.#name, products, warnings: this.#warnings, bytes, resources: this.#kinds.size };
  }

  /** Puts all resources of the room into the store, and makes its documents. */
  async #writeAll(room: SourceRoom): Promise<void> {
    const bodies = [...new Set(room.avatars.map(a => a.avatar))];
    const products = new Set([...room.furniture.map(f => f.product), ...bodies.flatMap(a => a.outfit.map(o => o.product))]);
    this.#total = products.size + bodies.reduce((sum, a) => sum + a.clips.length, 0);
    this.#begin(
      [...products].flatMap(product => this.#piecesOf(product)),
      bodies,
    );
    await this.#prepared;
    const furniture = [];
    for (const [index, { product, ...data }] of room.furniture.entries()) {
      this.#failed = { list: 'furniture', index };
      for (const [i, piece] of this.#piecesOf(product).entries()) {
        // One furnishing has the name.
        const { name: _, ...rest } = data;
        furniture.push({ data: i === 0 ? data : rest, ref: await this.#product(piece) });
      }
    }
    const avatars = [];
    for (const [index, { avatar, ...data }] of room.avatars.entries()) {
      this.#failed = { list: 'avatars', index };
      avatars.push({ data, ref: await this.#avatar(avatar) });
    }
    this.#failed = undefined;
    const { name, light, spawn } = room;
    const sound = room.sound && (await this.#put('sound', room.sound.bytes, room.sound.type, room.name));
    this.#document.node(
      '',
      { name: cut(name, MAX_NAME), light, spawn },
      {
        furniture: this.#document.edges('furniture', furniture),
        avatars: this.#document.edges('avatars', avatars),
        ...(sound ? { sound: sound.url } : {}),
      },
    ); // prettier-ignore
    if (this.#options.bundles) {
      // It loads three.js, which takes a tenth of the command's start.
      const { bundleResources } = await import('./bundles/bundle-resources.ts');
      await bundleResources(this.#document, this.#store);
    }
    if (this.#options.strict && this.#warnings.length > 0) throw new StrictError(this.#warnings);
    checkDocuments(this.#document.documents);
  }

  get #warnings(): string[] {
    return [...this.#troubles, ...this.#report.warnings];
  }

  #next(kind: string): string {
    const n = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, n + 1);
    return `${kind}/${n}`;
  }

  #step(what: string): void {
    this.#done++;
    if (this.#total > 0) this.#onProgress?.({ done: this.#done, total: this.#total, what });
  }

  /** Returns the same pieces for the same product, so that each is written once. */
  #piecesOf(product: SourceProduct): readonly SourceProduct[] {
    let pieces = this.#pieces.get(product);
    if (pieces) return pieces;
    const groups = groupsFarApart(product);
    pieces = groups.flatMap(group => piecesOf(group));
    this.#pieces.set(product, pieces);
    const warn = (count: number, why: string): void => {
      this.#report.warnings.push(`${product.name}: became ${count} products, because ${why}`);
    };
    if (groups.length > 1) warn(groups.length, 'its parts are too small for the distances between them');
    if (pieces.length > groups.length) warn(pieces.length, `a mesh may unpack to ${MAX_DECODED_BYTES / 2 ** 20} MiB`);
    return pieces;
  }

  /** Writes the same object once. A memo of promises prevents two callers from writing it twice. */
  #product(product: SourceProduct): Promise<string> {
    let url = this.#productOf.get(product);
    if (!url) this.#productOf.set(product, (url = this.#writeProduct(product)));
    return url;
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

  #clip(clip: AnimationAsset, { skeleton, name }: SourceAvatar): Promise<Uint8Array> {
    return named(`clip ${clip.name}`, name, cachedAnimation(clip, skeleton, name, this.#cache, this.#options.threads));
  }

  async #writeProduct(product: SourceProduct): Promise<string> {
    const mesh = await this.#mesh(product);
    const resource = await this.#put('mesh', mesh.glb, 'model/gltf-binary', product.name);
    // Its bytes are released.
    this.#meshOf.delete(product);
    this.#written.add(product);
    const edges: ResourceEdge[] = [edge('mesh', resource)];
    const textures = [...product.textures].sort((a, b) => (a.slot < b.slot ? -1 : 1));
    const materials = new Set(product.parts.flatMap(p => [p.material.name, p.material.lightMap]));
    for (const texture of textures)
      if (materials.has(texture.slot)) edges.push(...(await this.#texture(texture, product, mesh.painted)));
      else this.#report.warnings.push(`${product.name}: texture for "${texture.slot}", which is no material of it, left out`);
    const { glb, warnings, painted: _painted, ...figures } = mesh;
    for (const warning of warnings) this.#report.warnings.push(`${product.name}: ${warning}`);
    this.#report.products.push({ name: product.name, bytes: edges.reduce((sum, e) => sum + e.data.bytes, 0), ...figures });
    this.#step(product.name);
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
    const encoded = encoding?.result ?? encodeTexture(texture, this.#sizes, this.#cache);
    const { low, high } = await named(`texture ${slot}`, product.name, encoded);
    const edges: ResourceEdge[] = [];
    for (const [tier, picture] of [['low', low] as const, ...high.map(p => ['high', p] as const)]) {
      const resource = await this.#put(tier, picture.bytes, picture.type, product.name);
      edges.push(
        edge('texture', resource, {
          ...{ tier, slot, width: picture.width, height: picture.height, ...samplingData(texture) },
          ...(painted.includes(slot) ? { painted: true } : {}),
        }),
      );
    }
    return edges;
  }

  #avatar(avatar: SourceAvatar): Promise<string> {
    let url = this.#avatars.get(avatar);
    if (!url) this.#avatars.set(avatar, (url = this.#writeAvatar(avatar)));
    return url;
  }

  async #writeAvatar(avatar: SourceAvatar): Promise<string> {
    const outfit = [];
    for (const { product, joint } of avatar.outfit)
      for (const piece of this.#piecesOf(product))
        outfit.push({ data: joint === undefined ? {} : { joint }, ref: await this.#product(piece) });
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
    const edges = [edge('skeleton', await this.#put('skeleton', await writeSkeleton(skeleton, name), 'model/gltf-binary', name))];
    for (const clip of clips) {
      const bytes = await this.#clip(clip, avatar);
      edges.push(edge('animation', await this.#put('animation', bytes, 'model/gltf-binary', name), { name: clip.name }));
      this.#step(`${name}: ${clip.name}`);
    }
    return this.#productDocument({ name: `${cut(name, MAX_NAME - 9)} skeleton` }, edges);
  }

  async #put(kind: keyof RoomReport['bytes'], bytes: Uint8Array, type: ResourceType, source: string): Promise<StoredResource> {
    const packs = this.#options.gzip === true && type === 'model/gltf-binary';
    const resource = packs ? await this.#store.put(packGlb(bytes), 'model/gltf-binary+gzip') : await this.#store.put(bytes, type);
    const isFirst = !this.#kinds.has(resource);
    if (isFirst && (kind === 'mesh' || kind === 'skeleton' || kind === 'animation') && !this.#options.threads?.hasChecked(bytes))
      await checkResource(kind, bytes, source);
    this.#kinds.set(resource, kind);
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
