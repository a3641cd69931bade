/** Meshes of decoded parts. */

import { BufferAttribute, BufferGeometry, Mesh, Sphere, type Texture, Vector3 } from 'three';
import type { MeshPart, MorphTarget, VertexAttribute, VertexAttributes } from '../../assets/meshes/mesh-asset.ts';
import { encode } from '../materials/lighting.ts';
import { drawnByThreeToo, encodedColor, PALETTE_FLOATS, SurfaceMaterial, variantOf } from '../materials/surface-material.ts';
import { skin, skinOf } from '../materials/surface-variant.ts';
import { orderForShading } from './shading-order.ts';
import { type SkinBounds, skinBoundsOf, unitOf } from './skin-bounds.ts';
import { byWeights, heaviestFirst, heaviestOnly, type WeightRange } from './weight-ranges.ts';

/** LeanRenderer's data of a mesh, at `mesh.userData.foyer`. */
export interface PartData {
  /** Joint matrices as three arrays of 68 rows, written by the avatar every frame; undefined for rigid parts. */
  readonly palette: Float32Array | undefined;
  /** Joints in use: the number of rows to upload. */
  readonly joints: number;
  /** Levels of detail, finest first. The mesh holds the geometry of `levels[0]`. */
  readonly levels: readonly PartLevel[];
  /** Bounds that follow the skin; rigid parts use their geometry's bounding sphere. */
  readonly bounds: SkinBounds | undefined;
  /** The morph targets that `MorphedMesh` applies. */
  readonly morphTargets: readonly MorphTarget[];
  /** Height (a figure) or diameter (anything else) in the latest frame, whole pixels; 0 out of sight. Written by LeanRenderer. */
  pixels: number;
}

/** One level of detail. */
export interface PartLevel {
  readonly geometry: BufferGeometry;
  /** Maximum distance from the finest level: metres for a skinned part, attribute units for a rigid one. */
  readonly error: number;
  /** Ranges of the index by the joints they need; one range for rigid parts. */
  readonly ranges: readonly WeightRange[];
  /** Its vertices have the colours of the part's texture: it can be drawn without. */
  readonly painted?: boolean | undefined;
}

export type PartMesh = Mesh<BufferGeometry, SurfaceMaterial>;

export interface PartMeshOptions {
  /** The avatar's joint matrices, 816 floats; default identity. Parts of one skin share a palette. */
  readonly palette?: Float32Array;
  readonly name?: string;
}

/**
 * Creates a mesh from a decoded part, for LeanRenderer and three's own renderer. The caller owns the result and frees it with
 * `disposePartMesh`.
 *
 * The mesh's matrix is the part's dequantization (`matrixAutoUpdate` is off): move its parent, not the mesh.
 */
export function createPartMesh(part: MeshPart, { palette, name }: PartMeshOptions = {}): PartMesh {
  const material = surfaceOf(part);
  const skinned = isSkinned(part);
  const sphere = boundsInAttributeSpace(part);
  const known: Known = { attributes: new Map(), weights: [] };
  // The mesh's matrix holds a rigid part's dequantization, so its errors are converted to the units before it.
  const unit = skinned ? 1 : Math.hypot(part.transform[0], part.transform[1], part.transform[2]) || 1;
  const levels = part.levels.map((level, i) => levelOf(level, skinned, i === 0, unit, sphere, known));
  const mesh: PartMesh = new Mesh(levels[0].geometry, material);
  mesh.name = name ?? part.material.name;
  mesh.matrixAutoUpdate = false;
  mesh.matrixWorldNeedsUpdate = true;
  if (!skinned) mesh.matrix.fromArray(part.transform);
  const bounds = skinned ? skinBoundsOf(part.levels[0].attributes) : undefined;
  const rows = skinned ? (palette ?? identityPalette()) : undefined;
  const { morphTargets } = part;
  const data: PartData = { palette: rows, joints: part.skin?.joints.length ?? 0, levels, bounds, morphTargets, pixels: 0 };
  mesh.userData.foyer = data;
  drawnByThreeToo(mesh, rows);
  return mesh;
}

