import type { AnimationAsset } from '../../assets/motion/animation-asset.ts';
import { MAX_NAME } from '../../core/document-limits.ts';
import type { ImportedModel } from '../model/imported-model.ts';
import type { SourceAvatar, SourceProduct, SourceRoom } from '../model/source-model.ts';
import { cut } from '../model/unique-names.ts';
import { orAborted } from '../or-aborted.ts';
import type { Picture } from '../picture/picture.ts';
import { MAX_TEXTURE } from '../picture/texture-size.ts';
import { StrictError } from '../report/refuse-warnings.ts';
import type { RoomReport } from '../report/room-report.ts';
import { type EncodingCache, encodingCache } from './cache/encoding-cache.ts';
import { checkDocuments } from './check-written.ts';
import { EarlyTextures } from './early-textures.ts';
import { ModelWriter } from './model-writer.ts';
import { ResourceFolder } from './resource-folder.ts';
import { RoomDocument } from './room-document.ts';
import type { TextureOptions } from './texture-encoder.ts';
import type { WriteOptions } from './write-options.ts';

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
  readonly #models: ModelWriter;
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
    this.#sizes = { ktx2: options.ktx2 ?? true, maxSize: MAX_TEXTURE };
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
    const onStep = (what: string): void => this.#step(what);
    this.#models = new ModelWriter({
      options,
      store: this.#store,
      document: this.#document,
      cache: this.#cache,
      sizes: this.#sizes,
      ended: this.#early.ended,
      onStep,
    });
  }

  /** Begins to encode the textures of a model of the room. @returns the model without their pixels. */
  encodeTextures(model: ImportedModel): ImportedModel {
    return this.#early.take(model);
  }

  /** Begins a model's product before the rest of the model is known. `encodeTextures` returns the product that is written. */
  begin(product: SourceProduct): void {
    this.prepare(this.#early.takeProduct(product));
  }

  /** Begins to encode a picture before the textures that have its pixels are known. */
  beginPicture(picture: Picture): void {
    this.#early.begin(picture);
  }

  /** Resolves when so few textures wait that the next model may be read. */
  ready(): Promise<void> {
    return this.#early.ready();
  }

  /** Writes a product of the room in the background, after those before it. `write` reports its errors. */
  prepare(product: SourceProduct): void {
    const pieces = this.#models.piecesOf(product);
    this.#models.begin(pieces, []);
    for (const piece of pieces)
      this.#prepared = this.#prepared.then(() => (this.#abandoned ? undefined : this.#models.product(piece))).catch(() => {});
  }

  /** Writes clips in the background, where there is a second thread. `write` reports their errors. */
  prepareClips(avatar: SourceAvatar): void {
    if (!this.#options.threads) return;
    const store = async (clip: AnimationAsset): Promise<void> => {
      const bytes = await this.#models.clip(clip, avatar);
      // Packed bytes are not remembered, so they are packed once: by `write`.
      if (!this.#abandoned && !this.#options.gzip) await this.#models.put('animation', bytes, 'model/gltf-binary', avatar.name);
    };
    for (const clip of avatar.clips) store(clip).catch(() => {});
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
    for (const [resource, kind] of this.#models.kinds) bytes[kind] += resource.bytes;
    const { products } = this.#models;
    return {
      name: room.name,
      document: this.#name,
      products,
      warnings: this.#warnings,
      bytes,
      resources: this.#models.kinds.size,
    };
  }

  /** Puts all resources of the room into the store, and makes its documents. */
  async #writeAll(room: SourceRoom): Promise<void> {
    const bodies = [...new Set(room.avatars.map(a => a.avatar))];
    const products = new Set([...room.furniture.map(f => f.product), ...bodies.flatMap(a => a.outfit.map(o => o.product))]);
    this.#total = products.size + bodies.reduce((sum, a) => sum + a.clips.length, 0);
    this.#models.begin(
      [...products].flatMap(product => this.#models.piecesOf(product)),
      bodies,
    );
    await this.#prepared;
    const furniture = [];
    for (const [index, { product, ...data }] of room.furniture.entries()) {
      this.#failed = { list: 'furniture', index };
      for (const [i, piece] of this.#models.piecesOf(product).entries()) {
        // One furnishing has the name.
        const { name: _, ...rest } = data;
        furniture.push({ data: i === 0 ? data : rest, ref: await this.#models.product(piece) });
      }
    }
    const avatars = [];
    for (const [index, { avatar, ...data }] of room.avatars.entries()) {
      this.#failed = { list: 'avatars', index };
      avatars.push({ data, ref: await this.#models.avatar(avatar) });
    }
    this.#failed = undefined;
    const { name, light, spawn } = room;
    const sound = room.sound && (await this.#models.put('sound', room.sound.bytes, room.sound.type, room.name));
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
    return [...this.#troubles, ...this.#models.warnings];
  }

  #step(what: string): void {
    this.#done++;
    if (this.#total > 0) this.#onProgress?.({ done: this.#done, total: this.#total, what });
  }
}
