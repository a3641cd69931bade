/** A simple person of joints and one skinned mesh, as small as an exporter's figure can be. */
import type { Node, Primitive } from '@gltf-transform/core';
import { CapsuleGeometry, Matrix4, SphereGeometry } from 'three';
import { mergeGeometries } from 'three/examples/jsm/utils/BufferGeometryUtils.js';
import { type Maker, quaternion } from './build.ts';
import { bind } from './limb.ts';

type Point = readonly [number, number, number];

/** Joints in metres, in a T-pose; each names its parent. */
export const BONES = {
  hips: [undefined, [0, 0.95, 0]],
  spine: ['hips', [0, 1.15, 0]],
  chest: ['spine', [0, 1.35, 0]],
  head: ['chest', [0, 1.55, 0]],
  leftArm: ['chest', [0.2, 1.45, 0]],
  leftHand: ['leftArm', [0.5, 1.45, 0]],
  rightArm: ['chest', [-0.2, 1.45, 0]],
  rightHand: ['rightArm', [-0.5, 1.45, 0]],
  leftLeg: ['hips', [0.1, 0.9, 0]],
  leftFoot: ['leftLeg', [0.1, 0.45, 0]],
  rightLeg: ['hips', [-0.1, 0.9, 0]],
  rightFoot: ['rightLeg', [-0.1, 0.45, 0]],
} as const satisfies Record<string, readonly [string | undefined, Point]>;
export type Bone = keyof typeof BONES;
export const ORDER = Object.keys(BONES) as Bone[];

/** Shapes of the body: bone, middle, half height, radius, and whether it lies along x. */
const SHAPES: readonly (readonly [Bone, Point, number, number, boolean])[] = [
  ['hips', [0, 0.98, 0], 0.04, 0.14, false],
  ['spine', [0, 1.2, 0], 0.08, 0.13, false],
  ['chest', [0, 1.38, 0], 0.06, 0.16, false],
  ['leftArm', [0.36, 1.45, 0], 0.1, 0.05, true],
  ['leftHand', [0.62, 1.45, 0], 0.08, 0.045, true],
  ['rightArm', [-0.36, 1.45, 0], 0.1, 0.05, true],
  ['rightHand', [-0.62, 1.45, 0], 0.08, 0.045, true],
  ['leftLeg', [0.1, 0.68, 0], 0.14, 0.075, false],
  ['leftFoot', [0.1, 0.24, 0], 0.13, 0.06, false],
  ['rightLeg', [-0.1, 0.68, 0], 0.14, 0.075, false],
  ['rightFoot', [-0.1, 0.24, 0], 0.13, 0.06, false],
];

/** The body in metres. Vertices near the end of a shape share its joint's parent. */
export function body(m: Maker): Primitive {
  const shapes = SHAPES.map(([, at, half, radius, lies]) => {
    const shape = new CapsuleGeometry(radius, half * 2, 4, 12);
    if (lies) shape.rotateZ(Math.PI / 2);
    return shape.translate(...at);
  });
  const all = mergeGeometries([...shapes, new SphereGeometry(0.13, 16, 12).translate(0, 1.68, 0)]);
  const primitive = m.primitive(all);
  const count = all.getAttribute('position').count;
  const [joints, weights] = [new Uint8Array(count * 4), new Float32Array(count * 4)];
  let v = 0;
  for (const [i, shape] of [...shapes, undefined].entries()) {
    const bone: Bone = i < SHAPES.length ? SHAPES[i][0] : 'head';
    const parent = BONES[bone][0] ?? bone;
    const end = shape ? v + shape.getAttribute('position').count : count;
    for (; v < end; v++) {
      const [x, y] = [all.getAttribute('position').getX(v), all.getAttribute('position').getY(v)];
      const near = Math.max(0, 1 - Math.hypot(x - BONES[bone][1][0], y - BONES[bone][1][1]) / 0.12) * 0.5;
      joints.set([ORDER.indexOf(bone), ORDER.indexOf(parent), 0, 0], v * 4);
      weights.set([1 - near, near, 0, 0], v * 4);
    }
  }
  return primitive.setAttribute('JOINTS_0', m.accessor(joints, 'VEC4')).setAttribute('WEIGHTS_0', m.accessor(weights, 'VEC4'));
}

/** Makes the joints below `root`. @param unit - of a translation, so many a metre. */
export function bones(m: Maker, root: Node | undefined, unit = 1, name = (bone: Bone): string => bone): Record<Bone, Node> {
  const out: Partial<Record<Bone, Node>> = {};
  for (const bone of ORDER) {
    const [above, [x, y, z]] = BONES[bone];
    const [px, py, pz] = above ? BONES[above][1] : [0, 0, 0];
    const at = [(x - px) * unit, (y - py) * unit, (z - pz) * unit] as const;
    out[bone] = m.node({ name: name(bone), at }, above ? out[above] : root);
  }
  return out as Record<Bone, Node>;
}

/** Arms down, one leg forward, a nod. */
export function walk(m: Maker, joints: Record<Bone, Node>, clip = 'walk'): void {
  const turn = (bone: Bone, ...degrees: readonly Point[]): void =>
    m.animate(clip, joints[bone], 'rotation', degrees.map((_, i) => i * 0.4), degrees.flatMap(d => quaternion(d))); // biome-ignore format: one line
  turn('leftArm', [0, 0, -70], [25, 0, -60], [-25, 0, -60], [0, 0, -70]);
  turn('rightArm', [0, 0, 70], [-25, 0, 60], [25, 0, 60], [0, 0, 70]);
  turn('leftLeg', [0, 0, 0], [-30, 0, 0], [30, 0, 0], [0, 0, 0]);
  turn('rightLeg', [0, 0, 0], [30, 0, 0], [-30, 0, 0], [0, 0, 0]);
  turn('head', [0, 0, 0], [15, 20, 0], [0, -20, 5], [0, 0, 0]);
}

/** Joints in the order of a skin. */
export const ordered = (joints: Record<Bone, Node>): Node[] => ORDER.map(bone => joints[bone]);

/** A person whose joints are bound as they stand. */
export function person(
  m: Maker,
  root?: Node,
  unit = 1,
  mesh = new Matrix4(),
  name?: (bone: Bone) => string,
): [Node, Record<Bone, Node>] {
  const joints = bones(m, root, unit, name);
  const node = m.stand(body(m).setMaterial(m.material([0.6, 0.45, 0.35])), { name: 'Body' });
  bind(m, node, ordered(joints), mesh);
  return [node, joints];
}
