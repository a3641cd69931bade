import { mixedScene } from '../../page.ts';
import { type MakeScene, uploaded } from '../textures.ts';

/** Eight copies of a cone, drawn as instances: one is mirrored, one is larger. */
const make: MakeScene = renderer => {
  const { scene, camera, meshes } = mixedScene(uploaded(renderer));
  for (const mesh of Object.values(meshes)) if (mesh !== meshes.floor) mesh.visible = false;
  camera.position.set(0, 1.2, 1.2);
  camera.lookAt(0, 0.2, -1.4);
  return { scene, camera };
};
export default make;