/** Creates only the material of a part, for meshes that share a geometry but not their textures. The caller owns it. */
export function surfaceOf(part: MeshPart): SurfaceMaterial {
  const { NORMAL, COLOR_0 } = part.levels[0].attributes;
  const variant = variantOf(part.material, NORMAL !== undefined, COLOR_0 !== undefined);
  const material = new SurfaceMaterial({
    variant: isSkinned(part) ? variant | skin(4) : variant,
    color: encodedColor(part.material),
    baked: part.material.baked,
    shade: part.material.shade,
    doubleSided: part.material.doubleSided,
    alphaCutoff: part.material.alphaCutoff,
  });
  material.name = part.material.name;
  return material;
}

function isSkinned(part: MeshPart): boolean {
  const { JOINTS_0, WEIGHTS_0 } = part.levels[0].attributes;
  return part.skin !== undefined && JOINTS_0 !== undefined && WEIGHTS_0 !== undefined;
}

/** Frees what `createPartMesh` created. Textures belong to their creators. */
export function disposePartMesh(mesh: PartMesh): void {
  const data = mesh.userData.foyer as PartData | undefined;
  for (const { geometry } of data?.levels ?? [mesh]) geometry.dispose();
  mesh.material.dispose();
  mesh.removeFromParent();
}

/**
 * Shows `texture` on the mesh; null restores the plain colour. LeanRenderer shows the previous texture until one made by
 * `LeanRenderer.createTexture` is complete. Dispose the previous one after the upload.
 *
 * @param painted - true for the texture that the part's levels of detail were painted from, as its document says (docs/formats.md). Those
 *   levels are then drawn without it.
 */
export function setMap(mesh: PartMesh, texture: Texture | null, painted = false): void {
  mesh.material.painted = painted;
  mesh.material.map = texture && mesh.geometry.hasAttribute('uv') ? texture : null;
}

/** Multiplies the light on the mesh by `texture`, at its second UVs; otherwise like `setMap`. Skinned parts have none. */
export function setLightMap(mesh: PartMesh, texture: Texture | null): void {
  mesh.material.lightMap = texture && mesh.geometry.hasAttribute('uv1') && skinOf(mesh.material.variant) === 0 ? texture : null;
}

/** Creates a palette of identity matrices. */
export function identityPalette(): Float32Array {
  const palette = new Float32Array(PALETTE_FLOATS);
  for (let row = 0; row < 3; row++) {
    for (let joint = 0; joint < 68; joint++) palette[row * (PALETTE_FLOATS / 3) + joint * 4 + row] = 1;
  }
  return palette;
}

/**
 * Maximum draw calls of the finest level, one for each number of joints. SwiftShader reads each of a joint's twelve numbers by itself, so
 * skinning is a fifth of a frame in full detail. Four calls take 0.96 of the processor time of three (100 knights, 5 interleaved rounds).
 * Coarser levels are far away and many. There, a second call saves 4 % of the GPU process, but costs 84 draw calls with their palettes.
 */
const MOST_RANGES = 4;

const names = {
  POSITION: 'position',
  NORMAL: 'normal',
  TEXCOORD_0: 'uv',
  TEXCOORD_1: 'uv1',
  JOINTS_0: 'aJoints',
  WEIGHTS_0: 'aWeights',
  _FOYER_PAINT: 'color',
} as const;

/**
 * From this error in metres, a level keeps two joints a vertex, or one. On figures of human size, the change of shape stays
 * within the same distance. The vertex shader is a third shorter.
 *
 * Two joints from 0.01 m, not from 0.015, take 0.95 of the GPU process for 100 knights, and no picture changes by more than 0.0002.
 * One joint from 0.02 m saves as much again, but a picture of 640 x 360 is similar by 0.9675, not by 0.9724.
 */
