import { MorphedMesh } from '../../../../../src/render/geometry/morphed-mesh.ts';
import { mixedScene, partOf, parts, THREE } from '../../page.ts';
import { type MakeScene, uploaded } from '../textures.ts';

/** A ball with a nose and a hat, each by the weight of a morph target. */
const make: MakeScene = renderer => {
  const { scene, camera } = mixedScene(uploaded(renderer));
  scene.clear();
  const geometry = new THREE.SphereGeometry(0.9, 48, 32).translate(0, 0.6, 0);
  const { array, count } = geometry.getAttribute('position');
  const targets = [new THREE.Vector3(0.6, 0.7, 0.9), new THREE.Vector3(0, 1.6, 0)].map((point, i) => {
    const position = new Float32Array(count * 3);
    for (let v = 0; v < count; v++) {
      const [x, y, z] = array.subarray(v * 3, v * 3 + 3) as Float32Array;
      const near = Math.max(0, 1 - Math.hypot(x - point.x, y - point.y, z - point.z) / 0.7);
      position.set([point.x * near * 0.7, (point.y - 0.6) * near * 0.7, point.z * near * 0.7], v * 3);
    }
    return { name: `target ${i}`, position, normal: undefined };
  });
  const mesh = parts.createPartMesh({ ...partOf(geometry, { baseColor: [0.8, 0.55, 0.4, 1] }), morphTargets: targets });
  new MorphedMesh(mesh, targets).show({ targets: [0, 1], weights: [0.8, 0.5] });
  scene.add(mesh);
  return { scene, camera };
};
export default make;
