import type * as THREE from 'three';
import { type Figure, mergedGeometry } from './crowd.ts';

/** A figure as engines other than three's want it: one skinned mesh, joints by number, tracks by joint. */
export interface Rig {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly uvs: Float32Array;
  readonly joints: Uint16Array;
  readonly weights: Float32Array;
  readonly index: Uint16Array;
  readonly bones: readonly RigBone[];
  /** Numbers of bones, parents first. */
  readonly order: readonly number[];
  readonly tracks: readonly RigTrack[];
  /** Seconds. */
  readonly duration: number;
}

export interface RigBone {
  readonly name: string;
  /** -1 for a root. */
  readonly parent: number;
  readonly position: THREE.Vector3;
  readonly quaternion: THREE.Quaternion;
  readonly scale: THREE.Vector3;
  readonly inverseBind: THREE.Matrix4;
}

export interface RigTrack {
  readonly bone: number;
  readonly path: 'position' | 'quaternion' | 'scale';
  readonly times: Float32Array;
  readonly values: Float32Array;
}

export function rigOf(figure: Figure): Rig {
  const { geometry, skinned } = mergedGeometry(figure);
  const { position, normal, uv, skinIndex, skinWeight } = geometry.attributes;
  const { bones, boneInverses } = skinned.skeleton;
  const parents = bones.map(bone => bones.indexOf(bone.parent as THREE.Bone));
  const order: number[] = [];
  const place = (bone: number) => {
    if (order.includes(bone)) return;
    if (parents[bone] >= 0) place(parents[bone]);
    order.push(bone);
  };
  for (let i = 0; i < bones.length; i++) place(i);
  const tracks = figure.clip.tracks.flatMap(track => {
    const dot = track.name.lastIndexOf('.');
    const bone = bones.findIndex(b => b.name === track.name.slice(0, dot));
    const path = track.name.slice(dot + 1) as RigTrack['path'];
    return bone < 0 ? [] : [{ bone, path, times: Float32Array.from(track.times), values: Float32Array.from(track.values) }];
  });
  return {
    positions: position.array as Float32Array,
    normals: normal.array as Float32Array,
    uvs: uv.array as Float32Array,
    joints: skinIndex.array as Uint16Array,
    weights: skinWeight.array as Float32Array,
    index: geometry.index?.array as Uint16Array,
    bones: bones.map(({ name, position: at, quaternion, scale }, i) => {
      return { name, parent: parents[i], position: at, quaternion, scale, inverseBind: boneInverses[i] };
    }),
    order,
    tracks,
    duration: figure.clip.duration,
  };
}

/** Pixels of the figure's picture: RGBA rows as the file has them. */
export function pixelsOf(map: THREE.Texture): { data: Uint8Array; width: number; height: number } {
  const image = map.image as ImageBitmap & { data?: Uint8Array };
  const { width, height } = image;
  if (image.data) return { data: image.data, width, height };
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(image, 0, 0);
  return { data: new Uint8Array(context.getImageData(0, 0, width, height).data.buffer), width, height };
}
