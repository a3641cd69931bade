import type { Picture } from './picture.ts';
import type { UvTransform } from './uv-transform.ts';

/** A texture as a material uses it. */
export interface MaterialMap {
  /** For people: of the texture, or of its file. */
  readonly name: string;
  readonly picture: Picture;
  /** Which UV set. */
  readonly texCoord: number;
  /** UVs of the primitive -> UVs of the picture. */
  readonly transform: UvTransform;
}

/** A material as glTF 2.0 has it; what is left out is not there. Factors are linear, 0..1 (emission may be more). */
export interface PhysicalMaterial {
  readonly baseColor: readonly [number, number, number, number];
  readonly baseColorMap?: MaterialMap | undefined;
  readonly opaque: boolean;
  readonly unlit: boolean;
  readonly metallic: number;
  readonly roughness: number;
  /** Green: roughness, blue: metal. */
  readonly metallicRoughnessMap?: MaterialMap | undefined;
  /** KHR_materials_pbrSpecularGlossiness in place of metal and roughness; base colour is then its diffuse colour. */
  readonly glossy?: {
    readonly specular: readonly [number, number, number];
    readonly glossiness: number;
    /** RGB: specular (sRGB), alpha: glossiness. */
    readonly map?: MaterialMap | undefined;
  };
  readonly normalScale: number;
  readonly normalMap?: MaterialMap | undefined;
  readonly occlusionStrength: number;
  /** Red. */
  readonly occlusionMap?: MaterialMap | undefined;
  /** Colour that light is multiplied with (sRGB): `extras.lightMap`. */
  readonly lightMap?: MaterialMap | undefined;
  /** Strength (KHR_materials_emissive_strength) included. */
  readonly emissive: readonly [number, number, number];
  readonly emissiveMap?: MaterialMap | undefined;
}
