/** Reads the materials of a glTF file, with their pictures. */
import {
  type Document,
  type GLTF,
  type Material,
  type Property,
  PropertyType,
  type Texture,
  TextureInfo,
} from '@gltf-transform/core';
import type { EmissiveStrength, PBRSpecularGlossiness } from '@gltf-transform/extensions';
import type { TextureSampling } from '../../assets/textures/texture-asset.ts';
import type { MaterialMap, PhysicalMaterial } from '../material/physical-material.ts';
import { UNMOVED } from '../material/uv-transform.ts';
import type { PictureUse } from '../picture/shrunk-picture.ts';
import type { Warn } from '../report/warnings.ts';
import { meanColour, type ToonShade, toonShades } from './figures/mtoon.ts';
import { pictureName, TexturePictures } from './texture-pictures.ts';

/** The materials of a file as physical ones: what they are made of, in any of the ways that files say it. */
export class FileMaterials {
  readonly #warn: Warn;
  readonly #pictures: TexturePictures;
  readonly #toons: ReadonlyMap<number, ToonShade>;
  readonly #materials: readonly Material[];

  /** @param json - of the same file, for its extras. */
  constructor(document: Document, json: GLTF.IGLTF, url: string, warn: Warn) {
    this.#warn = warn;
    this.#pictures = new TexturePictures(document, json, url, warn);
    this.#materials = document.getRoot().listMaterials();
    this.#toons = toonShades(json);
  }

  /** Finds the side to which pictures shrink, where all of them together take too much memory. */
  limitSides(): Promise<void> {
    return this.#pictures.limitSides();
  }

  /** Forgets the pictures that none of these materials uses. */
  keepOnly(materials: ReadonlySet<Material | null>): void {
    this.#pictures.keepOnly(texture => this.#isUsed(texture, materials));
  }

  /** Returns the shade of a toon material; undefined for others. */
  toonOf(material: Material): ToonShade | undefined {
    return this.#toons.get(this.#materials.indexOf(material));
  }

  /** Whether its pictures take much memory while they are decoded. */
  get hasLargePictures(): boolean {
    return this.#pictures.areLarge;
  }

  /** Begins to decode the pictures of a material. */
  begin(material: Material): void {
    for (const [texture, , use] of usesOf(material)) if (texture) this.#pictures.begin(texture, use);
  }

