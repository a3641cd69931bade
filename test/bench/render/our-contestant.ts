import { MeshoptEncoder, MeshoptSimplifier } from 'meshoptimizer';
import * as THREE from 'three';
import type { AnimationAsset } from '../../../src/assets/animation-asset.ts';
import type { MeshPart, VertexAttributes } from '../../../src/assets/mesh-asset.ts';
import { plainMaterial } from '../../../src/assets/plain-material.ts';
import type { SkeletonAsset } from '../../../src/assets/skeleton-asset.ts';
import { Avatar } from '../../../src/avatar/avatar.ts';
import { compileClip } from '../../../src/avatar/clip.ts';
import { bindSkin } from '../../../src/avatar/palette.ts';
import { PoseScheduler } from '../../../src/avatar/pose-scheduler.ts';
import { Skeleton } from '../../../src/avatar/skeleton.ts';
import { LeanRenderer } from '../../../src/render/lean-renderer.ts';
import { setLight } from '../../../src/render/lighting.ts';
import { createPartMesh, type PartData, setMap } from '../../../src/render/part-mesh.ts';
import type { Contestant, CrowdOptions } from './contestant.ts';
import {
  cameraOf,
  type Figure,
  FLOOR_COLOR,
  floorGeometry,
  furnishings,
  LIGHT,
  mapOf,
  mergedGeometry,
  placesOf,
} from './crowd.ts';

const identity = new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);

/** Foyer, lit. With `detail` 'full' every avatar is posed each frame and drawn whole; with 'auto' as a room does. */
export async function foyer(options: CrowdOptions & { readonly detail: 'full' | 'auto' }): Promise<Contestant> {
  const { figure, avatars, canvas, detail } = options;
  await Promise.all([MeshoptSimplifier.ready, MeshoptEncoder.ready]);
  const renderer = new LeanRenderer({ canvas, antialias: false });
  const scene = new THREE.Scene();
  scene.background = new THREE.Color(0);
  setLight(scene, LIGHT);
  const map = mapOf(figure);
  const { texture, job } = renderer.createTexture(await pictureOf(map));
  while (!job.done) job.step(1 << 20);

  const skeleton = new Skeleton(skeletonOf(figure));
  const clip = compileClip(animationOf(figure.clip), skeleton);
  const part = figurePart(figure, detail === 'full' ? [1] : [1, 0.5, 0.25, 0.12]);
  if (!part.skin) throw new Error('the figure has no skin');
  const binding = bindSkin(part.skin, skeleton, 'bench');
  const scheduler = new PoseScheduler();
  const owner = createPartMesh(part);
  setMap(owner, texture);
  const crowd = placesOf(avatars).map(({ x, z, turn, phase }) => {
    const avatar = new Avatar(skeleton);
    avatar.animator.add(clip);
    avatar.animator.play(clip.name);
    const palette = avatar.addSkin(binding);
    avatar.update(phase);
    const mesh = new THREE.Mesh(owner.geometry, owner.material);
    const data: PartData = { ...owner.userData.foyer, palette };
    mesh.userData.foyer = data;
    mesh.matrix.makeRotationY(turn).setPosition(x, 0, z);
    mesh.matrixAutoUpdate = false;
    mesh.matrixWorldNeedsUpdate = true;
    scene.add(mesh);
    return { avatar, data, entry: scheduler.add(avatar) };
  });
  const owners = new Map<THREE.BufferGeometry, THREE.Mesh>();
  const stand = (geometry: THREE.BufferGeometry, color: THREE.Color, matrix: THREE.Matrix4) => {
    let first = owners.get(geometry);
    if (!first) owners.set(geometry, (first = createPartMesh(partOf(geometry, color))));
    const mesh = new THREE.Mesh(first.geometry, first.material);
    mesh.userData.foyer = { ...first.userData.foyer };
    mesh.matrix.copy(matrix);
    mesh.matrixAutoUpdate = false;
    mesh.matrixWorldNeedsUpdate = true;
    scene.add(mesh);
  };
  for (const { geometry, color, matrix } of furnishings()) stand(geometry, color, matrix);
  stand(floorGeometry(), FLOOR_COLOR, new THREE.Matrix4());
  let last = 0;
  let camera = cameraOf(canvas.width, canvas.height);
  await renderer.warmUp(scene);
  return {
    canvas,
    gl: renderer.gl,
    frame(seconds) {
      const step = seconds - last;
      last = seconds;
      if (detail === 'full') for (let i = 0; i < crowd.length; i++) crowd[i].avatar.update(step);
      else {
        for (let i = 0; i < crowd.length; i++) scheduler.see(crowd[i].entry, crowd[i].data.pixels / canvas.height);
        scheduler.frame(step);
      }
      renderer.render(scene, camera);
    },
    resize(width, height) {
      renderer.setSize(width, height);
      camera = cameraOf(width, height);
    },
    lookAway(away) {
      camera.rotation.set(0, away ? Math.PI : 0, 0);
      if (!away) camera = cameraOf(canvas.width, canvas.height);
      camera.updateMatrixWorld();
    },
    dispose: () => renderer.dispose(),
  };
}

async function pictureOf(map: THREE.Texture) {
  const image = map.image as ImageBitmap & { data?: Uint8Array };
  const { width, height } = image;
  return { kind: 'picture' as const, width, height, image: image.data ? { data: image.data, width, height } : image };
}

