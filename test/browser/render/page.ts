// Runs in the browser: what the render tests drive, as `window.foyer`.
import * as THREE from 'three';
import type { MaterialDescription, MeshPart, UnpreparedPart, VertexAttribute } from '../../../src/assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../../src/assets/meshes/plain-material.ts';
import { preparePart } from '../../../src/assets/meshes/prepare-part.ts';
import * as parts from '../../../src/render/geometry/part-mesh.ts';
import type { LeanRendererOptions } from '../../../src/render/gl/renderer-options.ts';
import { LeanRenderer } from '../../../src/render/lean-renderer.ts';
import * as lighting from '../../../src/render/materials/lighting.ts';
import * as material from '../../../src/render/materials/surface-material.ts';
import * as variants from '../../../src/render/materials/surface-variant.ts';
import { ThreeBackend } from '../../../src/render/three/three-backend.ts';
import { loseContext, restoreContext } from '../../lose-context.ts';
import { readPixels } from '../../read-pixels.ts';

export const description = (changes: Partial<MaterialDescription> = {}): MaterialDescription =>
  plainMaterial({ name: 'slot', ...changes });

/** A part made of one of three's own geometries, which have normals and texture coordinates. */
export function partOf(geometry: THREE.BufferGeometry, changes: Partial<MaterialDescription> = {}, skinned = false): MeshPart {
  return preparePart(unpreparedPartOf(geometry, changes, skinned));
}

function unpreparedPartOf(
  geometry: THREE.BufferGeometry,
  changes: Partial<MaterialDescription>,
  skinned: boolean,
): UnpreparedPart {
  const attribute = (name: string): VertexAttribute => {
    const { array, itemSize, normalized } = geometry.getAttribute(name) as THREE.BufferAttribute;
    return { array: array as Float32Array, itemSize, normalized };
  };
  geometry.computeBoundingBox();
  const { min, max } = geometry.boundingBox!;
  const count = geometry.getAttribute('position').count;
  const index = geometry.index ? Uint16Array.from(geometry.index.array) : Uint16Array.from({ length: count }, (_, i) => i);
  const skin = skinned ? { joints: ['a', 'b'], inverseBind: new Float32Array(32) } : undefined;
  return {
    material: description(changes),
    levels: [
      {
        index,
        error: 0,
        attributes: {
          POSITION: attribute('position'),
          NORMAL: attribute('normal'),
          TEXCOORD_0: attribute('uv'),
          ...(geometry.hasAttribute('color') && { COLOR_0: attribute('color') }),
          ...(skinned && { JOINTS_0: attribute('joints'), WEIGHTS_0: attribute('weights') }),
        },
      },
    ],
    transform: new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
    skin,
    morphTargets: [],
    bounds: { min: [min.x, min.y, min.z], max: [max.x, max.y, max.z] },
  };
}

/** A checkerboard with soft colours, so that filtering and orientation show. */
export function checker(size = 64, alpha = 255) {
  const data = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const on = ((x >> 3) + (y >> 3)) & 1;
      data.set([on ? 230 : 120, 90 + (x * 100) / size, 60 + (y * 150) / size, on ? 255 : alpha], (y * size + x) * 4);
    }
  }
  return { kind: 'picture' as const, width: size, height: size, image: { data, width: size, height: size } };
}

/** Bends a tall cylinder over two joints: weights of one and two joints side by side. */
export function limb(): THREE.BufferGeometry {
  const geometry = new THREE.CylinderGeometry(0.15, 0.2, 1.6, 16, 12);
  geometry.translate(0, 0.8, 0);
  const position = geometry.getAttribute('position');
  const joints = new Uint8Array(position.count * 4);
  const weights = new Uint8Array(position.count * 4);
  for (let i = 0; i < position.count; i++) {
    const t = Math.min(1, Math.max(0, (position.getY(i) - 0.5) / 0.6));
    const w = Math.round(t * 255);
    joints.set(w === 255 ? [1, 0, 0, 0] : [0, 1, 0, 0], i * 4);
    weights.set(w === 255 ? [255, 0, 0, 0] : [255 - w, w, 0, 0], i * 4);
  }
  geometry.setAttribute('joints', new THREE.BufferAttribute(joints, 4));
  geometry.setAttribute('weights', new THREE.BufferAttribute(weights, 4, true));
  return geometry;
}

