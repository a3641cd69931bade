import * as THREE from 'three';
import { MeshoptDecoder } from 'three/examples/jsm/libs/meshopt_decoder.module.js';
import { DRACOLoader } from 'three/examples/jsm/loaders/DRACOLoader.js';
import { GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';
import { KTX2Loader } from 'three/examples/jsm/loaders/KTX2Loader.js';
import { TGALoader } from 'three/examples/jsm/loaders/TGALoader.js';
import { placementFor } from '../../../src/import/model/place-model.ts';
import { readPixels } from '../../read-pixels.ts';
import type { Light } from './page.ts';
import { BACKGROUND, finish, LIGHTS, SIZE, SUN_DIRECTION } from './view.ts';

export interface Clip {
  readonly name: string;
  readonly duration: number;
}

export interface TheirModel {
  readonly clips: readonly Clip[];
  /** @param clip - its number; undefined: at rest. */
  pose(clip: number | undefined, seconds: number): void;
  /** Calls back with each vertex as it is posed, in the world. */
  eachVertex(visit: (vertex: THREE.Vector3) => void): void;
  /** Moves and scales it as an import does whose unit or place does not suit a room. */
  place(isFigure: boolean): void;
  triangles(): number;
  draw(camera: THREE.Camera, light: Light): string;
  frame(camera: THREE.Camera, clip: number | undefined, seconds: number): void;
  dispose(): void;
}

/** A mesh that somebody else has posed already: Cal3D, for which three has no loader. One pose a clip and moment. */
export interface PosedPart {
  readonly index: readonly number[];
  readonly uvs: readonly number[];
  /** URL of a TGA; undefined: `color` alone. */
  readonly texture?: string;
  /** URL of a TGA whose brightness is opacity. */
  readonly opacity?: string;
  /** Cloth, or cut out: seen from both sides. */
  readonly sheet: boolean;
  /** sRGB, 0..1. */
  readonly color: readonly [number, number, number];
  /** By number of the clip and seconds: `0 0.25`; '' at rest. */
  readonly poses: Readonly<Record<string, { readonly positions: readonly number[]; readonly normals: readonly number[] }>>;
}

const canvas = document.createElement('canvas');
document.body.append(canvas);
const renderer = new THREE.WebGLRenderer({ canvas, antialias: true, preserveDrawingBuffer: true });
renderer.setSize(SIZE, SIZE, false);

const loader = new GLTFLoader()
  .setMeshoptDecoder(MeshoptDecoder)
  .setDRACOLoader(new DRACOLoader().setDecoderPath('/three/libs/draco/gltf/'))
  .setKTX2Loader(new KTX2Loader().setTranscoderPath('/three/libs/basis/').detectSupport(renderer));

/** Stock three.js: GLTFLoader and AnimationMixer; only the materials are made as simple as ours. */
export async function openWithLoader(url: string): Promise<TheirModel> {
  const { scene: root, animations } = await loader.loadAsync(url);
  const surfaces: { readonly mesh: THREE.Mesh; readonly stock: THREE.Material; readonly simple: THREE.Material }[] = [];
  const plains = new Map<THREE.Material, THREE.Material>();
  root.traverse(object => {
    // Both pictures have the judge's light alone.
    if (object instanceof THREE.Light) object.visible = false;
    if (!(object instanceof THREE.Mesh)) return;
    // three culls a skinned mesh by its bounds at rest.
    object.frustumCulled = false;
    // One for each of the file's, because three draws opaque surfaces in the order in which their materials were made.
    let plain = plains.get(object.material);
    if (!plain) plains.set(object.material, (plain = simple(object.material)));
    surfaces.push({ mesh: object, stock: object.material, simple: plain });
  });
  const mixer = new THREE.AnimationMixer(root);
  return modelOf(
    root,
    (clip, seconds) => {
      mixer.stopAllAction();
      if (clip !== undefined) mixer.clipAction(animations[clip]).play();
      mixer.setTime(seconds);
    },
    animations.map(({ name, duration }) => ({ name, duration })),
    light => {
      for (const surface of surfaces) surface.mesh.material = isPhysical(light) ? surface.stock : surface.simple;
    },
  );
}

/** What was posed in the test, each pose as it stands. */
export async function openPosed(parts: readonly PosedPart[]): Promise<TheirModel> {
  const root = new THREE.Group();
  const meshes = await Promise.all(
    parts.map(async part => {
      const geometry = new THREE.BufferGeometry();
      geometry.setIndex([...part.index]);
      geometry.setAttribute('uv', new THREE.Float32BufferAttribute(part.uvs, 2));
      const mesh = new THREE.Mesh(geometry, await posedMaterial(part));
      mesh.frustumCulled = false;
      root.add(mesh);
      return mesh;
    }),
  );
  return modelOf(
    root,
    (clip, seconds) =>
      parts.forEach(({ poses }, i) => {
        const { positions, normals } = poses[clip === undefined ? '' : `${clip} ${seconds}`];
        const { geometry } = meshes[i];
        geometry.setAttribute('position', new THREE.Float32BufferAttribute(positions, 3));
        geometry.setAttribute('normal', new THREE.Float32BufferAttribute(normals, 3));
        geometry.boundingBox = null;
      }),
    [],
  );
}

async function posedMaterial({ texture, opacity, color, sheet }: PosedPart): Promise<THREE.Material> {
  return new THREE.MeshLambertMaterial({
    color: new THREE.Color().setRGB(...color, THREE.SRGBColorSpace),
    map: texture === undefined ? null : await loadTga(texture, THREE.SRGBColorSpace),
    ...(opacity === undefined ? {} : { alphaMap: await loadTga(opacity, THREE.NoColorSpace), transparent: true }),
    side: sheet ? THREE.DoubleSide : THREE.FrontSide,
  });
}

async function loadTga(url: string, colorSpace: THREE.ColorSpace): Promise<THREE.Texture> {
  const texture = await new TGALoader().loadAsync(url);
  texture.colorSpace = colorSpace;
  texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
  texture.flipY = false;
  return texture;
}

/** The same surface under Lambert's law, which is all that ours knows; what has no light stays so. */
function simple(material: THREE.Material): THREE.Material {
  if (!(material instanceof THREE.MeshStandardMaterial)) return material;
  return new THREE.MeshLambertMaterial({
    name: material.name,
    color: material.color,
    map: material.map,
    emissive: material.emissive,
    emissiveMap: material.emissiveMap,
    emissiveIntensity: material.emissiveIntensity,
    vertexColors: material.vertexColors,
    flatShading: material.flatShading,
    side: material.side,
    opacity: material.opacity,
    transparent: material.transparent,
    alphaTest: material.alphaTest,
    depthWrite: material.depthWrite,
  });
}

const isPhysical = (light: Light): boolean => light === 'around' || light === 'room';

/** What metals mirror: the sky above, the ground below, which light a matt surface as the hemisphere light of the same colours does. */
const surroundings: Partial<Record<Light, THREE.Texture>> = {};
function makeSurroundings({ sky, ground }: (typeof LIGHTS)[Light]): THREE.Texture {
  const world = new THREE.Scene();
  const half = (color: readonly [number, number, number], from: number) => {
    const geometry = new THREE.SphereGeometry(10, 64, 16, 0, Math.PI * 2, from, Math.PI / 2);
    const material = new THREE.MeshBasicMaterial({ color: new THREE.Color(...color), side: THREE.BackSide });
    world.add(new THREE.Mesh(geometry, material));
  };
  half(sky, 0);
  half(ground, Math.PI / 2);
  return new THREE.PMREMGenerator(renderer).fromScene(world).texture;
}

function modelOf(
  root: THREE.Object3D,
  setPose: TheirModel['pose'],
  clips: readonly Clip[],
  dress: (light: Light) => void = () => {},
): TheirModel {
  const scene = new THREE.Scene();
  scene.background = BACKGROUND;
  scene.add(root);
  const hemisphere = new THREE.HemisphereLight();
  const sun = new THREE.DirectionalLight();
  sun.position.set(...SUN_DIRECTION);
  scene.add(hemisphere, sun);
  const pose: TheirModel['pose'] = (clip, seconds) => {
    setPose(clip, seconds);
    root.updateMatrixWorld(true);
  };
  const eachVertex: TheirModel['eachVertex'] = visit => {
    const vertex = new THREE.Vector3();
    root.traverseVisible(object => {
      if (!(object instanceof THREE.Mesh)) return;
      const { count } = object.geometry.getAttribute('position');
      for (let v = 0; v < count; v++) visit(object.getVertexPosition(v, vertex).applyMatrix4(object.matrixWorld));
    });
  };
  return {
    clips,
    pose,
    eachVertex,
    place(isFigure) {
      pose(undefined, 0);
      const box = new THREE.Box3();
      eachVertex(v => box.expandByPoint(v));
      const placement = placementFor({ min: box.min.toArray(), max: box.max.toArray() }, isFigure, () => {});
      if (!placement) return;
      const { scale, origin } = placement;
      const outer = new THREE.Group();
      outer.scale.setScalar(scale);
      outer.position.set(...origin).multiplyScalar(-scale);
      scene.add(outer.add(root));
      outer.updateMatrixWorld(true);
    },
    triangles() {
      let count = 0;
      root.traverseVisible(object => {
        if (!(object instanceof THREE.Mesh)) return;
        const { index, attributes } = object.geometry;
        if (attributes.position) count += Math.floor((index ?? attributes.position).count / 3);
      });
      return count;
    },
    draw(camera, light) {
      const colors = LIGHTS[light];
      dress(light);
      const physical = isPhysical(light);
      if (physical) surroundings[light] ??= makeSurroundings(colors);
      scene.environment = physical ? (surroundings[light] ?? null) : null;
      hemisphere.visible = !physical;
      // three divides by pi what a surface sends on.
      hemisphere.intensity = sun.intensity = Math.PI;
      hemisphere.color.setRGB(...colors.sky);
      hemisphere.groundColor.setRGB(...colors.ground);
      sun.color.setRGB(...colors.sun);
      renderer.render(scene, camera);
      return readPixels(renderer.getContext());
    },
    frame(camera, clip, seconds) {
      pose(clip, seconds);
      renderer.render(scene, camera);
      finish(renderer.getContext());
    },
    dispose() {
      root.traverse(object => {
        if (object instanceof THREE.Mesh) object.geometry.dispose();
      });
      renderer.renderLists.dispose();
    },
  };
}
