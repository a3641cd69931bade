import { type Camera, type Object3D, RawShaderMaterial, Sphere } from 'three';
import { OBJECT_FLOATS, writeObjectUniforms } from '../frame/object-uniforms.ts';
import type { PartData, PartMesh } from '../geometry/part-mesh.ts';
import { writeSkinSphere } from '../geometry/skin-bounds.ts';
import { PALETTE_FLOATS } from '../materials/surface-material.ts';
import { vertexSource } from '../materials/surface-variant.ts';
import { pick } from '../pick.ts';

/**
 * Depth material of skins. three's own knows no palette of ours and would draw skins in their bind pose, in the file's units. It
 * is shared and never disposed.
 */
const shadow = new RawShaderMaterial({
  vertexShader: vertexSource,
  fragmentShader: 'void main() { gl_FragColor = vec4(1.0); }',
  defines: { SKIN: 4 },
  uniforms: {
    uObject: { value: new Float32Array(OBJECT_FLOATS) },
    uRow0: { value: null },
    uRow1: { value: null },
    uRow2: { value: null },
  },
});
const plainLook = { variant: 0, baseColor: new Float32Array(4), baked: false };

/**
 * Gives three the data of skins that it needs from every mesh. Bounds: its renderer would cull a hand far from its bind pose.
 * Shadows: those of meshes with `castShadow`. Hits: where a ray of its Raycaster meets them.
 */
export class SkinsForThree {
  readonly #told = new WeakSet<Object3D>();

  /**
   * Updates skins before each frame.
   *
   * @param root - a scene, or a group in one.
   */
  follow(root: Object3D): void {
    root.traverse(this.#tell);
  }

  readonly #tell = (object: Object3D): void => {
    const data = object.userData.foyer as PartData | undefined;
    if (!data?.palette || this.#told.has(object)) return;
    this.#told.add(object);
    tell(object as PartMesh, data.palette);
  };
}

function tell(mesh: PartMesh, palette: Float32Array): void {
  const { bounds } = mesh.userData.foyer as PartData;
  const sphere = new Sphere();
  // three reads it as it does for its own SkinnedMesh.
  if (bounds)
    Object.defineProperty(mesh, 'boundingSphere', { get: () => writeSkinSphere(bounds, palette, sphere), configurable: true });
  mesh.raycast = ({ ray, near, far }, intersections) => {
    const hit = pick(mesh, ray);
    if (hit && hit.distance >= near && hit.distance <= far)
      intersections.push({ distance: hit.distance, point: hit.point, object: mesh });
  };
  const rows = [0, 1, 2].map(row => palette.subarray((row * PALETTE_FLOATS) / 3, ((row + 1) * PALETTE_FLOATS) / 3));
  mesh.customDepthMaterial = mesh.customDistanceMaterial = shadow;
  mesh.onBeforeShadow = (_renderer, _object, _camera, shadowCamera: Camera) => {
    const { uniforms } = shadow;
    writeObjectUniforms(uniforms.uObject.value, 0, mesh, plainLook, shadowCamera, palette);
    for (let row = 0; row < 3; row++) uniforms[`uRow${row}`].value = rows[row];
    shadow.uniformsNeedUpdate = true;
  };
}
