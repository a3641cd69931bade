/** Bakes a physical material into one texture and one colour. */

import { TO_LINEAR } from '../picture/linear-light.ts';
import { constantOf } from '../picture/picture.ts';
import { type AlignedMaps, alignMaps } from './align-maps.ts';
import { withoutConstants } from './constant-maps.ts';
import type { Glow } from './glow.ts';
import { lightMapOf, type VertexOcclusion, vertexOcclusion } from './occlusion.ts';
import type { MaterialMap, PhysicalMaterial } from './physical-material.ts';
import { shadeFactors, shadePixels } from './shade-pixels.ts';

/** A material for the low-end shader: one texture, one colour, lit or not. */
export interface BakedMaterial {
  /** Without what it emits. Exceeds 1 where colour and emission of a picture together do. */
  readonly baseColor: readonly [number, number, number, number];
  /** Is added to the base colour, also where it is unlit. Exceeds 1 where the material shines so. */
  readonly emissive: readonly [number, number, number];
  readonly unlit: boolean;
  /** The texture, with its UV set and transform. */
  readonly map?: MaterialMap;
  /** The share of `map` that colours at the vertices multiply, 0..1; all of it where there is none. The rest is emission. */
  readonly tint?: readonly [number, number, number];
  /** The pixels of `map` that are drawn unlit, where only some are. */
  readonly glow?: Glow;
  /** The factor of the light, if light maps are requested. */
  readonly lightMap?: MaterialMap;
  /** Occlusion whose UVs differ from the texture's. */
  readonly vertexOcclusion?: VertexOcclusion;
  /** What was changed or lost, one sentence each. */
  readonly losses: readonly string[];
}

/**
 * Reduces a physical material to base colour, in linear light:
 *
 * colour = base (1 - metal + S metal) (1 - A strength (1 - occlusion)) (1 - R (1 - n.z)) + emission / 0.75
 *
 * A metal has no diffuse colour: it reflects a room of even brightness S = 0.8 (`SURROUNDING`). Occlusion blocks ambient light, a
 * share of A = 0.8 (`AROUND`). Relief is shaded as by light from straight above the surface, at R = 0.5. A surface that emits
 * more light than it receives becomes unlit; where only some pixels do, their triangles do (`splitGlow`). The room's light dims
 * other emission too, so it is divided by the mean light. Specular-glossiness: base = diffuse (1 - max s) + S s, s = specular beyond 0.04.
 * Roughness is lost.
 *
 * Maps of one colour become factors. Where factors are enough, the texture stays unchanged, so that models still share it. Maps
 * whose UVs differ from the base colour's are dropped; occlusion becomes a light map or moves to the vertices. The same input
 * gives the same bytes.
 *
 * @param lightMaps - whether the objects that use the material are static, and may have one.
 */
export async function bakeMaterial(source: PhysicalMaterial, lightMaps = false): Promise<BakedMaterial> {
  const whole = withoutConstants(source);
  if (whole.unlit)
    return { baseColor: whole.baseColor, emissive: [0, 0, 0], unlit: true, losses: [], ...mapOf(whole.baseColorMap) };
  const maps = await alignMaps(whole);
  const material = maps ? withoutStrays(whole, maps) : whole;
  const baked = maps && needsPixels(material, maps) ? asPicture(material, maps) : asFactors(material);
  const stray = maps && !maps.occlusion ? whole.occlusionMap : undefined;
  const strength = whole.occlusionStrength;
  const lightMap = lightMaps ? (source.lightMap ?? (stray && lightMapOf(stray, strength))) : undefined;
  const aside = stray && (!lightMap || source.lightMap) ? stray : undefined;
  return {
    ...baked,
    ...(lightMap ? { lightMap } : {}),
    ...(aside ? { vertexOcclusion: await vertexOcclusion(aside, strength) } : {}),
    losses: losses(source, whole, maps, stray && !aside ? 'became a light map' : AT_VERTICES, lightMaps),
  };
}

const mapOf = (map: MaterialMap | undefined): { map?: MaterialMap } => (map ? { map } : {});

/**
 * Ignores properties whose map could not be aligned, because their values are unknown: nothing counts as metal, and nothing
 * glows.
 */