/** Joint 0 stays, joint 1 bends by `angle` around z at height 0.8. */
export function bend(angle: number): Float32Array {
  const palette = parts.identityPalette();
  const m = new THREE.Matrix4().makeTranslation(0, 0.8, 0);
  m.multiply(new THREE.Matrix4().makeRotationZ(angle)).multiply(new THREE.Matrix4().makeTranslation(0, -0.8, 0));
  for (let row = 0; row < 3; row++) for (let c = 0; c < 4; c++) palette[row * 272 + 4 + c] = m.elements[c * 4 + row];
  return palette;
}

/** A long thing of many joints, a little bent at each: a part, and the palette for it. */
export function snake(jointCount: number): [MeshPart, { palette: Float32Array }] {
  const geometry = new THREE.CylinderGeometry(0.12, 0.12, 3, 12, 120);
  const position = geometry.getAttribute('position');
  const joints = new Uint8Array(position.count * 4);
  const weights = new Uint8Array(position.count * 4);
  for (let i = 0; i < position.count; i++) {
    const along = (position.getY(i) / 3 + 0.5) * (jointCount - 1);
    const joint = Math.min(jointCount - 2, Math.floor(along));
    const second = Math.round((along - joint) * 255);
    joints.set([joint, joint + 1], i * 4);
    weights.set([255 - second, second], i * 4);
  }
  geometry.setAttribute('joints', new THREE.BufferAttribute(joints, 4));
  geometry.setAttribute('weights', new THREE.BufferAttribute(weights, 4, true));
  const palette = parts.identityPalette();
  const m = new THREE.Matrix4().makeRotationZ(-Math.PI / 2);
  for (let joint = 0; joint < jointCount; joint++) {
    const y = (joint / (jointCount - 1) - 0.5) * 3;
    m.multiply(new THREE.Matrix4().makeTranslation(0, y, 0))
      .multiply(new THREE.Matrix4().makeRotationZ(0.25 * Math.sin(joint * 0.2)))
      .multiply(new THREE.Matrix4().makeTranslation(0, -y, 0));
    for (let row = 0; row < 3; row++) for (let c = 0; c < 4; c++) palette[row * 272 + joint * 4 + c] = m.elements[c * 4 + row];
  }
  const part = unpreparedPartOf(geometry, {}, true);
  const skin = { joints: Array.from({ length: jointCount }, (_, i) => `${i}`), inverseBind: new Float32Array(jointCount * 16) };
  return [preparePart({ ...part, skin }), { palette }];
}

