/** Decodes the pictures of a glTF model's textures. */
import type { Document, GLTF, Texture, TextureInfo } from '@gltf-transform/core';
import type { Transform } from '@gltf-transform/extensions';
import { FormatError } from '../../core/errors.ts';
import type { MaterialMap } from '../material/physical-material.ts';
import { textureTransform, UNMOVED } from '../material/uv-transform.ts';
import { decodePicture, MAX_READ_SIDE } from '../picture/decode-picture.ts';
import { opaque, type Picture } from '../picture/picture.ts';
import { pictureSize } from '../picture/picture-size.ts';
import { resized } from '../picture/resized.ts';
import type { PictureUse } from '../picture/shrunk-picture.ts';
import { isLarge, keptSize, MAX_TEXTURE } from '../picture/texture-size.ts';
import type { Warn } from '../report/warnings.ts';

/** Maximum pixels of all pictures of a file together, large ones as they are kept; 400 MB as bytes. */
const MAX_PIXELS = 100_000_000;

/** A picture that is decoded, and warnings that nobody has got yet. */
interface Decoding {
  readonly picture: Promise<Picture | undefined>;
  readonly warnings: string[];
}

/** The pictures of a file, each decoded once for all materials that use it alike. They fit into the memory of an import together. */
export class TexturePictures {
  readonly #url: string;
  readonly #warn: Warn;
  readonly #json: GLTF.IGLTF;
  readonly #textures: readonly Texture[];
  /** What is decoded, until no material needs it any more. */
  readonly #pictures = new Map<Texture, Map<PictureUse, Decoding>>();
  /** Textures that are decoded for each use by itself: those that shrink, or may. */
  readonly #large = new Set<Texture>();
  #longest = Number.POSITIVE_INFINITY;
  /** The last one that was asked for. */
  #last = Promise.resolve();
  /** The last large one that is decoded. Each may take hundreds of megabytes, so they are decoded one after another. */
  #lastLarge = Promise.resolve();

  constructor(document: Document, json: GLTF.IGLTF, url: string, warn: Warn) {
    this.#json = json;
    this.#url = url;
    this.#warn = warn;
    this.#textures = document.getRoot().listTextures();
  }

