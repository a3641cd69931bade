// Runs in the browser: one avatar of a room's resources, posed and skinned by us, and by stock three.js from the same files.
import * as THREE from 'three';
import { MeshoptDecoder } from 'three/addons/libs/meshopt_decoder.module.js';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { meshoptReady } from '../../../../src/assets/gltf/meshopt.ts';
import { gunzip } from '../../../../src/assets/gunzip.ts';
import { decodeMesh } from '../../../../src/assets/meshes/decode-mesh.ts';
import { decodeAnimation } from '../../../../src/assets/motion/decode-animation.ts';
import { decodeSkeleton } from '../../../../src/assets/motion/decode-skeleton.ts';
import { Avatar } from '../../../../src/avatar/avatar.ts';
import { compileClip } from '../../../../src/avatar/clips/clip.ts';
import { bindSkin } from '../../../../src/avatar/skeleton/palette.ts';
import { Skeleton } from '../../../../src/avatar/skeleton/skeleton.ts';
import { createPartMesh, setMap } from '../../../../src/render/geometry/part-mesh.ts';
import { LeanRenderer } from '../../../../src/render/lean-renderer.ts';

/** URLs of the resources; `texture` of each part of the outfit by material name. */
export interface Figure {
  readonly skeleton: string;
  readonly clip: string;
  readonly meshes: readonly { readonly url: string; readonly textures: Readonly<Record<string, string>> }[];
}

const SIDE = 320;
const canvas = () => Object.assign(document.body.appendChild(document.createElement('canvas')), { width: SIDE, height: SIDE });
const lean = new LeanRenderer({ canvas: canvas(), antialias: true, preserveDrawingBuffer: true });
lean.lodTolerance = 0;
const stock = new THREE.WebGLRenderer({ canvas: canvas(), antialias: true, preserveDrawingBuffer: true });
// Both multiply what the textures say, as it stands there.
stock.outputColorSpace = THREE.LinearSRGBColorSpace;

async function bytesOf(url: string): Promise<Uint8Array<ArrayBuffer>> {
  return gunzip(new Uint8Array(await (await fetch(url)).arrayBuffer()), url);
}

async function pictureOf(url: string): Promise<ImageData> {
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  context?.drawImage(bitmap, 0, 0);
  return context?.getImageData(0, 0, width, height) ?? new ImageData(1, 1);
}

function sceneOf(): THREE.Scene {
  const scene = new THREE.Scene();
  // Dark and grey: its encoding differs between the two, the figure's must not.
  scene.background = new THREE.Color(0, 0, 0);
  return scene;
}

async function ours({ skeleton: url, clip, meshes }: Figure): Promise<(seconds: number, camera: THREE.Camera) => ImageData> {
  await meshoptReady;
  const skeleton = new Skeleton(decodeSkeleton(await bytesOf(url), url));
  const avatar = new Avatar(skeleton);
  avatar.animator.add(compileClip(decodeAnimation(await bytesOf(clip), clip), skeleton), 'it');
  const scene = sceneOf();
  for (const mesh of meshes) {
    for (const part of decodeMesh(await bytesOf(mesh.url), mesh.url).parts) {
      const levels = part.levels.map(({ attributes: { COLOR_0: _light, ...attributes }, ...level }) => ({
        ...level,
        attributes,
      }));
      const material = {
        ...part.material,
        unlit: true,
        baked: false,
        baseColor: [1, 1, 1, 1] as const,
        emissive: [0, 0, 0] as const,
      };
      const palette = part.skin && avatar.addSkin(bindSkin(part.skin, skeleton, mesh.url), part.bounds);
      const made = createPartMesh({ ...part, levels, material }, palette ? { palette } : {});
      const texture = mesh.textures[part.material.name];
      if (texture) {
        const image = await pictureOf(texture);
        const { width, height } = image;
        const bytes = { data: new Uint8Array(image.data.buffer), width, height };
        const { texture: map, job } = lean.createTexture({ kind: 'picture', width, height, image: bytes });
        while (!job.done) job.step(Number.POSITIVE_INFINITY);
        setMap(made, map);
      }
      scene.add(made);
    }
  }
  return (seconds, camera) => {
    avatar.animator.play('it', { fade: 0, phase: seconds });
    avatar.evaluate();
    lean.render(scene, camera);
    return read(lean.gl);
  };
}

