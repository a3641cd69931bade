import type { Color, Material, Texture } from 'three';
import { encodeColor } from './lighting.ts';
import { SurfaceMaterial } from './surface-material.ts';
import { ALPHA, LIT, MAP, MASK } from './surface-variant.ts';

/** The common fields of three's own materials that LeanRenderer draws. */
interface SimpleMaterial extends Material {
  readonly color?: Color;
  readonly map?: Texture | null;
  readonly isMeshBasicMaterial?: boolean;
}

const made = new WeakMap<Material, SurfaceMaterial>();

/**
 * Returns a stand-in for one of three's own materials. It keeps colour, map, opacity, alpha test, depth test and side.
 * MeshBasicMaterial stays unlit; all others are lit by vertex. It ignores vertex colours, gloss, normal maps and everything else.
 *
 * The stand-in is filled again on each call, so changes of colour or map take effect. It has no GPU object of its own.
 */
export function surfaceFor(material: Material): SurfaceMaterial | undefined {
  if (material instanceof SurfaceMaterial) return material;
  const simple = material as SimpleMaterial;
  if (!simple.color) return undefined;
  let surface = made.get(material);
  if (!surface) made.set(material, (surface = new SurfaceMaterial({ variant: 0 })));
  const { r, g, b } = simple.color;
  surface.baseColor[0] = encodeColor(r);
  surface.baseColor[1] = encodeColor(g);
  surface.baseColor[2] = encodeColor(b);
  surface.baseColor[3] = material.opacity;
  let variant = simple.isMeshBasicMaterial ? 0 : LIT;
  if (simple.map) {
    variant |= MAP;
    surface.uniforms.map.value = simple.map;
  }
  if (material.transparent) variant |= ALPHA;
  else if (material.alphaTest > 0 && simple.map) variant |= ALPHA | MASK;
  surface.variant = variant;
  surface.alphaCutoff = material.alphaTest;
  surface.side = material.side;
  surface.depthTest = material.depthTest;
  surface.transparent = material.transparent;
  surface.depthWrite = material.depthWrite && !material.transparent;
  return surface;
}
