import type { Primitive } from '@gltf-transform/core';
import { BoxGeometry, CylinderGeometry, Matrix4, PlaneGeometry, SphereGeometry } from 'three';
import { Maker } from './build.ts';
import { bind, chain, limb, sway, turns, worldOf } from './limb.ts';

/** A plane that two targets bend. */
function morphing(m: Maker, normals: boolean): Primitive {
  const primitive = m.primitive(new PlaneGeometry(1, 1, 10, 10), m.material([0.7, 0.5, 0.3]).setDoubleSided(true));
  const p = primitive.getAttribute('POSITION')?.getArray() as Float32Array;
  const shapes = [
    p.map((_, i) => (i % 3 === 2 ? 0.4 * Math.cos(3 * p[i - 2]) : 0)),
    p.map((_, i) => (i % 3 === 0 ? 0.5 * p[i + 1] ** 2 : 0)),
  ];
  for (const shape of shapes) {
    const target = m.document.createPrimitiveTarget().setAttribute('POSITION', m.accessor(shape, 'VEC3'));
    if (normals) target.setAttribute('NORMAL', m.accessor(p.map((_, i) => (i % 3 === 0 ? 0.3 : 0)), 'VEC3')); // biome-ignore format: one line
    primitive.addTarget(target);
  }
  return primitive;
}