const TWO_JOINTS_FROM = 0.01;
const ONE_JOINT_FROM = 0.04;

/** Data that the levels of one part share. */
interface Known {
  readonly attributes: Map<VertexAttribute, BufferAttribute>;
  /** Weights by the number of joints kept. */
  readonly weights: (VertexAttribute | undefined)[];
}

function levelOf(
  { attributes, index, error }: MeshPart['levels'][number],
  skinned: boolean,
  finest: boolean,
  unit: number,
  sphere: Sphere,
  known: Known,
): PartLevel {
  const { JOINTS_0, WEIGHTS_0 } = attributes;
  if (!skinned || !JOINTS_0 || !WEIGHTS_0) {
    const ranges = [{ start: 0, count: index.length, joints: 0 }];
    return { geometry: geometryOf(attributes, index, sphere, known.attributes), error: error / unit, ranges };
  }
  const { joints, weights } = heaviestFirst(JOINTS_0, WEIGHTS_0);
  const most = finest || error < TWO_JOINTS_FROM ? 4 : error < ONE_JOINT_FROM ? 2 : 1;
  const kept = most === 4 ? weights : (known.weights[most] ??= heaviestOnly(weights, most));
  const { index: sorted, ranges } = byWeights(index, kept, finest ? MOST_RANGES : 1);
  // Rigid parts keep the order of their file: their shaders are so short that it gains nothing.
  for (const { start, count } of ranges) orderForShading(sorted, start, start + count);
  const changed = kept === WEIGHTS_0 ? attributes : { ...attributes, JOINTS_0: joints, WEIGHTS_0: kept };
  return {
    geometry: geometryOf(changed, sorted, sphere, known.attributes),
    error,
    ranges,
    painted: attributes._FOYER_PAINT !== undefined,
  };
}

function geometryOf(
  attributes: VertexAttributes,
  index: Uint16Array,
  sphere: Sphere,
  known: Map<VertexAttribute, BufferAttribute>,
): BufferGeometry {
  const geometry = new BufferGeometry();
  const set = (name: string, source: VertexAttribute, make: (source: VertexAttribute) => BufferAttribute) => {
    let made = known.get(source);
    if (!made) known.set(source, (made = make(source)));
    geometry.setAttribute(name, made);
  };
  for (const [from, to] of Object.entries(names)) {
    const source = attributes[from as keyof typeof names];
    if (source) set(to, source, s => new BufferAttribute(s.array, s.itemSize, s.normalized));
  }
  if (attributes.COLOR_0) set('color', attributes.COLOR_0, encodedColors);
  geometry.setIndex(new BufferAttribute(index, 1));
  geometry.boundingSphere = sphere;
  return geometry;
}

/** Encodes linear vertex colours as RGBA bytes, so that no shader has to. Values above 1 are clamped. */
function encodedColors(attribute: VertexAttribute): BufferAttribute {
  const { array, itemSize } = attribute;
  const unit = unitOf(attribute);
  const count = array.length / itemSize;
  const out = new Uint8Array(count * 4);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) out[i * 4 + c] = Math.round(255 * encode(Math.min(1, array[i * itemSize + c] * unit)));
    out[i * 4 + 3] = itemSize > 3 ? Math.round(255 * array[i * itemSize + 3] * unit) : 255;
  }
  return new BufferAttribute(out, 4, true);
}

/** Converts bounds from the product's space to attribute space, from which the mesh's matrix maps them for culling. */
function boundsInAttributeSpace(part: MeshPart): Sphere {
  const { min, max } = part.bounds;
  const center = new Vector3(min[0] + max[0], min[1] + max[1], min[2] + max[2]).multiplyScalar(0.5);
  const sphere = new Sphere(center, Math.hypot(max[0] - min[0], max[1] - min[1], max[2] - min[2]) / 2);
  if (part.skin) return sphere;
  const inverse = new Mesh().matrix.fromArray(part.transform).invert();
  return sphere.applyMatrix4(inverse);
}