async function theirs({ skeleton: url, clip, meshes }: Figure): Promise<(seconds: number, camera: THREE.Camera) => ImageData> {
  const loader = new GLTFLoader().setMeshoptDecoder(MeshoptDecoder);
  const { scene: figure } = await loader.parseAsync((await bytesOf(url)).buffer, '');
  const { animations } = await loader.parseAsync((await bytesOf(clip)).buffer, '');
  const mixer = new THREE.AnimationMixer(figure);
  mixer.clipAction(animations[0]).play();
  const scene = sceneOf();
  scene.add(figure);
  for (const mesh of meshes) {
    const loaded = await loader.parseAsync((await bytesOf(mesh.url)).buffer, '');
    const skinned: THREE.SkinnedMesh[] = [];
    loaded.scene.traverse(object => {
      if ('isSkinnedMesh' in object) skinned.push(object as THREE.SkinnedMesh);
    });
    for (const one of skinned) {
      // The mesh's own flat joints are told apart by name: those of the skeleton take their places.
      const bones = one.skeleton.bones.map(bone => figure.getObjectByName(bone.name) as THREE.Bone);
      one.bind(new THREE.Skeleton(bones, one.skeleton.boneInverses), new THREE.Matrix4());
      one.bindMode = THREE.DetachedBindMode;
      one.frustumCulled = false;
      // The loader hides from view the levels of detail: they hang on no node of the scene.
      const { name } = one.material as THREE.Material;
      const material = new THREE.MeshBasicMaterial({ side: (one.material as THREE.Material).side });
      if (mesh.textures[name]) {
        const image = await pictureOf(mesh.textures[name]);
        const map = new THREE.DataTexture(image.data, image.width, image.height);
        map.wrapS = map.wrapT = THREE.RepeatWrapping;
        map.magFilter = THREE.LinearFilter;
        map.minFilter = THREE.LinearMipmapNearestFilter;
        map.generateMipmaps = true;
        map.needsUpdate = true;
        material.map = map;
      }
      one.material = material;
      scene.add(one);
    }
  }
  return (seconds, camera) => {
    mixer.setTime(seconds);
    stock.render(scene, camera);
    return read(stock.getContext());
  };
}

/** RGBA, bottom row first. */
function read(gl: WebGLRenderingContext | WebGL2RenderingContext): ImageData {
  const data = new Uint8Array(SIDE * SIDE * 4);
  gl.readPixels(0, 0, SIDE, SIDE, gl.RGBA, gl.UNSIGNED_BYTE, data);
  return new ImageData(new Uint8ClampedArray(data), SIDE, SIDE);
}

function encoded({ data }: ImageData): string {
  let text = '';
  for (let i = 0; i < data.length; i += 32768) text += String.fromCharCode(...data.subarray(i, i + 32768));
  return btoa(text);
}

/** Pairs of pictures, ours and theirs, one for each share (0..1) of `duration`, as base64. */
export async function shoot(figure: Figure, times: readonly number[]): Promise<[string, string][]> {
  const [we, they] = await Promise.all([ours(figure), theirs(figure)]);
  const camera = new THREE.PerspectiveCamera(40, 1, 0.1, 20);
  return times.map((seconds, i) => {
    camera.position.set(Math.sin(i * 1.3) * 2.8, 1.3, Math.cos(i * 1.3) * 2.8);
    camera.lookAt(0, 0.9, 0);
    camera.updateMatrixWorld();
    return [encoded(we(seconds, camera)), encoded(they(seconds, camera))];
  });
}