  /** Forgets the pictures of other textures. */
  keepOnly(isUsed: (texture: Texture) => boolean): void {
    for (const texture of this.#pictures.keys()) if (!isUsed(texture)) this.#pictures.delete(texture);
  }

  /** Returns a texture by its index in the JSON; undefined where there is none. */
  at(index: unknown): Texture | undefined {
    const image = typeof index === 'number' ? this.#json.textures?.[index]?.source : undefined;
    return image === undefined ? undefined : this.#textures[image];
  }

  /** Halves the sides of the largest pictures until all fit into the memory of an import. */
  async limitSides(): Promise<void> {
    const sizes = new Map<Texture, readonly [number, number]>();
    for (const texture of this.#textures) {
      const size = await pictureSize(texture.getImage() ?? new Uint8Array(0), texture.getURI());
      if (!size || isLarge(...size)) this.#large.add(texture);
      // Unopened pictures take no memory.
      if (!size || Math.max(...size) > MAX_READ_SIDE) continue;
      sizes.set(texture, keptSize(...size));
    }
    const pixels = (side: number) =>
      [...sizes.values()].reduce((sum, [w, h]) => sum + w * h * Math.min(1, side / Math.max(w, h, 1)) ** 2, 0);
    while (pixels(this.#longest) > MAX_PIXELS) this.#longest = Math.min(this.#longest, MAX_TEXTURE) / 2;
    for (const [texture, size] of sizes) if (Math.max(...size) > this.#longest) this.#large.add(texture);
    if (this.#longest < MAX_TEXTURE)
      this.#warn(
        `its pictures have ${Math.round(pixels(MAX_TEXTURE) / 1e6)} million pixels: sides longer than ${this.#longest} are shrunk to that`,
      );
  }

  async #decode(texture: Texture, use: PictureUse, warn: Warn): Promise<Picture> {
    const picture = await decode(texture, this.#url, warn, use);
    const part = this.#longest / Math.max(picture.width, picture.height);
    const side = (n: number) => Math.max(1, Math.round(n * part));
    if (part >= 1) return picture;
    const whole = use === 'opaque' ? opaque(picture) : picture;
    return resized(whole, side(picture.width), side(picture.height), use === 'data' ? 'data' : 'colour');
  }

  async mapOf(texture: Texture, info: TextureInfo, use: PictureUse): Promise<MaterialMap | undefined> {
    const picture = await this.pictureOf(texture, use);
    if (!picture) return undefined;
    const moved = info.getExtension<Transform>('KHR_texture_transform');
    return {
      name: pictureName(texture),
      picture,
      texCoord: moved?.getTexCoord() ?? info.getTexCoord(),
      transform: moved ? textureTransform(moved.getOffset(), moved.getRotation(), moved.getScale()) : UNMOVED,
    };
  }

  /** Whether pictures take much memory while they are decoded. */
  get areLarge(): boolean {
    return this.#large.size > 0;
  }

  /** Begins to decode a picture that will be asked for, unless that takes much memory. */
  begin(texture: Texture, use: PictureUse): void {
    if (!this.#large.has(texture)) this.#decoding(texture, use);
  }

  /**
   * Undefined where the picture is missing or broken. Factors then draw the surface. Several are decoded at the same time, and arrive in
   * the order in which they are asked for.
   */
  pictureOf(texture: Texture, use: PictureUse): Promise<Picture | undefined> {
    const picture = this.#after(this.#last, this.#decoding(texture, use));
    this.#last = picture.then(forget, forget);
    return picture;
  }

  async #after(before: Promise<unknown>, { picture, warnings }: Decoding): Promise<Picture | undefined> {
    await before;
    const decoded = await picture;
    for (const warning of warnings.splice(0)) this.#warn(warning);
    return decoded;
  }

  #decoding(texture: Texture, wanted: PictureUse): Decoding {
    const use = this.#large.has(texture) ? wanted : 'colour';
    let pictures = this.#pictures.get(texture);
    if (!pictures) this.#pictures.set(texture, (pictures = new Map()));
    let decoding = pictures.get(use);
    if (!decoding) {
      const warnings: string[] = [];
      const decode = () => this.#decodeOrWarn(texture, use, warnings);
      const isHeavy = this.#large.has(texture);
      const picture = isHeavy ? this.#lastLarge.then(decode) : decode();
      // Code that asks for it gets the error.
      const settled = picture.then(forget, forget);
      if (isHeavy) this.#lastLarge = settled;
      pictures.set(use, (decoding = { picture, warnings }));
    }
    return decoding;
  }

  async #decodeOrWarn(texture: Texture, use: PictureUse, warnings: string[]): Promise<Picture | undefined> {
    try {
      return await this.#decode(texture, use, warning => warnings.push(warning));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      if (texture.getImage()?.byteLength) warnings.push(`${error.at ?? 'image'}: ${error.reason}; drawn without it`);
      return undefined;
    }
  }
}

/** A chain of promises keeps no picture. */
const forget = (): void => {};

/** Returns a picture's name, else its file's; '' for an embedded one without a name. */
export const pictureName = (texture: Texture): string => texture.getName() || fileName(texture.getURI());
// Embedded pictures have their whole data: URI here.
const fileName = (uri: string): string => (/^\s*data:/i.test(uri) ? '' : uri);

async function decode(texture: Texture, url: string, warn: Warn, use: PictureUse): Promise<Picture> {
  const name = pictureName(texture);
  const at = name ? `image ${name}` : 'image';
  const bytes = texture.getImage();
  if (!bytes?.byteLength) throw new FormatError('a texture without a picture', { url, at });
  return decodePicture(bytes, url, at, texture.getURI(), warn, use);
}
