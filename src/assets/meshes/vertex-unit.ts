import type { VertexAttribute } from './mesh-asset.ts';

/** Returns the value of one unit of an attribute: `unitOf(u8 normalized) // 1 / 255`. */
export function unitOf({ array, normalized }: Pick<VertexAttribute, 'array' | 'normalized'>): number {
  if (!normalized) return 1;
  if (array instanceof Uint8Array) return 1 / 255;
  if (array instanceof Int8Array) return 1 / 127;
  if (array instanceof Uint16Array) return 1 / 65535;
  return array instanceof Int16Array ? 1 / 32767 : 1;
}
