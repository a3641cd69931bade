/**
 * The crowd that all contestants draw: the same avatar many times, each at its own place and moment of its clip, and 60 furnishings.
 * Everything seeded; the avatar is the KayKit knight where it is at hand, else a figure made by `figure.ts`.
 */
import * as THREE from 'three';
import { type GLTF, GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';
import { seededRandom } from '../../../src/core/random.ts';
import { syntheticFigure } from './figure.ts';

export interface Figure {
  readonly scene: THREE.Object3D;
  readonly clip: THREE.AnimationClip;
  readonly name: string;
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly turn: number;
  /** Seconds into the clip at time 0. */
  readonly phase: number;
}

const FURNISHINGS = 60;
/** Of the knight's many weapons and shields, one of each. */
const LEFT_OUT = /Offhand|Badge_|Rectangle_|Spike_|2H_/;

/** @param url - of Knight.glb, or '' for the figure made by code. */
export async function loadFigure(url: string): Promise<Figure> {
  if (url === '') return syntheticFigure();
  const gltf: GLTF = await new GLTFLoader().loadAsync(url);
  const unwanted: THREE.Object3D[] = [];
  gltf.scene.traverse(o => {
    if ((o as THREE.Mesh).isMesh && LEFT_OUT.test(o.name)) unwanted.push(o);
  });
  for (const o of unwanted) o.removeFromParent();
  const clip = gltf.animations.find(a => a.name === 'Running_A') ?? gltf.animations[0];
  return { scene: gltf.scene, clip, name: 'KayKit knight' };
}

/** `hall`: a floor from 6 to 28 m away. `stadium`: stands from 30 to 90 m away, which rise. */
export type Arena = 'hall' | 'stadium';

/** Metres from the camera to the nearest and the farthest row, and how far a row stands above the floor for each metre behind the first. */
const ROWS: Readonly<Record<Arena, { readonly near: number; readonly far: number; readonly rise: number }>> = {
  hall: { near: 6, far: 28, rise: 0 },
  stadium: { near: 30, far: 90, rise: 0.05 },
};

/** Rows of avatars that all stand in the picture. */
export function placesOf(count: number, arena: Arena): Place[] {
  const random = seededRandom(11);
  const { near, far, rise } = ROWS[arena];
  const rows = Math.max(2, Math.round(Math.sqrt(count * 1.2)));
  return Array.from({ length: count }, (_, i) => {
    const row = i % rows;
    const along = Math.floor(i / rows) / Math.max(1, Math.ceil(count / rows) - 1) - 0.5;
    const depth = near + (row / (rows - 1)) * (far - near);
    return {
      x: along * depth * 1.3 + (random() - 0.5) * 0.6,
      y: (depth - near) * rise,
      z: -depth + (random() - 0.5) * 0.5,
      turn: random() * Math.PI * 2,
      phase: random() * 2,
    };
  });
}

export interface Furnishing {
  readonly geometry: THREE.BufferGeometry;
  readonly color: THREE.Color;
  readonly matrix: THREE.Matrix4;
}

/** Twelve kinds of furniture of 200 to 1,200 triangles, each five times. */
export function furnishings(): Furnishing[] {
  const random = seededRandom(5);
  const kinds = Array.from({ length: 12 }, (_, kind) => {
    const size = 0.4 + random() * 0.8;
    const geometry =
      kind % 3 === 0
        ? new THREE.BoxGeometry(size, size, size, 6, 6, 6)
        : kind % 3 === 1
          ? new THREE.CylinderGeometry(size * 0.5, size * 0.6, size, 24, 6)
          : new THREE.SphereGeometry(size * 0.6, 24, 18);
    return { geometry, color: new THREE.Color().setHSL(random(), 0.3, 0.5), size };
  });
  return Array.from({ length: FURNISHINGS }, (_, i) => {
    const { geometry, color, size } = kinds[i % kinds.length];
    const side = i % 2 ? 1 : -1;
    const z = -4 - random() * 20;
    const matrix = new THREE.Matrix4().makeRotationY(random() * 6).setPosition(side * (1.5 - z * 0.55 * random()), size / 2, z);
    return { geometry, color, matrix };
  });
}

export const LIGHT = {
  sky: [0.75, 0.78, 0.85],
  ground: [0.35, 0.3, 0.26],
  sun: { direction: [0.5, 1, 0.6], color: [0.8, 0.72, 0.6] },
} as const;

export function cameraOf(width: number, height: number): THREE.PerspectiveCamera {
  const camera = new THREE.PerspectiveCamera(50, width / height, 0.1, 150);
  camera.position.set(0, 5, 0);
  camera.lookAt(0, 0.4, -11);
  camera.updateMatrixWorld();
  return camera;
}

/** Where a contestant looks from: the crowd, or away from it. */
export class CrowdCamera {
  now: THREE.PerspectiveCamera;
  readonly #canvas: HTMLCanvasElement;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.now = cameraOf(canvas.width, canvas.height);
  }

  resize(width: number, height: number): void {
    this.now = cameraOf(width, height);
  }

  readonly lookAway = (away: boolean): void => {
    this.now.rotation.set(0, away ? Math.PI : 0, 0);
    if (!away) this.resize(this.#canvas.width, this.#canvas.height);
    this.now.updateMatrixWorld();
  };
}

export const FLOOR_COLOR = new THREE.Color(0x776655);

/** A floor under it all: fill is part of the cost. */
export const floorGeometry = (): THREE.BufferGeometry =>
  new THREE.PlaneGeometry(60, 60, 8, 8).rotateX(-Math.PI / 2).translate(0, 0, -12);

/** The knight's parts as one geometry of one skin: rigid ones (helmet, cape, sword) hang on one joint. */
export function mergedGeometry({ scene }: Figure): { geometry: THREE.BufferGeometry; skinned: THREE.SkinnedMesh } {
  scene.updateMatrixWorld(true);
  const meshes: THREE.Mesh[] = [];
  scene.traverse(o => {
    if ((o as THREE.Mesh).isMesh) meshes.push(o as THREE.Mesh);
  });
  const skinned = meshes.find(m => (m as THREE.SkinnedMesh).isSkinnedMesh) as THREE.SkinnedMesh;
  const { bones, boneInverses } = skinned.skeleton;
  const out = {
    position: [] as number[],
    normal: [] as number[],
    uv: [] as number[],
    joints: [] as number[],
    weights: [] as number[],
    index: [] as number[],
  };
  const p = new THREE.Vector3();
  for (const mesh of meshes) {
    const g = mesh.geometry;
    const base = out.position.length / 3;
    const own = (mesh as THREE.SkinnedMesh).isSkinnedMesh;
    let bone = -1;
    const place = new THREE.Matrix4();
    if (!own) {
      for (let o: THREE.Object3D | null = mesh; o && bone < 0; o = o.parent) bone = bones.indexOf(o as THREE.Bone);
      place.copy(boneInverses[bone]).invert().multiply(bones[bone].matrixWorld.clone().invert()).multiply(mesh.matrixWorld);
    }
    const turn = new THREE.Matrix3().getNormalMatrix(place);
    for (let v = 0; v < g.attributes.position.count; v++) {
      out.position.push(...p.fromBufferAttribute(g.attributes.position, v).applyMatrix4(place));
      out.normal.push(...p.fromBufferAttribute(g.attributes.normal, v).applyMatrix3(turn).normalize());
      out.uv.push(g.attributes.uv.getX(v), g.attributes.uv.getY(v));
      for (let k = 0; k < 4; k++) {
        out.joints.push(own ? g.attributes.skinIndex.getComponent(v, k) : k === 0 ? bone : 0);
        out.weights.push(own ? g.attributes.skinWeight.getComponent(v, k) : k === 0 ? 1 : 0);
      }
    }
    for (let i = 0; i < (g.index?.count ?? 0); i++) out.index.push(base + (g.index as THREE.BufferAttribute).getX(i));
  }
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute('position', new THREE.Float32BufferAttribute(out.position, 3));
  geometry.setAttribute('normal', new THREE.Float32BufferAttribute(out.normal, 3));
  geometry.setAttribute('uv', new THREE.Float32BufferAttribute(out.uv, 2));
  geometry.setAttribute('skinIndex', new THREE.Uint16BufferAttribute(out.joints, 4));
  geometry.setAttribute('skinWeight', new THREE.Float32BufferAttribute(out.weights, 4));
  geometry.setIndex(new THREE.Uint16BufferAttribute(out.index, 1));
  return { geometry, skinned };
}

/** The picture of the figure's material. */
export function mapOf({ scene }: Figure): THREE.Texture {
  let map: THREE.Texture | null = null;
  scene.traverse(o => {
    const material = (o as THREE.Mesh).material as THREE.MeshStandardMaterial | undefined;
    map ??= material?.map ?? null;
  });
  if (!map) throw new Error('the figure has no texture');
  return map;
}