const withoutStrays = (m: PhysicalMaterial, maps: AlignedMaps): PhysicalMaterial => ({
  ...m,
  ...(m.metallicRoughnessMap && !maps.metallicRoughness ? { metallic: 0 } : {}),
  ...(m.emissiveMap && !maps.emissive ? { emissive: [0, 0, 0] as const } : {}),
  ...(m.glossy?.map && !maps.glossy ? { glossy: { specular: [0, 0, 0] as const } } : {}),
});

/** Whether a property other than the base colour varies between pixels, or no factor can express it. */
const needsPixels = (m: PhysicalMaterial, maps: AlignedMaps): boolean =>
  [maps.metallicRoughness, maps.glossy, maps.normal, maps.occlusion, maps.emissive].some(map => map !== undefined) ||
  (maps.base !== undefined && (m.emissive.some(x => x > 0) || m.glossy !== undefined));

type Baked = Omit<BakedMaterial, 'losses' | 'vertexOcclusion'>;

function asFactors(m: PhysicalMaterial): Baked {
  const { reflected, emitted, unlit } = shadeFactors(m);
  return { baseColor: [...reflected, m.baseColor[3]], emissive: emitted, unlit, ...mapOf(m.baseColorMap) };
}

function asPicture(m: PhysicalMaterial, maps: AlignedMaps): Baked {
  const { picture, unlit, gain, tint, glow } = shadePixels(m, maps);
  const emissive = [0, 0, 0] as const;
  const one = constantOf(picture);
  if (one) {
    const alpha = (m.baseColor[3] * one[3]) / 255;
    const [r, g, b] = [TO_LINEAR[one[0]] * gain, TO_LINEAR[one[1]] * gain, TO_LINEAR[one[2]] * gain];
    return { baseColor: [r, g, b, alpha], emissive, unlit, ...(tint ? { tint } : {}) };
  }
  return {
    baseColor: [gain, gain, gain, m.baseColor[3]],
    emissive,
    unlit,
    map: { ...maps.lead, picture },
    ...(tint ? { tint } : {}),
    ...(glow ? { glow } : {}),
  };
}

const AT_VERTICES = 'was sampled at the vertices: it lies on the surface otherwise than the base colour';

function losses(
  source: PhysicalMaterial,
  m: PhysicalMaterial,
  maps: AlignedMaps | undefined,
  occlusion: string,
  lightMaps: boolean,
): string[] {
  const stray = 'was dropped: it lies on the surface otherwise than the base colour';
  const tell = (what: string, map: MaterialMap | undefined, kept: Uint8Array | undefined, how: string, lost = stray) =>
    map ? [`${called(what, map)} ${kept ? how : lost}`] : [];
  const rough = source.glossy ? undefined : source.metallicRoughnessMap;
  return [
    ...(m.glossy ? ['specular-glossiness is drawn as a matt colour: highlights and reflections are lost'] : []),
    ...tell('specular-glossiness', m.glossy?.map, maps?.glossy, 'was folded into the colour'),
    ...(!m.glossy && m.metallic > 0 && !m.metallicRoughnessMap ? ['metal is drawn as a matt colour'] : []),
    ...(rough && m.metallicRoughnessMap
      ? tell(
          'metallic-roughness',
          rough,
          maps?.metallicRoughness,
          'was folded: metal is drawn as a matt colour, roughness is lost',
        )
      : rough
        ? [`${called('metallic-roughness', rough)}: roughness is lost`]
        : []),
    ...tell('normal', m.normalMap, maps?.normal, 'was folded into the colour as the shade of its relief'),
    ...tell('occlusion', m.occlusionMap, maps?.occlusion, 'was multiplied into the colour', occlusion),
    ...(source.lightMap && !lightMaps ? [`${called('light', source.lightMap)} was dropped: what moves has none`] : []),
    ...tell('emissive', m.emissiveMap, maps?.emissive, 'was added to the colour'),
  ];
}

/** Returns what a map is called: `normal map 'bricks.png'`. Many embedded pictures have no name. */
const called = (what: string, { name }: MaterialMap): string => (name ? `${what} map '${name}'` : `its ${what} map`);
