// Runs in the browser: what an app of somebody's own does with three's renderer, as `window.foyer`.
import * as THREE from 'three';
import { EffectComposer } from 'three/examples/jsm/postprocessing/EffectComposer.js';
import { OutputPass } from 'three/examples/jsm/postprocessing/OutputPass.js';
import { RenderPass } from 'three/examples/jsm/postprocessing/RenderPass.js';
import { FogForThree } from '../../../../src/render/three/fog-for-three.ts';
import { SkinsForThree } from '../../../../src/render/three/skins-for-three.ts';
import { bend, canvas, limb, mixedScene, partOf, parts, pixels } from '../../render/page.ts';

export function renderer(): THREE.WebGLRenderer {
  const made = new THREE.WebGLRenderer({ canvas: canvas(), antialias: false, preserveDrawingBuffer: true });
  made.setSize(640, 360, false);
  return made;
}

/** One of everything, in the fog. */
export function scene() {
  const made = mixedScene(({ image: { data, width, height } }) => {
    const texture = new THREE.DataTexture(data, width, height);
    texture.magFilter = texture.minFilter = THREE.LinearFilter;
    texture.needsUpdate = true;
    return texture;
  }, true);
  new FogForThree().follow(made.scene, made.scene.fog);
  return made;
}

export function composed(gl: THREE.WebGLRenderer, shown: THREE.Scene, camera: THREE.Camera): string {
  const composer = new EffectComposer(gl);
  composer.setSize(640, 360);
  composer.addPass(new RenderPass(shown, camera));
  composer.addPass(new OutputPass());
  composer.render();
  return pixels(gl.getContext());
}

/** A bent limb over a white floor under a sun of three's own. @param stretch - units of the file in a metre. */
export function sunny(stretch: number) {
  const shown = new THREE.Scene();
  const floor = new THREE.Mesh(new THREE.PlaneGeometry(8, 8).rotateX(-Math.PI / 2), new THREE.MeshLambertMaterial());
  floor.receiveShadow = true;
  const sun = new THREE.DirectionalLight(0xffffff, 3);
  sun.position.set(-3, 5, 1);
  sun.castShadow = true;
  const palette = bend(-1.5);
  const geometry = limb();
  geometry.scale(stretch, stretch, stretch);
  for (let row = 0; row < 3; row++)
    for (let joint = 0; joint < 68; joint++) for (let k = 0; k < 3; k++) palette[row * 272 + joint * 4 + k] /= stretch;
  const mesh = parts.createPartMesh(partOf(geometry, {}, true), { palette });
  mesh.castShadow = true;
  shown.add(floor, sun, mesh);
  const camera = new THREE.PerspectiveCamera(45, 16 / 9, 0.1, 50);
  camera.position.set(0.5, 3, 4);
  camera.lookAt(0.5, 0.3, 0);
  return { shown, camera, mesh };
}

export { pixels, SkinsForThree, THREE };
