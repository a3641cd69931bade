import { MAX_MORPH_TARGETS, MAX_VERTICES } from '../limits.ts';
import type { AttributeName, MorphTarget, VertexAttribute, VertexAttributes } from '../meshes/mesh-asset.ts';
import { type AccessorArray, type AccessorData, type Accessors, toFloats } from './accessors.ts';
import type { JsonCursor } from './json-cursor.ts';

const ITEM_SIZES: Readonly<Record<AttributeName, readonly number[]>> = {
  POSITION: [3],
  NORMAL: [3],
  TEXCOORD_0: [2],
  TEXCOORD_1: [2],
  COLOR_0: [3, 4],
  JOINTS_0: [4],
  WEIGHTS_0: [4],
  _FOYER_PAINT: [4],
};
const NAMES = Object.keys(ITEM_SIZES) as AttributeName[];

/**
 * Reads the attributes of one primitive. Unused ones (tangents, a second set of joints) are skipped.
 * Joints become bytes below `jointCount`, and weights become normalized bytes that sum to 255.
 * @param jointCount - joints of the skin; 0 where there is none: JOINTS_0 and WEIGHTS_0 are then skipped.
 * @throws FormatError where POSITION is missing, lengths differ or a joint is out of range.
 */
export function readVertices(primitive: JsonCursor, accessors: Accessors, jointCount: number): VertexAttributes {
  const source = primitive.get('attributes');
  const position = accessors.read(source.get('POSITION'), 3);
  if (position.count > MAX_VERTICES) position.source.get('count').fail(`at most ${MAX_VERTICES} vertices a primitive`);
  const skinned = jointCount > 0 && source.get('JOINTS_0').present;
  const attributes: Partial<Record<AttributeName, VertexAttribute>> = {};
  for (const name of NAMES) {
    const at = source.get(name);
    if (!at.present || ((name === 'JOINTS_0' || name === 'WEIGHTS_0') && !skinned)) continue;
    const data = accessors.read(at, ...ITEM_SIZES[name]);
    if (data.count !== position.count) at.fail(`${data.count} items for ${position.count} vertices`);
    attributes[name] =
      name === 'JOINTS_0' ? joints(data, jointCount) : name === 'WEIGHTS_0' ? weights(data) : vertexAttribute(data);
  }
  if (skinned && !attributes.WEIGHTS_0) source.fail('a skinned primitive needs WEIGHTS_0');
  return { ...attributes, POSITION: vertexAttribute(position) };
}

/** One object for each accessor: `===` tells parts and levels that share vertices. */
const converted = new WeakMap<AccessorData, VertexAttribute>();

function once(data: AccessorData, convert: () => VertexAttribute): VertexAttribute {
  let attribute = converted.get(data);
  if (!attribute) converted.set(data, (attribute = convert()));
  return attribute;
}

function vertexAttribute(data: AccessorData): VertexAttribute {
  return once(data, () => {
    // WebGL 1 has no 32-bit integer attributes; as floats they are exact up to 2^24.
    const array = data.array instanceof Uint32Array ? Float32Array.from(data.array) : data.array;
    return { array, itemSize: data.itemSize, normalized: data.normalized };
  });
}

function joints(data: AccessorData, jointCount: number): VertexAttribute {
  const { array } = data;
  const isBytes = array instanceof Uint8Array;
  if (!isBytes || highest(array) >= jointCount)
    for (let i = 0; i < array.length; i++)
      if (!(array[i] < jointCount && array[i] >= 0))
        data.source.fail(`vertex ${i >> 2} names joint ${array[i]} of a skin of ${jointCount}`);
  return once(data, () => ({ array: isBytes ? array : Uint8Array.from(array), itemSize: 4, normalized: false }));
}

const known = new WeakMap<Uint8Array | Uint16Array, number>();

