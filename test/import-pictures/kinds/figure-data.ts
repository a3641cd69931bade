import type { GLTF } from '@gltf-transform/core';
import { meshopt, quantize, resample } from '@gltf-transform/functions';
import { MeshoptEncoder } from 'meshoptimizer';
import { SphereGeometry } from 'three';
import { Maker } from './build.ts';
import { editedGltf, type Files } from './files.ts';
import { bind, chain, limb, turns } from './limb.ts';
import { person, walk } from './person.ts';

/** How a figure's vertices, keys and targets are stored. */
export const FIGURE_DATA: Readonly<Record<string, () => Promise<Maker | Files>>> = {
  /** gltfpack: positions in 16 bits whose scale stands in the inverse bind matrices, rotations in 16 bits, all compressed. */
  async PackedFigure() {
    const m = new Maker();
    const [, joints] = person(m);
    walk(m, joints);
    await MeshoptEncoder.ready;
    await m.document.transform(meshopt({ encoder: MeshoptEncoder, level: 'high' }));
    return m;
  },

  /** The same without compression. */
  async QuantizedFigure() {
    const m = new Maker();
    const [, joints] = person(m);
    walk(m, joints);
    await m.document.transform(resample(), quantize({ quantizePosition: 12, quantizeNormal: 8, quantizeWeight: 8 }));
    return m;
  },

  /** Rotations in whole numbers of 8 and 16 bits. */
  async WholeRotations() {
    const m = new Maker();
    const [, joints] = person(m);
    walk(m, joints);
    for (const [i, sampler] of m.document.getRoot().listAnimations()[0].listSamplers().entries()) {
      const output = sampler.getOutput();
      const values = output?.getArray() as Float32Array;
      if (i % 2) output?.setArray(Int16Array.from(values, x => Math.round(x * 32767))).setNormalized(true);
      else output?.setArray(Int8Array.from(values, x => Math.round(x * 127))).setNormalized(true);
    }
    return m;
  },

  /** STEP and CUBICSPLINE on joints, and a scale track that always says 1. */
  async SteppedFigure() {
    const m = new Maker();
    const joints = chain(m, undefined, 4, 0.3);
    bind(m, m.stand(limb(m, 4, 1.2).setMaterial(m.material([0.3, 0.6, 0.7]))), joints);
    const [a, b] = [turns([[0, 0, 0]]), turns([[0, 0, 35]])]; // biome-ignore format: one line
    m.animate('all', joints[1], 'rotation', [0, 0.5, 1], [...a, ...b, ...a], 'STEP');
    const flat = [0, 0, 0, 0];
    m.animate('all', joints[2], 'rotation', [0, 0.5, 1], [flat, a, flat, flat, b, flat, flat, a, flat].flat(), 'CUBICSPLINE');
    for (const joint of joints) m.animate('all', joint, 'scale', [0, 1], [1, 1, 1, 1, 1, 1]);
    return m;
  },

  /** Targets with names, of which one primitive has fewer, without weights; a sparse one without a base. */
  async SparseTargets() {
    const m = new Maker();
    const primitive = m.primitive(new SphereGeometry(0.5, 24, 16), m.material([0.8, 0.6, 0.5]));
    const p = primitive.getAttribute('POSITION')?.getArray() as Float32Array;
    for (const side of [-1, 1]) {
      const grow = p.map((x, i) => (p[i - (i % 3)] * side > 0.3 ? x * 0.6 : 0));
      primitive.addTarget(m.document.createPrimitiveTarget().setAttribute('POSITION', m.accessor(grow, 'VEC3').setSparse(true)));
    }
    const node = m.stand(primitive);
    node.getMesh()?.setExtras({ targetNames: ['left', 'right'] });
    m.animate('grow', node, 'weights', [0, 0.5, 1], [0, 0, 1, 0.3, 0, 1]);
    return m;
  },

  /** Keys at equal times, a clip of one key, two channels for one joint, and a clip that lasts no time. */
  async OddKeys() {
    const m = new Maker();
    const joints = chain(m, undefined, 3, 0.3);
    bind(m, m.stand(limb(m, 3, 0.9).setMaterial(m.material([0.5, 0.6, 0.3]))), joints);
    m.animate('odd', joints[1], 'rotation', [0, 0.5, 0.5, 1], turns([[0, 0, 0], [0, 0, 20], [0, 0, 40], [0, 0, 0]])); // biome-ignore format: one line
    m.animate('odd', joints[2], 'rotation', [0], turns([[0, 0, 30]])); // biome-ignore format: one line
    m.animate('still', joints[1], 'rotation', [0, 0], turns([[0, 0, 0], [0, 0, 10]])); // biome-ignore format: one line
    return m;
  },

  /** KHR_animation_pointer moves a colour, which is not drawn; the joints move as ever. */
  async AnimationPointer() {
    const m = new Maker();
    const [, joints] = person(m);
    walk(m, joints);
    return editedGltf('AnimationPointer', m, json => {
      json.extensionsUsed = ['KHR_animation_pointer'];
      const [animation] = json.animations ?? [];
      const pointer = { pointer: '/materials/0/pbrMetallicRoughness/baseColorFactor' };
      animation.channels.push({
        sampler: 0,
        target: { path: 'pointer' as GLTF.AnimationChannelTargetPath, extensions: { KHR_animation_pointer: pointer } },
      });
    });
  },
};
