import * as THREE from 'three';
import { clone } from 'three/examples/jsm/utils/SkeletonUtils.js';
import { CrowdCamera, FLOOR_COLOR, floorGeometry, furnishings, LIGHT, mapOf, mergedGeometry, placesOf } from '../crowd.ts';
import type { Contestant, CrowdOptions } from './contestant.ts';

type FigureMaker = (place: { x: number; z: number; turn: number }) => THREE.Object3D;

/** The parts that both ways of using three have in common. */
function contestant({ figure, avatars, arena, canvas }: CrowdOptions, scene: THREE.Scene, make: FigureMaker): Contestant {
  const renderer = new THREE.WebGLRenderer({ canvas, antialias: false });
  const mixers = placesOf(avatars, arena).map(place => {
    const object = make(place);
    object.position.set(place.x, place.y, place.z);
    object.rotation.y = place.turn;
    scene.add(object);
    const mixer = new THREE.AnimationMixer(object);
    mixer.clipAction(figure.clip).play();
    return { mixer, phase: place.phase };
  });
  const camera = new CrowdCamera(canvas);
  return {
    canvas,
    gl: renderer.getContext(),
    frame(seconds) {
      for (const { mixer, phase } of mixers) mixer.setTime((seconds + phase) % figure.clip.duration);
      renderer.render(scene, camera.now);
    },
    resize(width, height) {
      renderer.setSize(width, height, false);
      camera.resize(width, height);
    },
    lookAway: camera.lookAway,
    dispose: () => renderer.dispose(),
  };
}

/** three as people use it: SkeletonUtils.clone for each avatar, materials as loaded, a mixer each. */
export async function stockThree(options: CrowdOptions): Promise<Contestant> {
  const scene = new THREE.Scene();
  scene.add(new THREE.HemisphereLight(new THREE.Color(...LIGHT.sky), new THREE.Color(...LIGHT.ground), 2));
  const sun = new THREE.DirectionalLight(new THREE.Color(...LIGHT.sun.color), 2);
  sun.position.set(...LIGHT.sun.direction);
  scene.add(sun);
  for (const { geometry, color, matrix } of furnishings()) {
    const mesh = new THREE.Mesh(geometry, new THREE.MeshStandardMaterial({ color }));
    mesh.applyMatrix4(matrix);
    scene.add(mesh);
  }
  scene.add(new THREE.Mesh(floorGeometry(), new THREE.MeshStandardMaterial({ color: FLOOR_COLOR })));
  return contestant(options, scene, () => clone(options.figure.scene));
}

/** three as an expert uses it: one merged mesh an avatar, no light, static furniture, shared geometry and material. */
export async function tunedThree(options: CrowdOptions): Promise<Contestant> {
  const scene = new THREE.Scene();
  scene.matrixAutoUpdate = false;
  const { geometry, skinned } = mergedGeometry(options.figure);
  const map = mapOf(options.figure);
  const material = new THREE.MeshBasicMaterial({ map });
  const materials = new Map<string, THREE.MeshBasicMaterial>();
  const fixed = (mesh: THREE.Mesh, matrix?: THREE.Matrix4) => {
    if (matrix) mesh.matrix.copy(matrix);
    mesh.matrixAutoUpdate = false;
    mesh.matrixWorldAutoUpdate = false;
    mesh.matrixWorld.copy(mesh.matrix);
    scene.add(mesh);
  };
  for (const { geometry, color, matrix } of furnishings()) {
    let shared = materials.get(color.getHexString());
    if (!shared) materials.set(color.getHexString(), (shared = new THREE.MeshBasicMaterial({ color })));
    fixed(new THREE.Mesh(geometry, shared), matrix);
  }
  fixed(new THREE.Mesh(floorGeometry(), new THREE.MeshBasicMaterial({ color: FLOOR_COLOR })));
  return contestant(options, scene, () => {
    // The bones alone, without the meshes that hang on them; one skeleton, one mesh.
    const copy = clone(options.figure.scene);
    const meshes: THREE.Object3D[] = [];
    copy.traverse(o => {
      if ((o as THREE.Mesh).isMesh) meshes.push(o);
    });
    const bones = (meshes.find(m => (m as THREE.SkinnedMesh).isSkinnedMesh) as THREE.SkinnedMesh).skeleton.bones;
    for (const mesh of meshes) mesh.removeFromParent();
    const mesh = new THREE.SkinnedMesh(geometry, material);
    mesh.bind(new THREE.Skeleton(bones, skinned.skeleton.boneInverses), new THREE.Matrix4());
    mesh.frustumCulled = false;
    copy.add(mesh);
    return copy;
  });
}
