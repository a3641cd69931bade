import { bend, limb, mixedScene, partOf, parts, THREE } from '../../page.ts';
import { type MakeScene, uploaded } from '../textures.ts';

/** Twelve figures far away, drawn as pictures. */
const make: MakeScene = renderer => {
  const { scene, camera } = mixedScene(uploaded(renderer));
  const owner = parts.createPartMesh(partOf(limb(), {}, true), { palette: bend(0.5) });
  for (let i = 0; i < 12; i++) {
    const copy = new THREE.Mesh(owner.geometry, owner.material);
    copy.userData.foyer = owner.userData.foyer;
    copy.userData.foyerFigure = { height: 1.6, look: 0, clip: 0, phase: 0, tile: -1 };
    copy.position.set(i - 6, 0, -8);
    copy.rotation.y = i;
    scene.add(copy);
  }
  renderer.impostorPixels = 48;
  return { scene, camera };
};
export default make;