/** Everything in the figure that is no mesh, parents first. */
function nodesOf({ scene }: Figure): THREE.Object3D[] {
  const nodes: THREE.Object3D[] = [];
  scene.traverse(o => {
    if (!(o as THREE.Mesh).isMesh) nodes.push(o);
  });
  return nodes;
}

function skeletonOf(figure: Figure): SkeletonAsset {
  const nodes = nodesOf(figure);
  const flat = (read: (o: THREE.Object3D) => number[]) => Float32Array.from(nodes.flatMap(read));
  return {
    names: nodes.map((o, i) => o.name || `node${i}`),
    parents: Int16Array.from(nodes.map(o => (o.parent ? nodes.indexOf(o.parent) : -1))),
    translations: flat(o => o.position.toArray()),
    rotations: flat(o => o.quaternion.toArray() as number[]),
    scales: flat(o => o.scale.toArray()),
    humanoid: {},
  };
}

function animationOf(clip: THREE.AnimationClip): AnimationAsset {
  const paths = { position: 'translation', quaternion: 'rotation', scale: 'scale' } as const;
  const tracks = clip.tracks.map(track => {
    const { nodeName, propertyName } = THREE.PropertyBinding.parseTrackName(track.name);
    return {
      target: nodeName,
      path: paths[propertyName as keyof typeof paths],
      interpolation: 'linear' as const,
      times: Float32Array.from(track.times),
      values: Float32Array.from(track.values),
    };
  });
  return { name: clip.name, duration: clip.duration, loop: true, speed: 0, tracks };
}

/** The merged figure as the import would write it: vertex-cache order, coarser levels, bytes where bytes are enough. */
function figurePart(figure: Figure, ratios: readonly number[]): MeshPart {
  const { geometry, skinned } = mergedGeometry(figure);
  const { position, normal, uv, skinIndex, skinWeight } = geometry.attributes;
  const attributes: VertexAttributes = {
    POSITION: { array: position.array as Float32Array, itemSize: 3, normalized: false },
    NORMAL: { array: Int8Array.from(normal.array, v => Math.round(v * 127)), itemSize: 3, normalized: true },
    TEXCOORD_0: { array: uv.array as Float32Array, itemSize: 2, normalized: false },
    JOINTS_0: { array: Uint8Array.from(skinIndex.array), itemSize: 4, normalized: false },
    WEIGHTS_0: { array: bytesOfWeights(skinWeight.array), itemSize: 4, normalized: true },
  };
  const full = Uint32Array.from((geometry.index as THREE.BufferAttribute).array);
  const scale = MeshoptSimplifier.getScale(position.array as Float32Array, 3);
  const levels = ratios.map(ratio => {
    let index = full;
    let error = 0;
    if (ratio < 1) {
      const target = Math.floor((full.length * ratio) / 3) * 3;
      const extra = uv.array as Float32Array;
      const [simple, relative] = MeshoptSimplifier.simplifyWithAttributes(
        full,
        position.array as Float32Array,
        3,
        extra,
        2,
        [0.5, 0.5],
        null,
        target,
        0.05,
      );
      index = new Uint32Array(simple);
      error = relative * scale;
    }
    const [remap] = MeshoptEncoder.reorderMesh(new Uint32Array(index), true, false);
    const back = new Uint32Array(position.count);
    remap.forEach((to, from) => {
      if (to !== 0xffffffff) back[to] = from;
    });
    const copy = new Uint32Array(index);
    MeshoptEncoder.reorderMesh(copy, true, false);
    return { index: Uint16Array.from(copy, i => back[i]), error, attributes };
  });
  const { bones, boneInverses } = skinned.skeleton;
  geometry.computeBoundingBox();
  const { min, max } = geometry.boundingBox as THREE.Box3;
  return {
    ...emptyPart,
    levels,
    skin: { joints: bones.map(b => b.name), inverseBind: Float32Array.from(boneInverses.flatMap(m => m.elements)) },
    bounds: { min: [min.x, min.y, min.z], max: [max.x, max.y, max.z] },
  };
}

/** Sum 255: the largest weight takes the rounding. */
function bytesOfWeights(weights: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(weights.length);
  for (let v = 0; v < out.length; v += 4) {
    let rest = 255;
    let largest = v;
    for (let i = v; i < v + 4; i++) {
      out[i] = Math.round(weights[i] * 255);
      rest -= out[i];
      if (weights[i] > weights[largest]) largest = i;
    }
    out[largest] += rest;
  }
  return out;
}

function partOf(geometry: THREE.BufferGeometry, color: THREE.Color): MeshPart {
  const { position, normal } = geometry.attributes;
  geometry.computeBoundingBox();
  const { min, max } = geometry.boundingBox as THREE.Box3;
  const attributes: VertexAttributes = {
    POSITION: { array: position.array as Float32Array, itemSize: 3, normalized: false },
    NORMAL: { array: Int8Array.from(normal.array, v => Math.round(v * 127)), itemSize: 3, normalized: true },
  };
  return {
    ...emptyPart,
    material: { ...emptyPart.material, baseColor: [color.r, color.g, color.b, 1] },
    levels: [{ index: Uint16Array.from((geometry.index as THREE.BufferAttribute).array), error: 0, attributes }],
    bounds: { min: [min.x, min.y, min.z], max: [max.x, max.y, max.z] },
  };
}

const emptyPart: Omit<MeshPart, 'levels' | 'bounds'> = {
  material: plainMaterial({ name: 'figure' }),
  transform: identity,
  skin: undefined,
  morphTargets: [],
};
