/** Reduces the materials of a glTF model to what the shader draws. */
import type { Document, GLTF, Material } from '@gltf-transform/core';
import type { Transmission } from '@gltf-transform/extensions';
import type { MaterialDescription } from '../../assets/meshes/mesh-asset.ts';
import type { TextureSampling } from '../../assets/textures/texture-asset.ts';
import { bakeMaterial } from '../material/bake-material.ts';
import { type Brightness, brightness, emissionOf, emittedShare } from '../material/brightness.ts';
import type { GlowingMaterial } from '../material/glow.ts';
import type { VertexOcclusion } from '../material/occlusion.ts';
import type { MaterialMap, PhysicalMaterial } from '../material/physical-material.ts';
import type { SourceTexture } from '../model/source-model.ts';
import { uniqueName } from '../model/unique-names.ts';
import { inSharedMemory, type Picture } from '../picture/picture.ts';
import { isPowerOfTwo } from '../picture/texture-size.ts';
import type { Warn } from '../report/warnings.ts';
import { FileMaterials, factorOf, hasColourMap, rgb, samplingOf, unit } from './file-materials.ts';
import { lineMaterial } from './lines.ts';

/** The share of light that clear glass transmits. The rest makes the glass visible. */
const GLASS = 0.75;

/** A greater cutoff would drop what is opaque: interpolated, an opacity of 1 is a little less. */
const MOST_CUTOFF = 254.5 / 255;

/** Returns the cutoff of a mask. One above 1 hides the surface (glTF 2.0, 3.9.4). */
function cutoffOf(material: Material | null): number {
  const cutoff = material?.getAlphaCutoff() ?? 0.5;
  return cutoff > 1 ? cutoff : Math.min(Math.max(0, cutoff), MOST_CUTOFF);
}

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
  readonly glow: GlowingMaterial | undefined;
}

/** Reduces the materials of a file and warns of losses. It makes names unique, because they are the texture slots. */
export class MaterialReader {
  readonly #warn: Warn;
  readonly #reduced = new Map<Material | null, ReducedMaterial>();
  readonly #names = new Set<string>();
  readonly #lines = new Map<MaterialDescription, MaterialDescription>();
  readonly #isLine = new Set<MaterialDescription>();
  readonly #brightness = new Map<MaterialDescription, Brightness>();
  readonly #file: FileMaterials;

  /** @param json - of the same file, for its extras. */
  constructor(document: Document, json: GLTF.IGLTF, url: string, warn: Warn) {
    this.#warn = warn;
    this.#file = new FileMaterials(document, json, url, warn);
  }

