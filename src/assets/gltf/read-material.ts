import type { MaterialDescription } from '../meshes/mesh-asset.ts';
import type { JsonCursor } from './json-cursor.ts';

const ALPHA_MODE = { OPAQUE: 'opaque', MASK: 'mask', BLEND: 'blend' } as const;

/**
 * Reads what Foyer uses of a glTF material. An absent cursor gives glTF's default material: white, opaque, one-sided.
 * Factors are clamped to 0..1 where glTF requires that range: a colour slightly out of range must not lose the mesh.
 */
export function readMaterial(source: JsonCursor): MaterialDescription {
  const extensions = source.get('extensions');
  const baseColor = source.get('pbrMetallicRoughness').get('baseColorFactor');
  const emissive = source.get('emissiveFactor');
  const [r, g, b, a] = baseColor.present ? baseColor.numbers(4).map(unit) : [1, 1, 1, 1];
  const strength = Math.min(3, extensions.get('KHR_materials_emissive_strength').get('emissiveStrength').optionalNumber(1, 0));
  const [er, eg, eb] = emissive.present ? emissive.numbers(3).map(x => unit(x) * strength) : [0, 0, 0];
  const extras = source.get('extras').get('foyer');
  const lightMap = extras.get('lightMap');
  const shade = extras.get('shade');
  const emits = extras.get('emits');
  return {
    name: source.get('name').optionalString(''),
    baseColor: [r, g, b, a],
    emissive: [er, eg, eb],
    alphaMode: ALPHA_MODE[source.get('alphaMode').choice(['OPAQUE', 'MASK', 'BLEND'], 'OPAQUE')],
    alphaCutoff: source.get('alphaCutoff').optionalNumber(0.5, 0),
    doubleSided: source.get('doubleSided').optionalBoolean(false),
    unlit: extensions.get('KHR_materials_unlit').present,
    baked: extras.get('baked').optionalBoolean(false),
    ...(shade.present ? { shade: shade.numbers(3).map(unit) as [number, number, number] } : {}),
    ...(emits.present ? { emits: emits.numbers(3).map(unit) as [number, number, number] } : {}),
    ...(extras.get('uneven').optionalBoolean(false) ? { uneven: true } : {}),
    ...(lightMap.present ? { lightMap: lightMap.string() } : {}),
  };
}

const unit = (x: number): number => Math.min(1, Math.max(0, x));
