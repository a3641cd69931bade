import type { MaterialDescription } from './mesh-asset.ts';

/** glTF's default material (white, opaque, one-sided, lit) but for `changes`: what nobody said about a material is what glTF says. */
export function plainMaterial(changes: Partial<MaterialDescription> = {}): MaterialDescription {
  return {
    name: '',
    baseColor: [1, 1, 1, 1],
    emissive: [0, 0, 0],
    alphaMode: 'opaque',
    alphaCutoff: 0.5,
    doubleSided: false,
    unlit: false,
    baked: false,
    ...changes,
  };
}
