/** Meshes of decoded parts. */

import { BufferAttribute, BufferGeometry, Mesh, Sphere, type Texture, Vector3 } from 'three';
import type { MeshPart, MorphTarget, SkinBounds, VertexAttribute, WeightRange } from '../../assets/meshes/mesh-asset.ts';
import { drawnByThreeToo, encodedColor, PALETTE_FLOATS, SurfaceMaterial, variantOf } from '../materials/surface-material.ts';
import { LIT, skin, skinOf, UNEVEN } from '../materials/surface-variant.ts';

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
  const attributes = new Map<VertexAttribute, BufferAttribute>();
  // The mesh's matrix holds a rigid part's dequantization, so its errors are converted to the units before it.
  const unit = skinned ? 1 : Math.hypot(part.transform[0], part.transform[1], part.transform[2]) || 1;
  const levels = part.levels.map(level => ({
    geometry: geometryOf(level, sphere, attributes),
    error: level.error / unit,
    ranges: level.ranges,
    painted: skinned && level.attributes._FOYER_PAINT !== undefined,
  }));
  const mesh: PartMesh = new Mesh(levels[0].geometry, material);
  mesh.name = name ?? part.material.name;
  mesh.matrixAutoUpdate = false;
  mesh.matrixWorldNeedsUpdate = true;
  if (!skinned) mesh.matrix.fromArray(part.transform);
  const rows = skinned ? (palette ?? identityPalette()) : undefined;
  const { morphTargets, skinBounds: bounds } = part;
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
    variant: isSkinned(part) ? variant | skin(4) | (part.material.uneven && variant & LIT ? UNEVEN : 0) : variant,
    color: encodedColor(part.material),
    baked: part.material.baked,
    shade: part.material.shade,
    emits: part.material.emits,
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

/** The attributes of shaders/surface.vert by glTF's names. */
const names = {
  POSITION: 'position',
  NORMAL: 'normal',
  TEXCOORD_0: 'uv',
  TEXCOORD_1: 'uv1',
  JOINTS_0: 'aJoints',
  WEIGHTS_0: 'aWeights',
  _FOYER_PAINT: 'color',
  COLOR_0: 'color',
} as const;

/** @param known - attributes that another level has already. */
function geometryOf(
  { attributes, index }: MeshPart['levels'][number],
  sphere: Sphere,
  known: Map<VertexAttribute, BufferAttribute>,
): BufferGeometry {
  const geometry = new BufferGeometry();
  for (const [from, to] of Object.entries(names)) {
    const source = attributes[from as keyof typeof names];
    if (!source) continue;
    let made = known.get(source);
    if (!made) known.set(source, (made = new BufferAttribute(source.array, source.itemSize, source.normalized)));
    geometry.setAttribute(to, made);
  }
  geometry.setIndex(new BufferAttribute(index, 1));
  geometry.boundingSphere = sphere;
  return geometry;
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
