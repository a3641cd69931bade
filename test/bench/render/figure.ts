import * as THREE from 'three';
import type { Figure } from './crowd.ts';

/** Joints of a chain, as many as the knight has. */
const JOINTS = 41;
/** Around and along: 5,248 triangles. */
const AROUND = 64;
const ALONG = 41;

/** A tall figure that sways, for machines without the knight: 41 joints, 5,248 triangles, one or two weights a vertex. */
export function syntheticFigure(): Figure {
  const height = 1.8;
  const geometry = new THREE.CylinderGeometry(0.12, 0.3, height, AROUND, ALONG, true).translate(0, height / 2, 0);
  const position = geometry.getAttribute('position');
  const joints = new Uint16Array(position.count * 4);
  const weights = new Float32Array(position.count * 4);
  for (let v = 0; v < position.count; v++) {
    const along = Math.min(JOINTS - 1.001, Math.max(0, (position.getY(v) / height) * (JOINTS - 1)));
    const joint = Math.floor(along);
    joints.set([joint, joint + 1, 0, 0], v * 4);
    weights.set([1 - (along - joint), along - joint, 0, 0], v * 4);
  }
  geometry.setAttribute('skinIndex', new THREE.BufferAttribute(joints, 4));
  geometry.setAttribute('skinWeight', new THREE.BufferAttribute(weights, 4));
  const size = 256;
  const pixels = new Uint8Array(size * size * 4).map((_, i) => (i % 4 === 3 ? 255 : 120 + ((i >> 7) % 100)));
  const map = new THREE.DataTexture(pixels, size, size);
  map.colorSpace = THREE.SRGBColorSpace;
  map.generateMipmaps = true;
  map.minFilter = THREE.LinearMipmapLinearFilter;
  map.magFilter = THREE.LinearFilter;
  map.needsUpdate = true;
  const bones = Array.from({ length: JOINTS }, (_, i) => {
    const bone = new THREE.Bone();
    bone.name = `joint${i}`;
    bone.position.y = i === 0 ? 0 : height / (JOINTS - 1);
    return bone;
  });
  for (let i = 1; i < JOINTS; i++) bones[i - 1].add(bones[i]);
  const mesh = new THREE.SkinnedMesh(geometry, new THREE.MeshStandardMaterial({ map }));
  const scene = new THREE.Group();
  scene.add(mesh, bones[0]);
  scene.updateMatrixWorld(true);
  mesh.bind(new THREE.Skeleton(bones));
  const times = Array.from({ length: 31 }, (_, i) => i / 15);
  const tracks = bones.map((bone, i) => {
    const values = times.flatMap(t => {
      const q = new THREE.Quaternion().setFromEuler(
        new THREE.Euler(0.03 * Math.sin(t * Math.PI + i * 0.2), 0, 0.03 * Math.cos(t * Math.PI)),
      );
      return [q.x, q.y, q.z, q.w];
    });
    return new THREE.QuaternionKeyframeTrack(`${bone.name}.quaternion`, times, values);
  });
  return { scene, clip: new THREE.AnimationClip('sway', 2, tracks), name: 'figure made by code' };
}
