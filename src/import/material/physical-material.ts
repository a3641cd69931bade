/** A material before it is reduced. */
import { opaque, type Picture } from '../picture/picture.ts';
import type { UvTransform } from './uv-transform.ts';

/** A texture and how a material uses it. */
export interface MaterialMap {
  /** A name for messages: the texture's, or its file's. */
  readonly name: string;
  readonly picture: Picture;
  /** Index of the UV set. */
  readonly texCoord: number;
  /** Transforms UVs of the primitive to UVs of the picture. */
  readonly transform: UvTransform;
}

/** A material as in glTF 2.0; missing fields are undefined. Factors are linear, 0..1 (emission may exceed 1). */
export interface PhysicalMaterial {
  readonly baseColor: readonly [number, number, number, number];
  readonly baseColorMap?: MaterialMap | undefined;
  readonly opaque: boolean;
  readonly unlit: boolean;
  readonly metallic: number;
  readonly roughness: number;
  /** Green: roughness, blue: metal. */
  readonly metallicRoughnessMap?: MaterialMap | undefined;
  /** KHR_materials_pbrSpecularGlossiness, in place of metal and roughness. Base colour is then its diffuse colour. */
  readonly glossy?: {
    readonly specular: readonly [number, number, number];
    /** RGB: specular (sRGB). Its alpha, the glossiness, is not drawn. */
    readonly map?: MaterialMap | undefined;
  };
  readonly normalScale: number;
  readonly normalMap?: MaterialMap | undefined;
  readonly occlusionStrength: number;
  /** The red channel. */
  readonly occlusionMap?: MaterialMap | undefined;
  /** Colour factor of the light (sRGB), from `extras.lightMap`. */
  readonly lightMap?: MaterialMap | undefined;
  /** Includes the strength (KHR_materials_emissive_strength). */
  readonly emissive: readonly [number, number, number];
  readonly emissiveMap?: MaterialMap | undefined;
}

/** Returns a map whose alpha does not count: pictures are resized by alpha. */
export const opaqueMap = (map: MaterialMap): MaterialMap => ({ ...map, picture: opaque(map.picture) });
