import type { MaterialDescription } from './mesh-asset.ts';

/** Returns glTF's default material (white, opaque, one-sided, lit), with `changes`. */
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
