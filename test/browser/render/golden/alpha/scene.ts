import { mixedScene } from '../../page.ts';
import { type MakeScene, uploaded } from '../textures.ts';

/** Parts that are cut out by alpha and parts that blend, among ones of every other kind. */
const make: MakeScene = renderer => {
  const { scene, camera } = mixedScene(uploaded(renderer));
  camera.position.set(2.6, 1.6, 3.4);
  camera.lookAt(1.5, 0.4, 0.4);
  return { scene, camera };
};
export default make;
