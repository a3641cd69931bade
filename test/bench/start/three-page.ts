/** three's own way to load the models of a room: GLTFLoader with meshopt, all at once; then one frame with all of them. */

import { MeshoptDecoder } from 'meshoptimizer/decoder';
import {
  AmbientLight,
  Box3,
  DirectionalLight,
  Mesh,
  MeshBasicMaterial,
  type MeshStandardMaterial,
  type Object3D,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import { GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';
import { clone } from 'three/examples/jsm/utils/SkeletonUtils.js';
import type { WholeModel } from '../stream/whole-models.ts';

const renderer = new WebGLRenderer({ antialias: true });
renderer.setSize(innerWidth, innerHeight);
document.body.append(renderer.domElement);
const scene = new Scene();
scene.add(new AmbientLight(), new DirectionalLight());
const camera = new PerspectiveCamera(50, innerWidth / innerHeight, 0.05, 200);

const models: WholeModel[] = await (await fetch('/models.json')).json();
const loader = new GLTFLoader();
loader.setMeshoptDecoder(MeshoptDecoder);
const loaded = await Promise.all(models.map(({ url }) => loader.loadAsync(url)));
const { materials, copies } = document.documentElement.dataset;
// A file of clips alone has no scene. The copies share geometries, materials and textures.
const shown: Object3D[] = loaded.flatMap(({ scene: model }: { scene?: Object3D }, i) => {
  if (!model) return [];
  if (materials === 'unlit') unlight(model);
  // Once a model: of a skinned one, three moves each vertex.
  model.scale.multiplyScalar(1 / (new Box3().setFromObject(model).getSize(new Vector3()).length() || 1));
  const more = copies === 'room' ? Math.max(0, models[i].copies - 1) : 0;
  return [model, ...Array.from({ length: more }, () => clone(model))];
});
// A square of models, all in sight: three uploads what it draws.
const side = Math.ceil(Math.sqrt(shown.length));
for (const [i, model] of shown.entries()) {
  model.position.set((i % side) - side / 2, Math.floor(i / side) - side / 2, 0);
  scene.add(model);
}
camera.position.z = side * 1.3;
renderer.render(scene, camera);
// Until the frame is finished, as `interactive` of ours is after its programs are.
renderer.getContext().readPixels(0, 0, 1, 1, 6408, 5121, new Uint8Array(4));
document.body.dispatchEvent(new Event('interactive'));
document.body.dispatchEvent(new Event('complete'));

function unlight(model: Object3D): void {
  model.traverse(part => {
    if (!(part instanceof Mesh)) return;
    const { map, color, side, transparent, alphaTest, opacity } = part.material as MeshStandardMaterial;
    part.material = new MeshBasicMaterial({ map, color, side, transparent, alphaTest, opacity });
  });
}
