/** The attributes of vertices that the simplifier keeps alike, besides their positions. */
import { MAX_JOINTS } from '../../../assets/limits.ts';
import type { AttributeName } from '../../../assets/meshes/mesh-asset.ts';
import { seededRandom } from '../../../core/random.ts';
import { pixelAt, type ShrunkTexture } from '../../picture/texture-colours.ts';
import { type PackedAttribute, type PackedPart, vertexCount } from '../meshes/packed-part.ts';

/** One attribute among the numbers of a vertex. */
export interface CountedAttribute {
  readonly name: AttributeName;
  /** Place of its first number in a vertex's row, and how many there are. */
  readonly first: number;
  readonly take: number;
  /** Stored value of 1. */
  readonly unit: number;
}

/** Rows of numbers, one a vertex, as meshoptimizer takes them. */
export interface LevelAttributes {
  readonly values: Float32Array;
  readonly stride: number;
  readonly weights: readonly number[];
  /** The attributes that a moved vertex takes back from `values`. Joint weights are not among them. */
  readonly counted: readonly CountedAttribute[];
}

/**
 * Weights against a position's distance, in units of the volume's scale. With three times these, half of the Knight's triangles lie
 * 4.1 mm off (root mean square), not 3.6, and an eighth 27 mm, not 21. With a UV weight of 0.5, the Mage's level of 400 triangles
 * lost his staff.
 */
const NORMAL_WEIGHT = 0.1;
const UV_WEIGHT = 0.3;
const COLOUR_WEIGHT = 0.15;
/**
 * The weights where the texture is known: the colours that it has at the vertices count then. In a palette, every other colour is as
 * far away as the next.
 */
const WITH_COLOURS = { normal: 0.05, uv: 0.05, texture: 0.15 };
/** Typical distance by which two joints move a vertex apart, as a share of the volume. */
const JOINT_WEIGHT = 0.1;

/**
 * Returns the attributes that must not change abruptly besides the shape: normals, UVs, colours and joint weights. A straight arm
 * needs no vertex between shoulder and hand until it bends.
 */
export function attributesThatCount(part: PackedPart, colours?: ShrunkTexture): LevelAttributes {
  const { JOINTS_0, WEIGHTS_0 } = part.attributes;
  const wanted = [
    ['NORMAL', 3, colours ? WITH_COLOURS.normal : NORMAL_WEIGHT],
    ['TEXCOORD_0', 2, colours ? WITH_COLOURS.uv : UV_WEIGHT],
    ['TEXCOORD_1', 2, UV_WEIGHT],
    ['COLOR_0', 3, COLOUR_WEIGHT],
  ] as const;
  const weights: number[] = [];
  const counted: CountedAttribute[] = [];
  for (const [name, take, weight] of wanted) {
    const source = part.attributes[name];
    if (!source) continue;
    counted.push({ name, first: weights.length, take, unit: unitOf(source) });
    for (let k = 0; k < take; k++) weights.push(weight);
  }
  const directions = JOINTS_0 && WEIGHTS_0 ? jointDirections(JOINTS_0, WEIGHTS_0) : undefined;
  const joints = weights.length;
  if (directions) for (let k = 0; k < 6; k++) weights.push(JOINT_WEIGHT);
  const seen = weights.length;
  const uv = part.attributes.TEXCOORD_0;
  if (colours && uv) for (let k = 0; k < 3; k++) weights.push(WITH_COLOURS.texture);
  const stride = weights.length;
  const count = vertexCount(part);
  const values = new Float32Array(count * stride);
  for (const { name, first, take, unit } of counted) {
    const { data, size } = part.attributes[name] as PackedAttribute;
    for (let v = 0; v < count; v++) for (let k = 0; k < take; k++) values[v * stride + first + k] = data[v * size + k] / unit;
  }
  if (directions)
    for (let v = 0; v < count; v++) for (let k = 0; k < 6; k++) values[v * stride + joints + k] = directions[v * 6 + k];
  if (colours && uv) {
    const unit = unitOf(uv);
    for (let v = 0; v < count; v++) {
      const at = pixelAt(colours, uv.data[v * 2] / unit, uv.data[v * 2 + 1] / unit);
      for (let k = 0; k < 3; k++) values[v * stride + seen + k] = colours.rgb[at + k] / 255;
    }
  }
  return { values, stride, weights, counted };
}

function unitOf({ data, normalized }: PackedAttribute): number {
  if (!normalized) return 1;
  if (data instanceof Int8Array) return 127;
  return data instanceof Uint8Array ? 255 : 65535;
}

/**
 * Returns six numbers for each vertex that are as far apart as the weights are. Each joint has a random direction in six
 * dimensions, all about equally far apart. A vertex is at the weighted mean of its joints. (A random projection, after Johnson
 * and Lindenstrauss 1984: the simplifier takes 32 attributes, a skin has 68 joints.)
 */
function jointDirections(joints: PackedAttribute, weights: PackedAttribute): Float32Array {
  const random = seededRandom(1);
  const directions = Float32Array.from({ length: MAX_JOINTS * 6 }, () => random() * 2 - 1);
  for (let j = 0; j < directions.length; j += 6) {
    let length = 0;
    for (let k = 0; k < 6; k++) length += directions[j + k] ** 2;
    for (let k = 0; k < 6; k++) directions[j + k] /= Math.sqrt(2 * length);
  }
  const count = weights.data.length / weights.size;
  const out = new Float32Array(count * 6);
  for (let v = 0; v < count; v++)
    for (let w = 0; w < weights.size; w++) {
      const share = weights.data[v * weights.size + w] / 255;
      const joint = joints.data[v * joints.size + w] * 6;
      for (let k = 0; k < 6; k++) out[v * 6 + k] += share * directions[joint + k];
    }
  return out;
}
