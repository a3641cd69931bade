import type { MaterialDescription } from '../../../assets/meshes/mesh-asset.ts';
import type { GlbBuilder } from './glb-builder.ts';

/** Adds the materials, each once. @returns a function that returns the index of a material. */
export function addMaterials(
  glb: GlbBuilder,
  materials: readonly MaterialDescription[],
): (material: MaterialDescription) => number {
  const unique = [...new Set(materials.map(m => JSON.stringify(m)))];
  glb.json.materials = unique.map(text => {
    const m = JSON.parse(text) as MaterialDescription;
    if (m.unlit) glb.useExtension('KHR_materials_unlit', false);
    // A factor is at most 1 (glTF 2.0, 5.19.5).
    const strength = Math.max(1, ...m.emissive);
    if (strength > 1) glb.useExtension('KHR_materials_emissive_strength', false);
    return {
      name: m.name,
      pbrMetallicRoughness: {
        // White is glTF's default.
        ...(m.baseColor.every(x => x === 1) ? {} : { baseColorFactor: m.baseColor }),
        metallicFactor: 0,
      },
      ...(m.emissive.some(x => x > 0) ? { emissiveFactor: m.emissive.map(x => x / strength) } : {}),
      ...(m.alphaMode !== 'opaque' ? { alphaMode: m.alphaMode.toUpperCase() } : {}),
      ...(m.alphaMode === 'mask' ? { alphaCutoff: m.alphaCutoff } : {}),
      ...(m.doubleSided ? { doubleSided: true } : {}),
      ...(m.unlit || strength > 1
        ? {
            extensions: {
              ...(m.unlit ? { KHR_materials_unlit: {} } : {}),
              ...(strength > 1 ? { KHR_materials_emissive_strength: { emissiveStrength: strength } } : {}),
            },
          }
        : {}),
      ...(m.baked || m.shade || m.emits || m.uneven || m.lightMap !== undefined
        ? {
            extras: {
              foyer: {
                ...(m.baked ? { baked: true } : {}),
                ...(m.shade ? { shade: m.shade.map(x => Math.round(x * 1000) / 1000) } : {}),
                ...(m.emits ? { emits: m.emits.map(x => Math.round(x * 1000) / 1000) } : {}),
                ...(m.uneven ? { uneven: true } : {}),
                ...(m.lightMap ? { lightMap: m.lightMap } : {}),
              },
            },
          }
        : {}),
    };
  });
  return material => unique.indexOf(JSON.stringify(material));
}
