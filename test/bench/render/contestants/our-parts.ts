import * as THREE from 'three';
import type {
  MeshPart,
  MeshSkin,
  UnpreparedPart,
  VertexAttribute,
  VertexAttributes,
} from '../../../../src/assets/meshes/mesh-asset.ts';
import { plainMaterial } from '../../../../src/assets/meshes/plain-material.ts';
import { preparePart } from '../../../../src/assets/meshes/prepare-part.ts';
import type { AnimationAsset } from '../../../../src/assets/motion/animation-asset.ts';
import type { SkeletonAsset } from '../../../../src/assets/motion/skeleton-asset.ts';
import { shrinkTexture, type TexturePicture } from '../../../../src/import/picture/texture-colours.ts';
import { makeLevels } from '../../../../src/import/write/levels/levels.ts';
import { triangleVisibility } from '../../../../src/import/write/levels/visibility/triangle-visibility.ts';
import { type PackedPart, packPart, quantizationVolume, weld } from '../../../../src/import/write/meshes/packed-part.ts';
import { partitionJoints } from '../../../../src/import/write/meshes/partition.ts';
import { type Figure, mapOf, mergedGeometry } from '../crowd.ts';

/** As the import writes them: welded, quantized, in the order of the vertex cache, with levels of detail; or as the file has them. */
export type Made = 'imported' | 'as is';

const identity = new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
const LEVELS = { count: 8, maxError: 0.3 };

/** A geometry of three's as a part of ours. Joints of a skin are named by their numbers. */
export async function partOf(geometry: THREE.BufferGeometry, color: THREE.Color, made: Made): Promise<MeshPart> {
  return preparePart(await unpreparedPartOf(geometry, color, made));
}

export async function unpreparedPartOf(
  geometry: THREE.BufferGeometry,
  color: THREE.Color,
  made: Made,
  map?: THREE.Texture,
): Promise<UnpreparedPart> {
  const { position, normal, uv, skinIndex, skinWeight } = geometry.attributes;
  const material = plainMaterial({ baseColor: [color.r, color.g, color.b, 1] });
  geometry.computeBoundingBox();
  const { min, max } = geometry.boundingBox as THREE.Box3;
  const bounds = { min: min.toArray(), max: max.toArray() };
  const index = Uint32Array.from((geometry.index as THREE.BufferAttribute).array);
  const base = { material, bounds, transform: identity, skin: undefined, morphTargets: [] };
  if (made === 'as is') {
    const floats = (a: THREE.BufferAttribute | THREE.InterleavedBufferAttribute, itemSize: 2 | 3 | 4): VertexAttribute => {
      return { array: Float32Array.from(a.array), itemSize, normalized: false };
    };
    const attributes: VertexAttributes = {
      POSITION: floats(position, 3),
      NORMAL: floats(normal, 3),
      ...(skinIndex && { TEXCOORD_0: floats(uv, 2), WEIGHTS_0: floats(skinWeight, 4) }),
      ...(skinIndex && { JOINTS_0: { array: Uint8Array.from(skinIndex.array), itemSize: 4, normalized: false } }),
    };
    return { ...base, levels: [{ index: Uint16Array.from(index), error: 0, attributes }] };
  }
  const source = {
    material,
    positions: Float32Array.from(position.array),
    normals: Float32Array.from(normal.array),
    ...(skinIndex && { uvs: Float32Array.from(uv.array) }),
    ...(skinIndex && { joints: Uint16Array.from(skinIndex.array), weights: Float32Array.from(skinWeight.array) }),
    index,
  };
  const volume = quantizationVolume([source]);
  const { parts, skins } = partitionJoints([weld(packPart(source, volume, 4))]);
  const packed = parts[0].part;
  const locked = new Uint8Array(packed.attributes.POSITION.data.length / 3);
  const [hidden] = await triangleVisibility([{ part: packed, joints: skins[0] }]);
  const colours = map && shrinkTexture(pixelsOf(map));
  const { part, levels, paint } = await makeLevels(packed, volume, locked, hidden, LEVELS, index.length / 3, colours);
  const attributes = attributesOf(part);
  const painted = paint && { ...attributes, _FOYER_PAINT: { array: paint, itemSize: 4, normalized: true } };
  const place = new THREE.Matrix4().makeScale(volume.scale, volume.scale, volume.scale).setPosition(...volume.center);
  return {
    ...base,
    transform: Float32Array.from(place.elements),
    levels: levels.map(level => ({ ...level, attributes: (level.painted && painted) || attributes })),
    skin: skinIndex && { joints: skins[0].map(String), inverseBind: new Float32Array() },
  };
}

function attributesOf({ attributes }: PackedPart): VertexAttributes {
  const out = Object.entries(attributes).map(([name, { data, size, normalized }]) => {
    return [name, { array: name === 'JOINTS_0' ? Uint8Array.from(data) : data, itemSize: size, normalized }];
  });
  return Object.fromEntries(out) as VertexAttributes;
}

/** The figure as one skinned part. */
export async function figurePart(figure: Figure, made: Made): Promise<MeshPart & { readonly skin: MeshSkin }> {
  const { geometry, skinned } = mergedGeometry(figure);
  const { bones, boneInverses } = skinned.skeleton;
  const part = await unpreparedPartOf(geometry, new THREE.Color(1, 1, 1), made, mapOf(figure));
  // Skins take the quantized positions, as the import writes them.
  const place = new THREE.Matrix4().fromArray(part.transform);
  const used = part.skin?.joints.map(Number) ?? bones.map((_, i) => i);
  const inverseBind = Float32Array.from(used.flatMap(i => boneInverses[i].clone().multiply(place).elements));
  const skin = { joints: used.map(i => bones[i].name), inverseBind };
  return { ...preparePart({ ...part, transform: identity, skin }), skin };
}

/** Everything in the figure that is no mesh, parents first. */
function nodesOf({ scene }: Figure): THREE.Object3D[] {
  const nodes: THREE.Object3D[] = [];
  scene.traverse(o => {
    if (!(o as THREE.Mesh).isMesh) nodes.push(o);
  });
  return nodes;
}

export function skeletonOf(figure: Figure): SkeletonAsset {
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

export function animationOf(clip: THREE.AnimationClip): AnimationAsset {
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

/** The bytes of a map of three's. */
function pixelsOf({ image }: THREE.Texture): TexturePicture {
  const { width, height, data } = image as ImageBitmap & { data?: Uint8Array };
  if (data) return { width, height, rgba: data };
  const context = new OffscreenCanvas(width, height).getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(image as ImageBitmap, 0, 0);
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
}
