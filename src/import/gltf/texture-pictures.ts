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

/** The pictures of a file, each decoded once for all materials that use it alike. They fit into the memory of an import together. */
export class TexturePictures {
  readonly #url: string;
  readonly #warn: Warn;
  readonly #json: GLTF.IGLTF;
  readonly #textures: readonly Texture[];
  /** What is decoded, until no material needs it any more. */
  readonly #pictures = new Map<Texture, Map<PictureUse, Promise<Picture | undefined>>>();
  /** Textures that are decoded for each use by itself: those that shrink, or may. */
  readonly #large = new Set<Texture>();
  #longest = Number.POSITIVE_INFINITY;
  /** The last one that was asked for. */
  #last: Promise<unknown> = Promise.resolve();

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

  /**
   * Undefined where the picture is missing or broken. Factors then draw the surface. Several are decoded at the same time, and arrive in
   * the order in which they are asked for.
   */
  pictureOf(texture: Texture, wanted: PictureUse): Promise<Picture | undefined> {
    const use = this.#large.has(texture) ? wanted : 'colour';
    let pictures = this.#pictures.get(texture);
    if (!pictures) this.#pictures.set(texture, (pictures = new Map()));
    let picture = pictures.get(use);
    if (!picture) {
      pictures.set(use, (picture = this.#after(this.#last, texture, use)));
      this.#last = picture.catch(() => {});
    }
    return picture;
  }

  async #after(before: Promise<unknown>, texture: Texture, use: PictureUse): Promise<Picture | undefined> {
    const warnings: string[] = [];
    try {
      return await this.#decode(texture, use, warning => warnings.push(warning));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      if (texture.getImage()?.byteLength) warnings.push(`${error.at ?? 'image'}: ${error.reason}; drawn without it`);
      return undefined;
    } finally {
      await before;
      for (const warning of warnings) this.#warn(warning);
    }
  }
}

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