/** Returns the highest number of an array; it reads each array once. */
function highest(array: Uint8Array | Uint16Array): number {
  let most = known.get(array);
  if (most !== undefined) return most;
  most = 0;
  for (let i = 0; i < array.length; i++) if (array[i] > most) most = array[i];
  known.set(array, most);
  return most;
}

/** Converts weights to bytes of sum 255. Rounding errors go to the largest. A vertex without weights hangs on its first joint. */
function weights(data: AccessorData): VertexAttribute {
  return once(data, () => {
    if (data.normalized && data.array instanceof Uint8Array && haveSum255(data.array))
      return { array: data.array, itemSize: 4, normalized: true };
    const floats = toFloats(data);
    const array = new Uint8Array(floats.length);
    for (let v = 0; v < floats.length; v += 4) {
      let sum = 0;
      for (let k = v; k < v + 4; k++) sum += Math.max(0, floats[k]);
      let left = 255;
      let largest = v;
      for (let k = v; k < v + 4; k++) {
        array[k] = sum > 0 ? Math.round((Math.max(0, floats[k]) / sum) * 255) : 0;
        left -= array[k];
        if (array[k] > array[largest]) largest = k;
      }
      array[largest] += left;
    }
    return { array, itemSize: 4, normalized: true };
  });
}

function haveSum255(weights: Uint8Array): boolean {
  for (let i = 0; i < weights.length; i += 4)
    if (weights[i] + weights[i + 1] + weights[i + 2] + weights[i + 3] !== 255) return false;
  return true;
}

/** The triangles of one primitive. A primitive without indices draws its vertices in order (glTF 2.0 section 3.7.2.1). */
export function readIndex(primitive: JsonCursor, accessors: Accessors, vertexCount: number): Uint16Array {
  const mode = primitive.get('mode');
  if (mode.optionalInteger(0, 6, 4) !== 4) mode.fail('only triangles (4) are drawn');
  const at = primitive.get('indices');
  if (!at.present) return Uint16Array.from({ length: vertexCount - (vertexCount % 3) }, (_, i) => i);
  const { array, count } = accessors.read(at, 1);
  if (array instanceof Float32Array || array instanceof Int8Array || array instanceof Int16Array)
    at.fail('indices must be unsigned integers');
  if (count % 3 !== 0) at.fail(`triangles come in threes, not ${count}`);
  if (!(array instanceof Uint16Array) || highest(array) >= vertexCount)
    for (let i = 0; i < count; i++) if (array[i] >= vertexCount) at.fail(`index ${i} names vertex ${array[i]} of ${vertexCount}`);
  if (array instanceof Uint16Array) return array;
  let narrow = narrowed.get(array);
  if (!narrow) narrowed.set(array, (narrow = Uint16Array.from(array)));
  return narrow;
}

const narrowed = new WeakMap<AccessorArray, Uint16Array>();

/** The morph targets of one primitive, as floats in attribute space (what the shader sees before any transform). */
export function readMorphTargets(
  primitive: JsonCursor,
  mesh: JsonCursor,
  accessors: Accessors,
  vertexCount: number,
): MorphTarget[] {
  const targets = primitive.list('targets');
  if (targets.length > MAX_MORPH_TARGETS) primitive.get('targets').fail(`more than ${MAX_MORPH_TARGETS} morph targets`);
  const names = mesh.get('extras').list('targetNames');
  let zeros: Float32Array | undefined;
  return targets.map((target, i) => {
    const read = (key: string): Float32Array => {
      const { floats, count } = accessors.readFloats(target.get(key), 3);
      if (count !== vertexCount) target.get(key).fail(`${count} items for ${vertexCount} vertices`);
      return floats;
    };
    return {
      name: names[i]?.string() ?? `target${i}`,
      position: target.get('POSITION').present ? read('POSITION') : (zeros ??= new Float32Array(vertexCount * 3)),
      normal: target.get('NORMAL').present ? read('NORMAL') : undefined,
    };
  });
}
