/** Reads and reduces the materials of a glTF model. */
import {
  type Document,
  type GLTF,
  type Material,
  type Property,
  PropertyType,
  type Texture,
  TextureInfo,
} from '@gltf-transform/core';
import type { EmissiveStrength, PBRSpecularGlossiness, Transmission } from '@gltf-transform/extensions';
import type { MaterialDescription } from '../../assets/meshes/mesh-asset.ts';
import type { TextureSampling } from '../../assets/textures/texture-asset.ts';
import { bakeMaterial } from '../material/bake-material.ts';
import { type Brightness, brightness, emissionOf } from '../material/brightness.ts';
import type { Glow } from '../material/glow.ts';
import type { VertexOcclusion } from '../material/occlusion.ts';
import type { MaterialMap, PhysicalMaterial } from '../material/physical-material.ts';
import { UNMOVED } from '../material/uv-transform.ts';
import type { SourceTexture } from '../model/source-model.ts';
import { uniqueName } from '../model/unique-names.ts';
import type { PictureUse } from '../picture/shrunk-picture.ts';
import type { Warn } from '../report/warnings.ts';
import { meanColour, type ToonShade, toonShades } from './figures/mtoon.ts';
import { lineMaterial } from './lines.ts';
import { pictureName, TexturePictures } from './texture-pictures.ts';

/** The share of light that clear glass transmits. The rest makes the glass visible. */
const GLASS = 0.75;

/** A glTF material, reduced to what the low-end shader draws. */
export interface ReducedMaterial {
  readonly description: MaterialDescription;
  /** The texture and its place on the surface. The material's name is its slot. */
  readonly texture: MaterialMap | undefined;
  readonly sampling: TextureSampling | undefined;
  /** Has its own UVs; its slot is the description's `lightMap`. */
  readonly lightMap: MaterialMap | undefined;
  /** Is stored in vertex colours. */
  readonly occlusion: VertexOcclusion | undefined;
  /** Returns what lines of this material are drawn with. */
  readonly lines: () => MaterialDescription;
  /** The triangles of these pixels have the same texture and this description. */
  readonly glow: { readonly mask: Glow; readonly description: MaterialDescription } | undefined;
}

/** Reduces the materials of a file and warns of losses. It makes names unique, because they are the texture slots. */
export class MaterialReader {
  readonly #warn: Warn;
  readonly #reduced = new Map<Material | null, ReducedMaterial>();
  readonly #names = new Set<string>();
  readonly #lines = new Map<MaterialDescription, MaterialDescription>();
  readonly #isLine = new Set<MaterialDescription>();
  readonly #brightness = new Map<MaterialDescription, Brightness>();
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