  /** Reads a material with its pictures. An unlit one has its colour alone. */
  async physical(material: Material): Promise<PhysicalMaterial> {
    const glossy = material.getExtension<PBRSpecularGlossiness>('KHR_materials_pbrSpecularGlossiness');
    const strength = Math.max(
      0,
      material.getExtension<EmissiveStrength>('KHR_materials_emissive_strength')?.getEmissiveStrength() ?? 1,
    );
    const [r, g, b] = rgb(material.getEmissiveFactor());
    const [baseColorMap, reflection, normalMap, occlusionMap, emissiveMap] = await Promise.all(
      usesOf(material).map(([texture, info, use]) => (texture && info ? this.#pictures.mapOf(texture, info, use) : undefined)),
    );
    return {
      baseColor: colour(factorOf(material)),
      baseColorMap,
      opaque: isOpaque(material),
      unlit: isUnlit(material),
      metallic: glossy ? 0 : unit(material.getMetallicFactor()),
      roughness: unit(material.getRoughnessFactor()),
      ...(glossy
        ? { glossy: { specular: rgb(glossy.getSpecularFactor()), map: reflection } }
        : { metallicRoughnessMap: reflection }),
      normalScale: material.getNormalScale(),
      normalMap,
      occlusionStrength: unit(material.getOcclusionStrength()),
      occlusionMap,
      lightMap: isUnlit(material) ? undefined : await this.#extraLightMap(material),
      emissive: [r * strength, g * strength, b * strength],
      emissiveMap,
    };
  }

  /**
   * Reads a material's `extras.lightMap: {index, texCoord}`, which exporters of baked light write: a texture index and a UV set,
   * default 1.
   */
  async #extraLightMap(material: Material): Promise<MaterialMap | undefined> {
    const extra = lightMapOf(material);
    if (!extra) return undefined;
    const { index, texCoord = 1 } = extra;
    const texture = this.#pictures.at(index);
    if (!texture || (texCoord !== 0 && texCoord !== 1)) {
      this.#warn(`material ${material.getName()}: extras.lightMap names no texture of the file, or another UV set than 0 and 1`);
      return undefined;
    }
    const picture = await this.#pictures.pictureOf(texture, 'opaque');
    return picture && { name: pictureName(texture), picture, texCoord, transform: UNMOVED };
  }

  /** Returns what the colour of a toon material is multiplied with in the shade: pictures count by their mean, unless both are one. */
  async shadeFactor(
    toon: ToonShade,
    { baseColor, baseColorMap, opaque: isOpaque }: PhysicalMaterial,
  ): Promise<[number, number, number]> {
    const texture = this.#pictures.at(toon.texture);
    const picture = texture && (await this.#pictures.pictureOf(texture, isOpaque ? 'opaque' : 'colour'));
    const isSame = picture !== undefined && picture === baseColorMap?.picture;
    const lit = isSame || !baseColorMap ? [1, 1, 1] : meanColour(baseColorMap.picture);
    const shaded = isSame || !picture ? [1, 1, 1] : meanColour(picture);
    const factor = (c: number): number => unit((toon.color[c] * shaded[c]) / Math.max(1e-4, baseColor[c] * lit[c]));
    return [factor(0), factor(1), factor(2)];
  }

  /** Whether one of the materials uses the texture: by its fields, an extension, a light map in `extras`, or as the shade of a toon. */
  #isUsed(texture: Texture, materials: ReadonlySet<Material | null>): boolean {
    if (isUsed(texture, materials)) return true;
    return this.#materials.some(
      (material, i) =>
        materials.has(material) &&
        [lightMapOf(material)?.index, this.#toons.get(i)?.texture].some(index => this.#pictures.at(index) === texture),
    );
  }
}

const isOpaque = (material: Material): boolean => material.getAlphaMode() === 'OPAQUE';
const isUnlit = (material: Material): boolean => material.getExtension('KHR_materials_unlit') != null;

/** A texture of a material, and how its picture shrinks. */
type TextureUse = readonly [Texture | null, TextureInfo | null, PictureUse];

/** Returns the textures for base colour, reflection (metal and roughness, or specular), relief, occlusion and emission. */
function usesOf(material: Material): readonly TextureUse[] {
  const glossy = material.getExtension<PBRSpecularGlossiness>('KHR_materials_pbrSpecularGlossiness');
  const use = isOpaque(material) ? 'opaque' : 'colour';
  const color: TextureUse = glossy
    ? [glossy.getDiffuseTexture(), glossy.getDiffuseTextureInfo(), use]
    : [material.getBaseColorTexture(), material.getBaseColorTextureInfo(), use];
  // An unlit material draws only its base colour, so the other maps are not decoded.
  if (isUnlit(material)) return [color];
  return [
    color,
    glossy
      ? [glossy.getSpecularGlossinessTexture(), glossy.getSpecularGlossinessTextureInfo(), 'opaque']
      : [material.getMetallicRoughnessTexture(), material.getMetallicRoughnessTextureInfo(), 'data'],
    [material.getNormalTexture(), material.getNormalTextureInfo(), 'data'],
    [material.getOcclusionTexture(), material.getOcclusionTextureInfo(), 'data'],
    [material.getEmissiveTexture(), material.getEmissiveTextureInfo(), 'opaque'],
  ];
}

/** Returns the factor of the colour that is drawn, as the file has it. */
export function factorOf(material: Material): readonly number[] {
  const glossy = material.getExtension<PBRSpecularGlossiness>('KHR_materials_pbrSpecularGlossiness');
  return glossy ? glossy.getDiffuseFactor() : material.getBaseColorFactor();
}

/** Whether a picture has the colour that is drawn. */
export function hasColourMap(material: Material): boolean {
  const glossy = material.getExtension<PBRSpecularGlossiness>('KHR_materials_pbrSpecularGlossiness');
  return (glossy ? glossy.getDiffuseTexture() : material.getBaseColorTexture()) !== null;
}

/** Returns what exporters of baked light write into a material's `extras`. */
function lightMapOf(material: Material): { readonly index?: unknown; readonly texCoord?: unknown } | undefined {
  const extra: unknown = material.getExtras().lightMap;
  return typeof extra === 'object' && extra !== null ? extra : undefined;
}

/** Whether one of the materials uses the texture, directly or by an extension. */
function isUsed(texture: Property, materials: ReadonlySet<Material | null>): boolean {
  return texture.listParents().some(parent => {
    if (parent.propertyType === PropertyType.MATERIAL) return materials.has(parent as Material);
    return parent.propertyType !== PropertyType.ROOT && isUsed(parent, materials);
  });
}

/** Clamps a factor to glTF's range 0..1. A factor slightly outside must not fail the model. */
export const unit = (x: number): number => Math.min(1, Math.max(0, x));
export const rgb = ([r, g, b]: readonly number[]): [number, number, number] => [unit(r), unit(g), unit(b)];
const colour = ([r, g, b, a]: readonly number[]): [number, number, number, number] => [unit(r), unit(g), unit(b), unit(a)];

const WRAPS = {
  [TextureInfo.WrapMode.REPEAT]: 'repeat',
  [TextureInfo.WrapMode.CLAMP_TO_EDGE]: 'clamp',
  [TextureInfo.WrapMode.MIRRORED_REPEAT]: 'mirror',
} as const;

/** How a texture without filter is read far away. Others have mip levels in any case. */
const MINIFY = new Map<number | null, TextureSampling['minify']>([
  [TextureInfo.MinFilter.NEAREST, 'nearest'],
  [TextureInfo.MinFilter.NEAREST_MIPMAP_NEAREST, 'level'],
  [TextureInfo.MinFilter.NEAREST_MIPMAP_LINEAR, 'level'],
]);

/** Returns the sampler of the colour map. All maps of a material are baked into that one. */
export function samplingOf(material: Material): TextureSampling | undefined {
  const glossy = material.getExtension<PBRSpecularGlossiness>('KHR_materials_pbrSpecularGlossiness');
  const info =
    glossy?.getDiffuseTextureInfo() ??
    material.getBaseColorTextureInfo() ??
    material.getEmissiveTextureInfo() ??
    material.getMetallicRoughnessTextureInfo() ??
    material.getOcclusionTextureInfo();
  if (!info) return undefined;
  const [wrapS, wrapT] = [WRAPS[info.getWrapS()] ?? 'repeat', WRAPS[info.getWrapT()] ?? 'repeat'];
  const nearest = info.getMagFilter() === TextureInfo.MagFilter.NEAREST;
  if (wrapS === 'repeat' && wrapT === 'repeat' && !nearest) return undefined;
  const minify = nearest ? MINIFY.get(info.getMinFilter()) : undefined;
  return { wrapS, wrapT, nearest, ...(minify && { minify }) };
}
