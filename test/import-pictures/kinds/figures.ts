import { BoxGeometry, Matrix4, SphereGeometry } from 'three';
import { Maker } from './build.ts';
import type { Files } from './files.ts';
import { bind, chain, limb, sway, turns } from './limb.ts';
import { body, bones, ORDER, ordered, person, walk } from './person.ts';

const weightsOf = (primitive: ReturnType<typeof body>): Float32Array =>
  primitive.getAttribute('WEIGHTS_0')?.getArray() as Float32Array;

/** Skinned figures as exporters write them. */
export const FIGURES: Readonly<Record<string, () => Promise<Maker | Files>>> = {
  /** FBX2glTF: a root node, joints in centimetres below it, the mesh beside them, no `skeleton`, a Mixamo name for each bone. */
  async Fbx2Gltf() {
    const m = new Maker();
    const root = m.node({ name: 'RootNode' });
    const hundredth = m.node({ name: 'Armature', scale: [0.01, 0.01, 0.01] }, root);
    const [node, joints] = person(m, hundredth, 100, new Matrix4(), bone => `mixamorig:${bone}`);
    m.scene.removeChild(node);
    root.addChild(node);
    walk(m, joints, 'mixamo.com');
    return m;
  },

  /** Blender: the armature is turned and 100 times as large; the mesh hangs below it and its vertices lie in its space. */
  async BlenderArmature() {
    const m = new Maker();
    const armature = m.node({ name: 'Armature', turn: [-90, 0, 0], scale: [100, 100, 100] });
    const up = m.node({ name: 'Root', turn: [90, 0, 0] }, armature);
    const [node, joints] = person(m, up, 0.01, new Matrix4());
    m.scene.removeChild(node);
    armature.addChild(node);
    node.setTranslation([0.3, 0, 0]).setScale([2, 2, 2]);
    walk(m, joints);
    return m;
  },

  /** Sketchfab: matrices all the way down, `_rootJoint`, and names with numbers. */
  async SketchfabMatrices() {
    const m = new Maker();
    const top = m.node({ name: 'Sketchfab_model' }).setMatrix([1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
    const fbx = m.node({ name: 'man.fbx' }, top).setMatrix([0.01, 0, 0, 0, 0, 0, 0.01, 0, 0, -0.01, 0, 0, 0, 0, 0, 1]);
    const root = m.node({ name: '_rootJoint' }, m.node({ name: 'GLTF_created_0' }, m.node({ name: 'RootNode' }, fbx)));
    const [node, joints] = person(m, root, 100, new Matrix4(), bone => `${bone}_0${ORDER.indexOf(bone)}`);
    m.scene.removeChild(node);
    fbx.addChild(node);
    walk(m, joints, 'Take 001');
    return m;
  },

  /** The joints stand in no scene. three.js leaves them at the origin; we put each where its own parents do. */
  async JointsOutsideScene() {
    const m = new Maker();
    const [, joints] = person(m);
    m.scene.removeChild(joints.hips);
    return m;
  },

  /** No inverse bind matrices: the vertices lie in the space of their joints. */
  async NoInverseBind() {
    const m = new Maker();
    const joints = chain(m, undefined, 2, 0);
    joints[1].setTranslation([0, 0.2, 0]);
    const node = m.stand(limb(m, 2, 1).setMaterial(m.material([0.5, 0.6, 0.8])));
    bind(m, node, joints);
    node.getSkin()?.setInverseBindMatrices(null);
    sway(m, joints);
    return m;
  },

  /** Five to eight weights a vertex, of which the last four are small. */
  async EightWeights() {
    const m = new Maker();
    const joints = chain(m, undefined, 6, 0.2);
    const primitive = limb(m, 6, 1.2).setMaterial(m.material([0.7, 0.6, 0.3]));
    const weights = weightsOf(primitive);
    const count = weights.length / 4;
    const [j, w] = [new Uint8Array(count * 4), new Float32Array(count * 4)];
    for (let v = 0; v < count; v++) {
      j.set([0, 1, 4, 5], v * 4);
      w.set([0.01, 0.01, 0.005, 0], v * 4);
      for (let k = 0; k < 4; k++) weights[v * 4 + k] *= 0.975;
    }
    primitive.setAttribute('JOINTS_1', m.accessor(j, 'VEC4')).setAttribute('WEIGHTS_1', m.accessor(w, 'VEC4'));
    bind(m, m.stand(primitive), joints);
    sway(m, joints);
    return m;
  },

  /** Weights that add up to 0.4 and to 3, and to nothing at all. */
  async LooseSums() {
    const m = new Maker();
    const joints = chain(m, undefined, 3, 0.3);
    const primitive = limb(m, 3, 0.9).setMaterial(m.material([0.4, 0.6, 0.6]));
    const weights = weightsOf(primitive);
    for (let i = 0; i < weights.length; i++) weights[i] *= [0.4, 3, 0.9, i < 136 ? 0 : 1][(i >> 2) % 4];
    bind(m, m.stand(primitive), joints);
    sway(m, joints);
    return m;
  },

  /** The mesh hangs on a joint of its own skin, with a place of its own, which does not count. */
  async MeshOnItsJoint() {
    const m = new Maker();
    const joints = bones(m, undefined);
    const node = m.stand(body(m).setMaterial(m.material([0.5, 0.5, 0.6])), { at: [1, 2, 3], turn: [0, 40, 0] }, joints.chest);
    bind(m, node, ordered(joints));
    walk(m, joints);
    return m;
  },

  /** One mesh, two skins, two skeletons: twins that move apart. */
  async Twins() {
    const m = new Maker();
    const primitive = body(m).setMaterial(m.material([0.5, 0.7, 0.5]));
    const mesh = m.document.createMesh('Body').addPrimitive(primitive);
    for (const [i, x] of [-0.8, 0.8].entries()) {
      const joints = bones(m, m.node({ name: `twin ${i}` }), 1, bone => `${bone}.00${i}`);
      const node = m.node({ name: `Body.00${i}` }).setMesh(mesh);
      bind(m, node, ordered(joints));
      joints.hips.getParentNode()?.setTranslation([x, 0, 0]);
      walk(m, i === 0 ? joints : { ...joints, leftLeg: joints.rightLeg, rightLeg: joints.leftLeg });
    }
    return m;
  },

  /** A single joint, and one that is listed twice. */
  async OneJoint() {
    const m = new Maker();
    const [joint] = chain(m, undefined, 1, 0, 'only');
    const primitive = m.primitive(new BoxGeometry(0.6, 0.6, 0.6), m.material([0.8, 0.4, 0.3]));
    const { length } = primitive.getAttribute('POSITION')?.getArray() as Float32Array;
    const one = Float32Array.from({ length: (length / 3) * 4 }, (_, i) => Number(i % 4 === 0));
    primitive
      .setAttribute('JOINTS_0', m.accessor(new Uint8Array(one.length), 'VEC4'))
      .setAttribute('WEIGHTS_0', m.accessor(one, 'VEC4'));
    bind(m, m.stand(primitive), [joint]);
    m.animate('turn', joint, 'rotation', [0, 1, 2], turns([[0, 0, 0], [0, 80, 30], [0, 0, 0]])); // biome-ignore format: one line
    return m;
  },

  /** A sheared, unevenly scaled parent above the skeleton. */
  async ShearedFigure() {
    const m = new Maker();
    const parent = m.node({ scale: [1.6, 0.7, 1] });
    const turned = m.node({ turn: [0, 30, 25] }, parent);
    const [, joints] = person(m, turned);
    walk(m, joints);
    return m;
  },

  /** A figure beside a prop that moves, one that stands, and a hat on the head; two clips. */
  async FigureAndProps() {
    const m = new Maker();
    const [, joints] = person(m);
    walk(m, joints);
    const ball = m.stand(m.primitive(new SphereGeometry(0.2, 16, 12), m.material([0.8, 0.2, 0.2])), { at: [0.7, 0.2, 0.3] });
    m.animate('walk', ball, 'translation', [0, 0.6, 1.2], [0.7, 0.2, 0.3, 0.7, 0.9, 0.3, 0.7, 0.2, 0.3]);
    m.stand(m.primitive(new BoxGeometry(0.4, 0.3, 0.4), m.material([0.4, 0.3, 0.2])), { at: [-0.8, 0.15, 0] });
    m.stand(m.primitive(new BoxGeometry(0.35, 0.12, 0.35), m.material([0.1, 0.2, 0.6])), { at: [0, 0.27, 0] }, joints.head);
    m.animate('jump', joints.hips, 'translation', [0, 0.5, 1], [0, 0.95, 0, 0, 1.3, 0, 0, 0.95, 0]);
    return m;
  },

  /** A mesh of two primitives that share their vertices, each with some of the triangles. */
  async SharedVerticesSkin() {
    const m = new Maker();
    const joints = bones(m, undefined);
    const whole = body(m).setMaterial(m.material([0.7, 0.5, 0.4]));
    const index = whole.getIndices()?.getArray() as Uint16Array;
    const half = Math.floor(index.length / 6) * 3;
    const other = m.document.createPrimitive().setMaterial(m.material([0.2, 0.3, 0.6]));
    for (const name of whole.listSemantics()) other.setAttribute(name, whole.getAttribute(name));
    other.setIndices(m.accessor(index.slice(half), 'SCALAR'));
    whole.setIndices(m.accessor(index.slice(0, half), 'SCALAR'));
    bind(m, m.stand([whole, other]), ordered(joints));
    walk(m, joints);
    return m;
  },

  /** A `skeleton` that names a node which is no ancestor of all joints, and two roots. */
  async TwoRoots() {
    const m = new Maker();
    const [left, right] = [chain(m, undefined, 2, 0.4, 'left'), chain(m, undefined, 2, 0.4, 'right')];
    right[0].setTranslation([0, 0.8, 0]);
    const joints = [...left, ...right];
    const node = m.stand(limb(m, 4, 1.6).setMaterial(m.material([0.6, 0.3, 0.5])));
    bind(m, node, joints);
    node.getSkin()?.setSkeleton(right[1]);
    sway(m, joints);
    return m;
  },

  /** A joint that is turned inside out by a clip, and one whose scale is negative from the start. */
  async NegativeJoints() {
    const m = new Maker();
    const joints = chain(m, undefined, 3, 0.3);
    joints[1].setScale([-1, 1, 1]);
    const node = m.stand(limb(m, 3, 0.9).setMaterial(m.material([0.4, 0.5, 0.8])));
    bind(m, node, joints);
    sway(m, joints);
    return m;
  },

  /** A joint is flattened where it is bound, and squashed by a clip: the light on it is that of normals of length 1. */
  async Squashed() {
    const m = new Maker();
    const joints = chain(m, undefined, 4, 0.3);
    joints[1].setScale([1.5, 0.6, 1]);
    const node = m.stand(limb(m, 4, 1.2).setMaterial(m.material([0.6, 0.5, 0.4])));
    bind(m, node, joints);
    sway(m, joints);
    m.animate('sway', joints[2], 'scale', [0, 0.7, 1.5], [1, 1, 1, 1, 1, 0.2, 1, 1, 1]);
    return m;
  },

  /** Cameras and lights on joints, an empty mesh, and nodes without anything. */
  async Furnished() {
    const m = new Maker();
    const [, joints] = person(m);
    walk(m, joints);
    m.node({ at: [0, 0.1, 0.2] }, joints.head).setCamera(
      m.document.createCamera().setType('perspective').setYFov(1).setZNear(0.1),
    );
    m.node({ name: 'IK target', at: [2, 0, 0] });
    m.node({ name: 'Icosphere' }, joints.leftHand);
    return m;
  },

  /** The figure is bound elsewhere than it stands: the first frame is not the pose of its vertices. */
  async BoundElsewhere() {
    const m = new Maker();
    const [node, joints] = person(m);
    node.setName('moved');
    joints.leftArm.setRotation([0, 0, -0.6, 0.8]);
    joints.rightArm.setRotation([0, 0, 0.6, 0.8]);
    joints.hips.setTranslation([0.4, 0.95, 0]);
    return m;
  },
};
