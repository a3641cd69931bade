import { Mesh } from 'three';
import type { PartData, PartMesh } from '../../render/geometry/part-mesh.ts';
import { drawnByThreeToo, type SurfaceMaterial } from '../../render/materials/surface-material.ts';

/**
 * Creates a mesh with the geometry of `owner`, which still owns it.
 *
 * @param material - shared by all instances of a product.
 * @param palette - joint matrices of the avatar that wears it, if it is skinned.
 */
export function instancePart(owner: PartMesh, material: SurfaceMaterial, palette: Float32Array | undefined): PartMesh {
  const mesh: PartMesh = new Mesh(owner.geometry, material);
  mesh.name = owner.name;
  mesh.matrixAutoUpdate = false;
  mesh.matrixWorldNeedsUpdate = true;
  mesh.matrix.copy(owner.matrix);
  const data: PartData = { ...(owner.userData.foyer as PartData), palette };
  mesh.userData.foyer = data;
  drawnByThreeToo(mesh, palette);
  return mesh;
}