/** One of everything: lit, baked, unlit, masked, blended, double-sided, skinned; fog and background by choice. */
export function mixedScene(create: (asset: ReturnType<typeof checker>) => THREE.Texture, fog = false) {
  const scene = new THREE.Scene();
  scene.background = new THREE.Color(0.12, 0.1, 0.09);
  if (fog) scene.fog = new THREE.Fog(new THREE.Color(0.4, 0.45, 0.5), 2, 9);
  lighting.setLight(scene, {
    sky: [0.7, 0.75, 0.9],
    ground: [0.3, 0.25, 0.2],
    sun: { direction: [1, 2, 1], color: [0.9, 0.8, 0.6] },
  });
  const texture = create(checker());
  const holes = create(checker(64, 0));
  const add = (part: MeshPart, x: number, z: number, map: THREE.Texture | null, palette?: Float32Array) => {
    const mesh = parts.createPartMesh(part, palette ? { palette } : {});
    if (map) parts.setMap(mesh, map);
    const group = new THREE.Group();
    group.position.set(x, 0, z);
    group.rotation.y = x;
    group.add(mesh);
    scene.add(group);
    return mesh;
  };
  const sphere = () => new THREE.SphereGeometry(0.5, 24, 16).translate(0, 0.5, 0);
  const box = () => new THREE.BoxGeometry(0.8, 0.8, 0.8).translate(0, 0.4, 0);
  const painted = sphere();
  const colors = new Float32Array(painted.getAttribute('position').count * 3).map(
    (_, i) => 0.15 + 0.85 * Math.abs(Math.sin(i * 0.05)),
  );
  painted.setAttribute('color', new THREE.BufferAttribute(colors, 3));
  const floor = new THREE.PlaneGeometry(12, 12).rotateX(-Math.PI / 2);
  const meshes = {
    floor: add(partOf(floor, { baseColor: [0.5, 0.4, 0.3, 1] }), 0, 0, texture),
    lit: add(partOf(sphere()), -2.4, 0, null),
    textured: add(partOf(box()), -1.2, 0, texture),
    baked: add(partOf(painted, { baked: true }), 0, 0, null),
    unlit: add(partOf(sphere(), { unlit: true, baseColor: [0.9, 0.3, 0.1, 1] }), 1.2, 0, null),
    masked: add(partOf(box(), { alphaMode: 'mask', doubleSided: true }), 2.4, 0, holes),
    blended: add(partOf(box(), { alphaMode: 'blend', baseColor: [0.4, 0.7, 1, 0.5] }), 0.6, 1.4, null),
    limb: add(partOf(limb(), {}, true), -0.8, 1.3, texture, bend(-0.9)),
  };
  // Copies: at least three of a small mesh are drawn as instances; one is mirrored, one is larger.
  const owner = parts.createPartMesh(
    partOf(new THREE.ConeGeometry(0.2, 0.5, 12).translate(0, 0.25, 0), { baseColor: [0.3, 0.6, 0.5, 1] }),
  );
  for (let i = 0; i < 8; i++) {
    const copy = new THREE.Mesh(owner.geometry, owner.material);
    copy.userData.foyer = owner.userData.foyer;
    material.drawnByThreeToo(copy);
    copy.position.set(i * 0.7 - 2.5, 0, -1.4);
    copy.rotation.set(0.2 * i, 0.5 * i, 0);
    copy.scale.set(i === 4 ? -1 : 1, 1, 1).multiplyScalar(i === 6 ? 1.6 : 1);
    scene.add(copy);
  }
  const plain = new THREE.Mesh(new THREE.TorusGeometry(0.3, 0.12, 12, 24), new THREE.MeshBasicMaterial({ color: 0x66aa44 }));
  plain.position.set(-2, 0.6, 1.6);
  scene.add(plain);
  const camera = new THREE.PerspectiveCamera(45, 16 / 9, 0.1, 50);
  camera.position.set(0.5, 2.2, 5.2);
  camera.lookAt(0, 0.5, 0);
  return { scene, camera, meshes, plain, cone: owner };
}

export function canvas(width = 640, height = 360): HTMLCanvasElement {
  const element = document.createElement('canvas');
  element.width = width;
  element.height = height;
  document.body.append(element);
  return element;
}

export function lean(options: Partial<LeanRendererOptions> = {}): LeanRenderer {
  return new LeanRenderer({ canvas: canvas(), preserveDrawingBuffer: true, ...options });
}

export function upload(job: { step(bytes: number): number; readonly done: boolean }, slice = Number.POSITIVE_INFINITY): number {
  let steps = 0;
  while (!job.done) {
    job.step(slice);
    steps++;
  }
  return steps;
}

/** Counts textures, buffers, programs, shaders and vertex arrays that are made and not deleted. @returns the count so far. */
export function countObjects(gl: WebGLRenderingContext): () => number {
  let living = 0;
  const watch = (owner: object, name: string, change: number) => {
    const methods = owner as Record<string, (...args: unknown[]) => unknown>;
    const original = methods[name];
    methods[name] = (...args) => {
      if (change > 0 || args[0]) living += change;
      return original.apply(owner, args);
    };
  };
  for (const kind of ['Texture', 'Buffer', 'Program', 'Shader']) {
    watch(gl, `create${kind}`, 1);
    watch(gl, `delete${kind}`, -1);
  }
  const vao = gl.getExtension('OES_vertex_array_object');
  if (vao) {
    watch(vao, 'createVertexArrayOES', 1);
    watch(vao, 'deleteVertexArrayOES', -1);
  }
  return () => living;
}

export {
  LeanRenderer,
  lighting,
  loseContext,
  material,
  parts,
  readPixels as pixels,
  restoreContext,
  THREE,
  ThreeBackend,
  variants,
};
