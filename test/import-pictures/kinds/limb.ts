/** A limb with joints: what the skinned models of this folder are made of. */
import type { Node, Primitive } from '@gltf-transform/core';
import { CylinderGeometry, Matrix4 } from 'three';
import { type Maker, quaternion } from './build.ts';

export const turns = (degrees: readonly (readonly [number, number, number])[]): number[] => degrees.flatMap(d => quaternion(d));

/** Where a node stands in the world, by three's own arithmetic. */
export function worldOf(node: Node): Matrix4 {
  const local = new Matrix4().fromArray(node.getMatrix());
  const parent = node.getParentNode();
  return parent ? worldOf(parent).multiply(local) : local;
}

/** A tall cylinder whose rings follow the joints, two a vertex. */
export function limb(m: Maker, joints: number, height: number): Primitive {
  const primitive = m.primitive(new CylinderGeometry(0.12, 0.16, height, 16, joints * 4).translate(0, height / 2, 0));
  const position = primitive.getAttribute('POSITION')?.getArray() as Float32Array;
  const count = position.length / 3;
  const [j, w] = [new Uint8Array(count * 4), new Float32Array(count * 4)];
  for (let v = 0; v < count; v++) {
    const at = Math.min(joints - 1.001, Math.max(0, (position[v * 3 + 1] / height) * joints - 0.5));
    j.set([Math.floor(at), Math.floor(at) + 1], v * 4);
    w.set([1 - (at % 1), at % 1], v * 4);
  }
  return primitive.setAttribute('JOINTS_0', m.accessor(j, 'VEC4')).setAttribute('WEIGHTS_0', m.accessor(w, 'VEC4'));
}

/** A chain of joints below `root`, `step` apart. */
export function chain(m: Maker, root: Node | undefined, count: number, step: number, prefix = 'joint'): Node[] {
  const out: Node[] = [];
  for (let i = 0; i < count; i++)
    out.push(m.node({ name: `${prefix} ${i}`, at: [0, i === 0 ? 0 : step, 0] }, out[i - 1] ?? root));
  return out;
}

/** Binds the joints where they stand now. @param mesh - world matrix of the mesh's vertices. */
export function bind(m: Maker, node: Node, joints: readonly Node[], mesh = new Matrix4()): void {
  const inverse = joints.flatMap(joint => worldOf(joint).invert().multiply(mesh).toArray());
  const skin = m.document.createSkin().setInverseBindMatrices(m.accessor(Float32Array.from(inverse), 'MAT4'));
  for (const joint of joints) skin.addJoint(joint);
  node.setSkin(skin);
}

export function sway(m: Maker, joints: readonly Node[], clip = 'sway'): void {
  for (const joint of joints)
    m.animate(clip, joint, 'rotation', [0, 0.5, 1, 1.5], turns([[0, 0, 0], [0, 10, 25], [15, 0, -20], [0, 0, 0]])); // biome-ignore format: one line
}