  /**
   * Bakes the materials that will be used, one after another: each may hold pictures of many megabytes.
   * @param lightMaps - whether the objects that use them are static, and so may have light maps.
   * @param onPicture - receives large pictures that become textures as they are.
   */
  async prepare(
    materials: Iterable<Material | null>,
    lightMaps: boolean,
    onPicture: (picture: Picture) => void = () => {},
  ): Promise<void> {
    await this.#file.limitSides();
    const left = new Set(materials);
    const order = [...left];
    // Decoding and encoding at the same time takes the memory of both.
    const isEarly = !this.#file.hasLargePictures;
    for (const [i, material] of order.entries()) {
      if (!this.#reduced.has(material)) {
        const reduced = toKeep(await this.#reduce(material, lightMaps, order[i + 1]));
        this.#reduced.set(material, reduced);
        // Triangles decide which pictures of a glowing one are drawn.
        const pictures = [reduced.glow ? undefined : reduced.texture, reduced.lightMap].map(map => map?.picture);
        for (const picture of pictures) if (picture && isEarly && staysAsItIs(picture)) onPicture(picture);
      }
      left.delete(material);
      this.#file.keepOnly(left);
    }
  }

  /** Returns the result of `prepare`. */
  reduced(material: Material | null): ReducedMaterial {
    const reduced = this.#reduced.get(material);
    if (!reduced) throw new Error(`material ${material?.getName()} was not prepared`);
    return reduced;
  }

  /** @param next - its pictures are decoded meanwhile. */
  async #reduce(material: Material | null, lightMaps: boolean, next?: Material | null): Promise<ReducedMaterial> {
    const name = uniqueName(material?.getName() || 'material', n => this.#names.has(n));
    this.#names.add(name);
    const toon = material ? this.#file.toonOf(material) : undefined;
    const physical = material ? await this.#file.physical(material) : undefined;
    if (next) this.#file.begin(next);
    const shade = toon && physical && (await this.#file.shadeFactor(toon, physical));
    const baked = physical && (await bakeMaterial(shade ? asToon(physical, material) : physical, lightMaps));
    const alpha = material ? this.#glassAlpha(material, name) : 1;
    const { unlit = false, baseColor = [1, 1, 1, 1], emissive = BLACK } = baked ?? {};
    const own = [baseColor[0], baseColor[1], baseColor[2]] as const;
    const shown = rgb(own);
    // Other viewers show the base colour alone of what is unlit.
    const [r, g, b] = unlit ? sum(shown, emissive) : shown;
    for (const loss of baked?.losses ?? []) this.#warn(`material ${name}: ${loss}`);
    const factor = material ? factorOf(material) : WHITE;
    const bright = brightness(own, factor, emissive, toon?.rim ?? BLACK, baked?.tint);
    // What is unlit is not dimmed, and a toon's rim is lit.
    const emits = unlit || toon ? undefined : emittedShare(bright);
    const description: MaterialDescription = {
      name,
      baseColor: [r, g, b, baseColor[3] * alpha],
      emissive: emissionOf(bright, [r, g, b]),
      alphaMode:
        alpha < 1 ? 'blend' : material ? (material.getAlphaMode().toLowerCase() as 'opaque' | 'mask' | 'blend') : 'opaque',
      alphaCutoff: cutoffOf(material),
      doubleSided: material?.getDoubleSided() ?? false,
      unlit,
      baked: false,
      ...(shade ? { shade } : {}),
      ...(emits ? { emits } : {}),
      ...(baked?.lightMap ? { lightMap: `${name}: light` } : {}),
    };
    this.#brightness.set(description, bright);
    return {
      description,
      lines: () => this.#line(description, material && hasColourMap(material) ? own : factor),
      glow: baked?.glow && {
        mask: baked.glow,
        description: this.#glowing(description, brightness(own, factor, emissive, toon?.rim ?? BLACK, baked.glow.tint)),
      },
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

  #glowing({ lightMap: _, emits: __, ...description }: MaterialDescription, bright: Brightness): MaterialDescription {
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

  /** Returns the textures of the materials in use. */
  textures(slots: ReadonlySet<string>): SourceTexture[] {
    const out: SourceTexture[] = [];
    for (const { description, texture, sampling, lightMap, glow } of this.#reduced.values()) {
      const line = this.#lines.get(description)?.name;
      if (texture && line !== undefined && slots.has(line))
        out.push({ slot: line, ...texture.picture, ...(sampling ? { sampling } : {}) });
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

/** Returns the material with pictures that can be sent as they are. Until all is read, the decoded ones would lie beside their copies. */
const toKeep = (reduced: ReducedMaterial): ReducedMaterial => ({
  ...reduced,
  texture: sendable(reduced.texture),
  lightMap: sendable(reduced.lightMap),
});

const sendable = (map: MaterialMap | undefined): MaterialMap | undefined =>
  map && { ...map, picture: { ...map.picture, rgba: inSharedMemory(map.picture.rgba) } };

/** Least pixels of a picture that is worth an early start. */
const LARGE = 512 * 512;

/** Whether a picture is large and its texture has the same pixels. */
const staysAsItIs = ({ width, height }: Picture): boolean =>
  width * height >= LARGE && isPowerOfTwo(width) && isPowerOfTwo(height);

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
