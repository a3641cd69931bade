import { checker, mixedScene, partOf, parts, THREE } from '../../page.ts';
import { type MakeScene, uploaded } from '../textures.ts';

/** A box with a texture and a light map that has texture coordinates of its own. */
const make: MakeScene = renderer => {
  const { scene, camera } = mixedScene(uploaded(renderer));
  scene.clear();
  const part = partOf(new THREE.BoxGeometry(2, 2, 2));
  const { attributes } = part.levels[0];
  const own = { array: attributes.TEXCOORD_0!.array.map(v => v * 0.5), itemSize: 2, normalized: false };
  const level = { ...part.levels[0], attributes: { ...attributes, TEXCOORD_1: own } };
  const mesh = parts.createPartMesh({ ...part, levels: [level] });
  const map = (asset: ReturnType<typeof checker>) => {
    const { data, width, height } = asset.image;
    const texture = new THREE.DataTexture(data, width, height);
    texture.needsUpdate = true;
    return texture;
  };
  const light = checker(16);
  for (let i = 0; i < light.image.data.length; i += 4) light.image.data.fill((i / 4) % 8 < 4 ? 255 : 70, i, i + 3);
  parts.setMap(mesh, map(checker()));
  parts.setLightMap(mesh, map(light));
  mesh.rotation.set(0.3, 0.6, 0);
  mesh.updateMatrix();
  scene.add(mesh);
  return { scene, camera };
};
export default make;
