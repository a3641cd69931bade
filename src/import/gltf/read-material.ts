import type { Document, Material, Texture, TextureInfo } from '@gltf-transform/core';
import type { PBRSpecularGlossiness, Transform } from '@gltf-transform/extensions';
import sharp from 'sharp';
import type { MaterialDescription } from '../../assets/mesh-asset.ts';
import { FormatError } from '../../core/errors.ts';
import type { SourceTexture } from '../source.ts';
import type { Warn } from '../warn.ts';

/** Pixels of one picture: a small file can unfold to gigabytes. */
const MAX_PIXELS = 8192 * 8192;

/** A glTF material as the low-end shader draws it. */
export interface ReducedMaterial {
  readonly description: MaterialDescription;
  /** Which UV set the base colour texture uses. */
  readonly texCoord: number;
  /** Folds KHR_texture_transform into UVs; the same array where there is none. */
  readonly transformUv: (uvs: Float32Array) => Float32Array;
  readonly texture: Texture | undefined;
}

/** Reduces the materials of a file, and warns of what is lost. Names become unique: they are the texture slots. */
export class MaterialReader {
  readonly #url: string;
  readonly #warn: Warn;
  readonly #reduced = new Map<Material | null, ReducedMaterial>();
  readonly #names = new Set<string>();
  readonly #pictures = new Map<Texture, Promise<Omit<SourceTexture, 'slot'>>>();

  constructor(document: Document, url: string, warn: Warn) {
    this.#url = url;
    this.#warn = warn;
    for (const extension of document.getRoot().listExtensionsUsed())
      if (extension.extensionName === 'KHR_texture_basisu') warn('textures in Basis form are not read');
  }

  reduce(material: Material | null): ReducedMaterial {
    let reduced = this.#reduced.get(material);
    if (!reduced) this.#reduced.set(material, (reduced = this.#make(material)));
    return reduced;
  }

  #make(material: Material | null): ReducedMaterial {
    const base = material?.getName() || 'material';
    let name = base;
    for (let n = 2; this.#names.has(name); n++) name = `${base} ${n}`;
    this.#names.add(name);
    const glossy = material?.getExtension<PBRSpecularGlossiness>('KHR_materials_pbrSpecularGlossiness');
    const texture = (glossy ? glossy.getDiffuseTexture() : material?.getBaseColorTexture()) ?? undefined;
    const info = glossy ? glossy.getDiffuseTextureInfo() : material?.getBaseColorTextureInfo();
    if (material) this.#tellLosses(material, glossy !== null);
    // A texture of emission has no place in the shader; its factor alone would make the whole surface glow.
    const emissive = material && !material.getEmissiveTexture() ? material.getEmissiveFactor() : [0, 0, 0];
    return {
      description: {
        name,
        baseColor: glossy ? glossy.getDiffuseFactor() : (material?.getBaseColorFactor() ?? [1, 1, 1, 1]),
        emissive: [emissive[0], emissive[1], emissive[2]],
        alphaMode: material ? (material.getAlphaMode().toLowerCase() as 'opaque' | 'mask' | 'blend') : 'opaque',
        alphaCutoff: material?.getAlphaCutoff() ?? 0.5,
        doubleSided: material?.getDoubleSided() ?? false,
        unlit: material?.getExtension('KHR_materials_unlit') != null,
        baked: false,
      },
      texCoord: texture && info ? texCoordOf(info) : 0,
      transformUv: uvTransform(texture ? info : undefined),
      texture,
    };
  }

  #tellLosses(material: Material, glossy: boolean): void {
    const lost = [
      ...(material.getMetallicRoughnessTexture() ? ['metallic-roughness map'] : []),
      ...(material.getNormalTexture() ? ['normal map'] : []),
      ...(material.getOcclusionTexture() ? ['occlusion map'] : []),
      ...(material.getEmissiveTexture() ? ['emissive map'] : []),
      ...(glossy ? ['specular-glossiness (its diffuse colour is kept)'] : []),
    ];
    if (lost.length > 0) this.#warn(`material ${material.getName()}: lost: ${lost.join(', ')}`);
  }

  /** The textures of the materials that are in use, decoded. */
  async textures(slots: ReadonlySet<string>): Promise<SourceTexture[]> {
    const out: SourceTexture[] = [];
    for (const { description, texture } of this.#reduced.values())
      if (texture && slots.has(description.name)) out.push({ slot: description.name, ...(await this.#picture(texture)) });
    return out;
  }

  #picture(texture: Texture): Promise<Omit<SourceTexture, 'slot'>> {
    let picture = this.#pictures.get(texture);
    if (!picture) this.#pictures.set(texture, (picture = decode(texture, this.#url)));
    return picture;
  }
}

async function decode(texture: Texture, url: string): Promise<Omit<SourceTexture, 'slot'>> {
  const at = `image ${texture.getName() || texture.getURI()}`;
  const bytes = texture.getImage();
  if (!bytes) throw new FormatError('a texture without a picture', { url, at });
  try {
    const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' }).toColourspace('srgb').ensureAlpha().raw();
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgba: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  } catch (cause) {
    throw new FormatError(`the picture cannot be decoded (${(cause as Error).message})`, { url, at, cause });
  }
}

const transformOf = (info: TextureInfo): Transform | null => info.getExtension<Transform>('KHR_texture_transform');
const texCoordOf = (info: TextureInfo): number => transformOf(info)?.getTexCoord() ?? info.getTexCoord();

/** KHR_texture_transform: scale, then rotate, then move; signs as Khronos' sample renderer and three.js have them. */
function uvTransform(info: TextureInfo | null | undefined): (uvs: Float32Array) => Float32Array {
  const transform = info ? transformOf(info) : null;
  if (!transform) return uvs => uvs;
  const [ox, oy] = transform.getOffset();
  const [sx, sy] = transform.getScale();
  const [c, s] = [Math.cos(transform.getRotation()), Math.sin(transform.getRotation())];
  return uvs => {
    const out = new Float32Array(uvs.length);
    for (let i = 0; i < uvs.length; i += 2) {
      out[i] = ox + c * sx * uvs[i] + s * sy * uvs[i + 1];
      out[i + 1] = oy - s * sx * uvs[i] + c * sy * uvs[i + 1];
    }
    return out;
  };
}
