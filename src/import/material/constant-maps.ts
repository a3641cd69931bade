import { TO_LINEAR } from '../picture/linear-light.ts';
import { constantOf } from '../picture/picture.ts';
import { occluded } from './occlusion.ts';
import { type MaterialMap, opaqueMap, type PhysicalMaterial } from './physical-material.ts';

/** Returns the material with fewer maps. Maps of one colour become factors; maps without effect are removed. */
export function withoutConstants(source: PhysicalMaterial): PhysicalMaterial {
  const colored = source.baseColorMap;
  const m = colored && source.opaque ? { ...source, baseColorMap: opaqueMap(colored) } : source;
  const base = constantIn(m.baseColorMap);
  const rough = constantIn(m.metallicRoughnessMap);
  const gloss = constantIn(m.glossy?.map && opaqueMap(m.glossy.map));
  const occlusion = constantIn(m.occlusionMap);
  const emission = constantIn(m.emissiveMap);
  const color = base ? times(m.baseColor, base) : m.baseColor;
  const alpha = m.opaque ? 1 : m.baseColor[3] * (base ? base[3] / 255 : 1);
  // Constant occlusion is a darker colour.
  const dim = occlusion && !m.unlit ? occluded(occlusion[0], m.occlusionStrength) : 1;
  const emissive = emission ? times(m.emissive, emission) : m.emissive;
  return {
    ...m,
    baseColor: [color[0] * dim, color[1] * dim, color[2] * dim, alpha],
    baseColorMap: base ? undefined : m.baseColorMap,
    metallicRoughnessMap: rough || m.metallic === 0 ? undefined : m.metallicRoughnessMap,
    metallic: rough ? (m.metallic * rough[2]) / 255 : m.metallic,
    roughness: rough ? (m.roughness * rough[1]) / 255 : m.roughness,
    ...(m.glossy && gloss ? { glossy: { specular: times(m.glossy.specular, gloss) } } : {}),
    normalMap: constantIn(m.normalMap) || m.normalScale === 0 ? undefined : m.normalMap,
    occlusionMap: occlusion || m.occlusionStrength === 0 ? undefined : m.occlusionMap,
    emissiveMap: emission || emissive.every(x => x === 0) ? undefined : m.emissiveMap,
    emissive,
  };
}

const constantIn = (map: MaterialMap | undefined) => map && constantOf(map.picture);

const times = (factor: readonly number[], bytes: readonly number[]): [number, number, number] => [
  factor[0] * TO_LINEAR[bytes[0]],
  factor[1] * TO_LINEAR[bytes[1]],
  factor[2] * TO_LINEAR[bytes[2]],
];