/** What moves, each after one of Khronos' sample models. */
export const MOVING: Readonly<Record<string, () => Promise<Maker>>> = {
  /** Nine boxes: step, linear and spline for each of translation, rotation and scale. */
  async Interpolation() {
    const m = new Maker();
    const times = [0, 0.6, 1.2, 2];
    const values = {
      translation: [0, 0, 0, 0, 0.4, 0, 0.3, -0.2, 0, 0, 0, 0],
      rotation: turns([[0, 0, 0], [0, 0, 90], [60, 0, 120], [0, 0, 0]]), // biome-ignore format: one line
      scale: [1, 1, 1, 0.5, 1.2, 1, 1, 0.4, 1, 1, 1, 1],
    };
    for (const [row, kind] of (['STEP', 'LINEAR', 'CUBICSPLINE'] as const).entries())
      for (const [column, path] of (['translation', 'rotation', 'scale'] as const).entries()) {
        const box = m.primitive(new BoxGeometry(0.6, 0.6, 0.6), m.material([0.3 + 0.3 * row, 0.4, 0.9 - 0.3 * column]));
        const node = m.stand(box, { at: [column * 1.6, row * 1.6, 0], name: `${kind} ${path}` });
        const size = path === 'rotation' ? 4 : 3;
        const base = path === 'translation' ? [column * 1.6, row * 1.6, 0] : [0, 0, 0];
        const moved = values[path].map((v, i) => v + (size === 3 ? base[i % 3] : 0));
        // Tangents: level at the ends, towards the next in between.
        const spline = times.flatMap((_, k) => {
          const value = moved.slice(k * size, k * size + size);
          const tangent = value.map((v, i) => (k === 0 || k === 3 ? 0 : (moved[(k + 1) * size + i] - v) * 0.9));
          return [...tangent, ...value, ...tangent];
        });
        m.animate('all', node, path, times, kind === 'CUBICSPLINE' ? spline : moved, kind);
      }
    return m;
  },

  /** The first key is not at 0, and the tracks end at different times. */
  async LateKeys() {
    const m = new Maker();
    const a = m.stand(m.primitive(new BoxGeometry(0.6, 0.6, 0.6), m.material([0.8, 0.3, 0.3])));
    const b = m.stand(m.primitive(new BoxGeometry(0.6, 0.6, 0.6), m.material([0.3, 0.3, 0.8])), { at: [1, 0, 0] });
    m.animate('late', a, 'translation', [0.5, 1], [0, 0.5, 0, 0.4, 1, 0]);
    m.animate('late', b, 'rotation', [0.2, 0.6, 2], turns([[0, 45, 0], [0, 0, 80], [0, 0, 0]])); // biome-ignore format: one line
    return m;
  },

  async SimpleSkin() {
    const m = new Maker();
    const root = m.node({ name: 'root' });
    const joints = chain(m, root, 2, 0.5);
    const mesh = m.stand(limb(m, 2, 1).setMaterial(m.material([0.5, 0.7, 0.4])), {}, root);
    bind(m, mesh, joints);
    sway(m, joints.slice(1));
    return m;
  },

  /** The armature is turned and a hundredth of the size; the mesh's own place does not count. */
  async RiggedFigure() {
    const m = new Maker();
    const armature = m.node({ name: 'armature', turn: [-90, 0, 0], scale: [0.01, 0.01, 0.01] });
    const up = m.node({ name: 'up', turn: [90, 0, 0], scale: [100, 100, 100] }, armature);
    const joints = chain(m, up, 5, 0.3);
    const mesh = m.stand(limb(m, 5, 1.5).setMaterial(m.textured(await m.texture(64))), { at: [3, 3, 3] }, armature);
    bind(m, mesh, joints);
    sway(m, joints);
    m.animate('sway', joints[0], 'translation', [0, 1], [0, 0, 0, 0.3, 0, 0]);
    return m;
  },

  /** Joints that grow, unevenly: children are sheared. */
  async ScaledJoints() {
    const m = new Maker();
    const joints = chain(m, undefined, 4, 0.3);
    const mesh = m.stand(limb(m, 4, 1.2).setMaterial(m.material([0.6, 0.4, 0.7])));
    bind(m, mesh, joints);
    sway(m, joints);
    m.animate('sway', joints[1], 'scale', [0, 0.7, 1.5], [1, 1, 1, 1.6, 0.7, 1, 1, 1, 1]);
    return m;
  },

  /** Several skins over one skeleton, and a skeleton on another's joint. */
  async RecursiveSkeletons() {
    const m = new Maker();
    const joints = chain(m, undefined, 4, 0.3, 'trunk');
    const branch = chain(m, joints[2], 3, 0.25, 'branch');
    branch[0].setTranslation([0.3, 0, 0]);
    const trunk = m.stand(limb(m, 4, 1.2).setMaterial(m.material([0.5, 0.35, 0.2])));
    bind(m, trunk, joints);
    const twig = m.stand(limb(m, 3, 0.75).setMaterial(m.material([0.3, 0.6, 0.2])), {}, joints[3]);
    bind(m, twig, branch, worldOf(branch[0]));
    const thin = m.stand(limb(m, 2, 0.6).setMaterial(m.material([0.2, 0.3, 0.7])));
    bind(m, thin, joints.slice(0, 2), new Matrix4().makeTranslation(-0.5, 0, 0));
    sway(m, [...joints, ...branch]);
    return m;
  },

  /** A hat on a joint, rigid. */
  async RigidOnJoint() {
    const m = new Maker();
    const joints = chain(m, undefined, 3, 0.4);
    bind(m, m.stand(limb(m, 3, 1.2).setMaterial(m.material([0.7, 0.6, 0.5]))), joints);
    m.stand(
      m.primitive(new BoxGeometry(0.5, 0.2, 0.5), m.material([0.8, 0.1, 0.1])),
      { at: [0, 0.5, 0], turn: [0, 30, 10] },
      joints[2],
    );
    sway(m, joints);
    return m;
  },

  /** More joints than a draw call of ours takes. */
  async ManyJoints() {
    const m = new Maker();
    const joints = chain(m, undefined, 120, 0.05);
    bind(m, m.stand(limb(m, 120, 6).setMaterial(m.material([0.3, 0.5, 0.6]))), joints);
    for (const joint of joints) m.animate('curl', joint, 'rotation', [0, 1], turns([[0, 0, 0], [0, 0, 3]])); // biome-ignore format: one line
    return m;
  },

  /** Nothing is skinned, nodes move: wheels below a cart. */
  async MovingNodes() {
    const m = new Maker();
    const cart = m.stand(m.primitive(new BoxGeometry(1.4, 0.5, 0.7), m.material([0.7, 0.6, 0.3])), { name: 'cart' });
    m.animate('drive', cart, 'translation', [0, 2], [0, 0, 0, 0.6, 0, 0]);
    for (const x of [-0.45, 0.45]) {
      const place = m.node({ at: [x, -0.3, 0.4], turn: [90, 0, 0] }, cart);
      const wheel = m.stand(m.primitive(new CylinderGeometry(0.25, 0.25, 0.12, 6), m.material([0.2, 0.2, 0.25])), {}, place);
      m.animate('drive', wheel, 'rotation', [0, 1, 2], turns([[0, 0, 0], [0, 100, 0], [0, 200, 0]])); // biome-ignore format: one line
    }
    return m;
  },

  async AnimatedMorph() {
    const m = new Maker();
    const node = m.stand(morphing(m, true));
    m.animate('morph', node, 'weights', [0, 1, 2], [0, 0, 1, 0.2, 0.3, 1]);
    return m;
  },

  async MorphSpline() {
    const m = new Maker();
    const node = m.stand(morphing(m, false));
    m.animate('morph', node, 'weights', [0, 1, 2], [0, 0, 0, 0, 0, 0, 0, 0, 1, 0.2, 0.2, 0.1, 0, 0, 0.3, 1, 0, 0], 'CUBICSPLINE');
    return m;
  },

  /** Two targets on a skin. */
  async MorphedSkin() {
    const m = new Maker();
    const joints = chain(m, undefined, 3, 0.3);
    const primitive = limb(m, 3, 0.9).setMaterial(m.material([0.7, 0.5, 0.5]));
    const p = primitive.getAttribute('POSITION')?.getArray() as Float32Array;
    const fat = p.map((x, i) => (i % 3 === 1 ? 0 : x * 1.2));
    primitive.addTarget(m.document.createPrimitiveTarget().setAttribute('POSITION', m.accessor(fat, 'VEC3')));
    const node = m.stand(primitive);
    bind(m, node, joints);
    sway(m, joints);
    m.animate('sway', node, 'weights', [0, 0.75, 1.5], [0, 1, 0]);
    return m;
  },

  /** Names that occur twice, and names that say nothing. */
  async SameNames() {
    const m = new Maker();
    for (let i = 0; i < 3; i++) {
      const node = m.stand(m.primitive(new SphereGeometry(0.3, 16, 10), m.material([0.3 * i, 0.5, 0.5])), {
        name: 'ball',
        at: [i, 0, 0],
      });
      m.animate('', node, 'translation', [0, 1], [i, 0, 0, i, 0.3 * (i + 1), 0]);
    }
    return m;
  },

  /** Weights that do not add up to 1, in bytes; joints in 16 bits. */
  async LooseWeights() {
    const m = new Maker();
    const joints = chain(m, undefined, 3, 0.3);
    const primitive = limb(m, 3, 0.9).setMaterial(m.material([0.4, 0.6, 0.6]));
    const whole = (name: string): ArrayLike<number> => primitive.getAttribute(name)?.getArray() ?? [];
    primitive.setAttribute('JOINTS_0', m.accessor(Uint16Array.from(whole('JOINTS_0')), 'VEC4'));
    primitive.setAttribute('WEIGHTS_0', m.accessor(Uint8Array.from(whole('WEIGHTS_0'), x => Math.floor(x * 254)), 'VEC4', true)); // biome-ignore format: one line
    bind(m, m.stand(primitive), joints);
    sway(m, joints);
    return m;
  },

  /** Not there at first: scaled to nothing. */
  async GrowsFromNothing() {
    const m = new Maker();
    const node = m.stand(m.primitive(new BoxGeometry(0.6, 0.6, 0.6), m.material([0.8, 0.4, 0.2])), {
      at: [0.3, 0, 0],
      scale: [0, 0, 0],
    });
    m.stand(m.primitive(new SphereGeometry(0.3, 16, 12), m.material([0.2, 0.4, 0.8])), { at: [1.2, 0, 0] });
    m.animate('grow', node, 'scale', [0, 1], [0, 0, 0, 1, 1, 1]);
    return m;
  },

  /** A mirrored armature turns the triangles round. */
  async MirroredSkin() {
    const m = new Maker();
    const mirror = m.node({ name: 'mirror', scale: [-1, 1, 1] });
    const joints = chain(m, mirror, 3, 0.3);
    const mesh = m.stand(limb(m, 3, 0.9).setMaterial(m.textured(await m.texture(128))), {}, mirror);
    bind(m, mesh, joints, worldOf(mirror));
    sway(m, joints);
    return m;
  },

  /** The node's own weights go before the mesh's. */
  async NodeWeights() {
    const m = new Maker();
    const primitive = morphing(m, true);
    m.stand(primitive).getMesh()?.setWeights([1, 0]);
    m.stand(primitive, { at: [1.4, 0, 0] }).setWeights([0, 1]);
    return m;
  },

  /** Eight shapes one after another, as MorphStressTest has them. */
  async EightTargets() {
    const m = new Maker();
    const primitive = m.primitive(new PlaneGeometry(1.6, 0.8, 32, 8), m.material([0.4, 0.7, 0.5]).setDoubleSided(true));
    const p = primitive.getAttribute('POSITION')?.getArray() as Float32Array;
    for (let t = 0; t < 8; t++) {
      const rise = p.map((_, i) => (i % 3 === 2 ? 0.5 * Math.exp(-40 * (p[i - 2] + 0.7 - t * 0.2) ** 2) : 0));
      primitive.addTarget(m.document.createPrimitiveTarget().setAttribute('POSITION', m.accessor(rise, 'VEC3')));
    }
    const node = m.stand(primitive, { turn: [-50, 0, 0] });
    const times = Array.from({ length: 9 }, (_, k) => k / 2);
    m.animate('wave', node, 'weights', times, times.flatMap((_, k) => Array.from({ length: 8 }, (_, t) => Number(t === k)))); // biome-ignore format: one line
    return m;
  },

  /** Far away from where it stood. */
  async FarTravel() {
    const m = new Maker();
    const joints = chain(m, undefined, 3, 0.3);
    bind(m, m.stand(limb(m, 3, 0.9).setMaterial(m.material([0.5, 0.5, 0.7]))), joints);
    sway(m, joints.slice(1));
    m.animate('sway', joints[0], 'translation', [0, 1.5], [0, 0, 0, 60, 5, -40]);
    return m;
  },

  /** Skinned, without normals. */
  async FacetedSkin() {
    const m = new Maker();
    const joints = chain(m, undefined, 3, 0.3);
    bind(
      m,
      m.stand(
        limb(m, 3, 0.9)
          .setAttribute('NORMAL', null)
          .setMaterial(m.material([0.7, 0.6, 0.4])),
      ),
      joints,
    );
    sway(m, joints);
    return m;
  },
};