  /**
   * Bakes the materials that will be used, one after another: each may hold pictures of many megabytes.
   * @param lightMaps - whether the objects that use them are static, and so may have light maps.
   */
  async prepare(materials: Iterable<Material | null>, lightMaps: boolean): Promise<void> {
    await this.#pictures.limitSides();
    const left = new Set(materials);
    for (const material of left) {
      if (!this.#reduced.has(material)) this.#reduced.set(material, await this.#reduce(material, lightMaps));
      left.delete(material);
      this.#pictures.keepOnly(texture => this.#isUsed(texture, left));
    }
  }

  /** Returns the result of `prepare`. */
  reduced(material: Material | null): ReducedMaterial {
    const reduced = this.#reduced.get(material);
    if (!reduced) throw new Error(`material ${material?.getName()} was not prepared`);
    return reduced;
  }

  async #reduce(material: Material | null, lightMaps: boolean): Promise<ReducedMaterial> {
    const name = uniqueName(material?.getName() || 'material', n => this.#names.has(n));
    this.#names.add(name);
    const toon = material ? this.#toons.get(this.#materials.indexOf(material)) : undefined;
    const physical = material ? await this.#physical(material) : undefined;
    const shade = toon && physical && (await this.#shadeFactor(toon, physical));
    const baked = physical && (await bakeMaterial(shade ? asToon(physical, material) : physical, lightMaps));
    const alpha = material ? this.#glassAlpha(material, name) : 1;
    const { unlit = false, baseColor = [1, 1, 1, 1], emissive = BLACK } = baked ?? {};
    const own = [baseColor[0], baseColor[1], baseColor[2]] as const;
    const shown = rgb(own);
    // Other viewers show the base colour alone of what is unlit.
    const [r, g, b] = unlit ? sum(shown, emissive) : shown;
    for (const loss of baked?.losses ?? []) this.#warn(`material ${name}: ${loss}`);
    const bright = brightness(own, material ? factorOf(material) : WHITE, emissive, toon?.rim ?? BLACK);
    const description: MaterialDescription = {
      name,
      baseColor: [r, g, b, baseColor[3] * alpha],
      emissive: emissionOf(bright, [r, g, b]),
      alphaMode:
        alpha < 1 ? 'blend' : material ? (material.getAlphaMode().toLowerCase() as 'opaque' | 'mask' | 'blend') : 'opaque',
      alphaCutoff: material?.getAlphaCutoff() ?? 0.5,
      doubleSided: material?.getDoubleSided() ?? false,
      unlit,
      baked: false,
      ...(shade ? { shade } : {}),
      ...(baked?.lightMap ? { lightMap: `${name}: light` } : {}),
    };
    this.#brightness.set(description, bright);
    return {
      description,
      lines: () => this.#line(description, material ? factorOf(material) : WHITE),
      glow: baked?.glow && { mask: baked.glow, description: this.#glowing(description, bright) },
      lightMap: baked?.lightMap,
      texture: baked?.map,
      sampling: material && baked?.map ? samplingOf(material) : undefined,
      occlusion: baked?.vertexOcclusion,
    };
  }

  #line(material: MaterialDescription, factor: readonly number[]): MaterialDescription {
    let line = this.#lines.get(material);
    if (line) return line;
    const name = uniqueName(`${material.name}: lines`, n => this.#names.has(n));
    this.#names.add(name);
    const color = rgb(factor);
    const bright = brightness(color, factor, BLACK, BLACK);
    this.#lines.set(material, (line = lineMaterial(material, name, color, emissionOf(bright, color))));
    this.#isLine.add(line);
    this.#brightness.set(line, bright);
    return line;
  }

  /** Whether lines are drawn with that material. */
  isLine(material: MaterialDescription): boolean {
    return this.#isLine.has(material);
  }

  /** Returns how bright a material is; undefined for another reader's. */
  brightnessOf(material: MaterialDescription): Brightness | undefined {
    return this.#brightness.get(material);
  }

  /** Returns what the colour of a toon material is multiplied with in the shade: pictures count by their mean, unless both are one. */
  async #shadeFactor(
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

  #glowing({ lightMap: _, ...description }: MaterialDescription, bright: Brightness): MaterialDescription {
    const name = uniqueName(`${description.name}: glow`, n => this.#names.has(n));
    this.#names.add(name);
    const glowing = { ...description, name, unlit: true };
    this.#brightness.set(glowing, bright);
    return glowing;
  }

  /**
   * Converts KHR_materials_transmission to blending. Transmitted light is not refracted, and not tinted twice. 1 where nothing is
   * transmitted.
   */
  #glassAlpha(material: Material, name: string): number {
    const glass = material.getExtension<Transmission>('KHR_materials_transmission');
    const through = glass ? unit(glass.getTransmissionFactor()) : 0;
    if (through === 0) return 1;
    if (glass?.getTransmissionTexture()) {
      this.#warn(`material ${name}: transmission by a texture is not drawn; the surface is opaque`);
      return 1;
    }
    this.#warn(`material ${name}: transmission is drawn as blending`);
    return 1 - through * GLASS;
  }

  async #physical(material: Material): Promise<PhysicalMaterial> {
    const glossy = material.getExtension<PBRSpecularGlossiness>('KHR_materials_pbrSpecularGlossiness');
    const unlit = material.getExtension('KHR_materials_unlit') != null;
    const strength = Math.max(
      0,
      material.getExtension<EmissiveStrength>('KHR_materials_emissive_strength')?.getEmissiveStrength() ?? 1,
    );
    const [r, g, b] = rgb(material.getEmissiveFactor());
    // An unlit material draws only its base colour, so the other maps are not decoded.
    const map = async (texture: Texture | null | undefined, info: TextureInfo | null | undefined, use: PictureUse) =>
      texture && info ? this.#pictures.mapOf(texture, info, use) : undefined;
    const lit = async (texture: Texture | null, info: TextureInfo | null, use: PictureUse) =>
      unlit ? undefined : map(texture, info, use);
    const isOpaque = material.getAlphaMode() === 'OPAQUE';
    const use = isOpaque ? 'opaque' : 'colour';
    return {
      baseColor: colour(factorOf(material)),
      baseColorMap: glossy
        ? await map(glossy.getDiffuseTexture(), glossy.getDiffuseTextureInfo(), use)
        : await map(material.getBaseColorTexture(), material.getBaseColorTextureInfo(), use),
      opaque: isOpaque,
      unlit,
      metallic: glossy ? 0 : unit(material.getMetallicFactor()),
      roughness: unit(material.getRoughnessFactor()),
      metallicRoughnessMap: glossy
        ? undefined
        : await lit(material.getMetallicRoughnessTexture(), material.getMetallicRoughnessTextureInfo(), 'data'),
      ...(glossy
        ? {
            glossy: {
              specular: rgb(glossy.getSpecularFactor()),
              map: await lit(glossy.getSpecularGlossinessTexture(), glossy.getSpecularGlossinessTextureInfo(), 'opaque'),
            },
          }
        : {}),
      normalScale: material.getNormalScale(),
      normalMap: await lit(material.getNormalTexture(), material.getNormalTextureInfo(), 'data'),
      occlusionStrength: unit(material.getOcclusionStrength()),
      occlusionMap: await lit(material.getOcclusionTexture(), material.getOcclusionTextureInfo(), 'data'),
      lightMap: unlit ? undefined : await this.#extraLightMap(material),
      emissive: [r * strength, g * strength, b * strength],
      emissiveMap: await lit(material.getEmissiveTexture(), material.getEmissiveTextureInfo(), 'opaque'),
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

  /** Whether one of the materials uses the texture: by its fields, an extension, a light map in `extras`, or as the shade of a toon. */
  #isUsed(texture: Texture, materials: ReadonlySet<Material | null>): boolean {
    if (isUsed(texture, materials)) return true;
    return this.#materials.some(
      (material, i) =>
        materials.has(material) &&
        [lightMapOf(material)?.index, this.#toons.get(i)?.texture].some(index => this.#pictures.at(index) === texture),
    );
  }

  /** Returns the textures of the materials in use. */
  textures(slots: ReadonlySet<string>): SourceTexture[] {
    const out: SourceTexture[] = [];
    for (const { description, texture, sampling, lightMap, glow } of this.#reduced.values()) {
      const glowing = glow && slots.has(glow.description.name) ? [glow.description.name] : [];
      const picture = glow && glowing.length === 0 ? glow.mask.lit : texture?.picture;
      for (const slot of [description.name, ...glowing])
        if (picture && slots.has(slot)) out.push({ slot, ...picture, ...(sampling ? { sampling } : {}) });
      if (!slots.has(description.name)) continue;
      if (lightMap && description.lightMap) out.push({ slot: description.lightMap, ...lightMap.picture });
    }
    return out;
  }
}

/** Returns the factor of the colour that is drawn, as the file has it. */
function factorOf(material: Material): readonly number[] {
  const glossy = material.getExtension<PBRSpecularGlossiness>('KHR_materials_pbrSpecularGlossiness');
  return glossy ? glossy.getDiffuseFactor() : material.getBaseColorFactor();
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

/** A toon material is lit, whatever the fallback says that other viewers draw: no metal, and no glow whose map is not read. */
const asToon = (physical: PhysicalMaterial, material: Material | null): PhysicalMaterial => ({
  ...physical,
  unlit: false,
  metallic: 0,
  metallicRoughnessMap: undefined,
  emissive: physical.unlit && material?.getEmissiveTexture() ? [0, 0, 0] : physical.emissive,
});

const BLACK = [0, 0, 0] as const;
const WHITE = [1, 1, 1] as const;

const sum = (a: readonly number[], b: readonly number[]) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]] as const;

/** Clamps a factor to glTF's range 0..1. A factor slightly outside must not fail the model. */
const unit = (x: number): number => Math.min(1, Math.max(0, x));
const rgb = ([r, g, b]: readonly number[]): [number, number, number] => [unit(r), unit(g), unit(b)];
const colour = ([r, g, b, a]: readonly number[]): [number, number, number, number] => [unit(r), unit(g), unit(b), unit(a)];

const WRAPS = {
  [TextureInfo.WrapMode.REPEAT]: 'repeat',
  [TextureInfo.WrapMode.CLAMP_TO_EDGE]: 'clamp',
  [TextureInfo.WrapMode.MIRRORED_REPEAT]: 'mirror',
} as const;

/** Returns the sampler of the colour map. All maps of a material are baked into that one. */
function samplingOf(material: Material): TextureSampling | undefined {
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
  return wrapS === 'repeat' && wrapT === 'repeat' && !nearest ? undefined : { wrapS, wrapT, nearest };
}
