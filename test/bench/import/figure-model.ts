/** Figures made by code, as GLB: a chain of tubes with joints, clips that bend them, and pictures. */
import { Document, NodeIO } from '@gltf-transform/core';
import { mat4 } from 'gl-matrix';
import { seededRandom } from '../../../src/core/random.ts';

export interface FigureForm {
  readonly triangles: number;
  readonly joints: number;
  readonly clips: number;
  /** Keys of each joint in each clip. */
  readonly keys: number;
  /** The file of each material's picture; one part for each, at least one. */
  readonly pictures?: readonly { readonly bytes: Uint8Array; readonly mimeType: string }[];
}

/**
 * A limb of as many joints as `joints`, one above another: a tube of about `triangles` in all for each picture. Every clip turns
 * every joint, at 30 keys a second.
 * @returns the bytes of a GLB.
 */
export async function figureModel(form: FigureForm, seed = 1): Promise<Uint8Array> {
  const random = seededRandom(seed);
  const document = new Document();
  const buffer = document.createBuffer();
  const accessor = (type: 'SCALAR' | 'VEC2' | 'VEC3' | 'VEC4' | 'MAT4', array: Float32Array | Uint32Array | Uint16Array) =>
    document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
  const step = 1.8 / form.joints;
  const joints = Array.from({ length: form.joints }, (_, j) =>
    document.createNode(`joint ${j}`).setTranslation([0, j === 0 ? 0 : step, 0]),
  );
  for (let j = 1; j < joints.length; j++) joints[j - 1].addChild(joints[j]);
  const inverse = new Float32Array(form.joints * 16);
  for (let j = 0; j < form.joints; j++) inverse.set(mat4.fromTranslation(mat4.create(), [0, -j * step, 0]), j * 16);
  const skin = document.createSkin().setInverseBindMatrices(accessor('MAT4', inverse)).setSkeleton(joints[0]);
  for (const joint of joints) skin.addJoint(joint);

  const pictures = form.pictures ?? [];
  const parts = Math.max(1, pictures.length);
  const mesh = document.createMesh('body');
  for (let p = 0; p < parts; p++) {
    const tube = bumpyTube(form.triangles / parts, form.joints, p * 0.6, random);
    const material = document.createMaterial(`m${p}`).setMetallicFactor(0);
    const picture = pictures[p];
    if (picture)
      material.setBaseColorTexture(document.createTexture(`t${p}`).setImage(picture.bytes).setMimeType(picture.mimeType));
    mesh.addPrimitive(
      document
        .createPrimitive()
        .setMaterial(material)
        .setIndices(accessor('SCALAR', tube.index))
        .setAttribute('POSITION', accessor('VEC3', tube.positions))
        .setAttribute('NORMAL', accessor('VEC3', tube.normals))
        .setAttribute('TEXCOORD_0', accessor('VEC2', tube.uvs))
        .setAttribute('JOINTS_0', accessor('VEC4', tube.joints))
        .setAttribute('WEIGHTS_0', accessor('VEC4', tube.weights)),
    );
  }
  for (let c = 0; c < form.clips; c++) {
    const animation = document.createAnimation(`clip ${c}`);
    const times = accessor(
      'SCALAR',
      Float32Array.from({ length: form.keys }, (_, k) => k / 30),
    );
    for (const joint of joints) {
      const [speed, shift, width] = [1 + Math.floor(random() * 3), random() * 6, random() * 0.4];
      const values = new Float32Array(form.keys * 4);
      for (let k = 0; k < form.keys; k++) {
        const angle = width * Math.sin((speed * k * 2 * Math.PI) / (form.keys - 1) + shift);
        values.set([0, 0, Math.sin(angle / 2), Math.cos(angle / 2)], k * 4);
      }
      const sampler = document.createAnimationSampler().setInput(times).setOutput(accessor('VEC4', values));
      animation
        .addSampler(sampler)
        .addChannel(document.createAnimationChannel().setSampler(sampler).setTargetNode(joint).setTargetPath('rotation'));
    }
  }
  document.createScene().addChild(document.createNode('figure').setMesh(mesh).setSkin(skin)).addChild(joints[0]);
  return new NodeIO().writeBinary(document);
}

/** A tube about the y axis, `aside` metres from it, of rings that hang on the two nearest joints. */
function bumpyTube(triangles: number, joints: number, aside: number, random: () => number) {
  const columns = Math.max(8, Math.round(Math.sqrt(triangles / 6)));
  const rings = Math.max(joints, Math.round(triangles / columns / 2));
  const vertices = (rings + 1) * (columns + 1);
  const tube = {
    positions: new Float32Array(vertices * 3),
    normals: new Float32Array(vertices * 3),
    uvs: new Float32Array(vertices * 2),
    joints: new Uint16Array(vertices * 4),
    weights: new Float32Array(vertices * 4),
    index: new Uint32Array(rings * columns * 6),
  };
  const waves = Array.from({ length: 4 }, () => [1 + Math.floor(random() * 4), random() * 20, random() * 6, 0.15 * random()]);
  for (let r = 0, v = 0; r <= rings; r++)
    for (let c = 0; c <= columns; c++, v++) {
      const [share, angle] = [r / rings, (c / columns) * 2 * Math.PI];
      let radius = 0.2;
      for (const [turns, along, shift, height] of waves) radius *= 1 + height * Math.sin(turns * angle + along * share + shift);
      tube.positions.set([aside + radius * Math.cos(angle), share * 1.8, radius * Math.sin(angle)], v * 3);
      tube.normals.set([Math.cos(angle), 0, Math.sin(angle)], v * 3);
      tube.uvs.set([c / columns, share], v * 2);
      const at = share * (joints - 1);
      const low = Math.min(joints - 2, Math.floor(at));
      tube.joints.set([low, low + 1, 0, 0], v * 4);
      tube.weights.set([1 - (at - low), at - low, 0, 0], v * 4);
    }
  for (let r = 0, i = 0; r < rings; r++)
    for (let c = 0; c < columns; c++) {
      const a = r * (columns + 1) + c;
      const b = a + columns + 1;
      for (const v of [a, b, a + 1, b, b + 1, a + 1]) tube.index[i++] = v;
    }
  return tube;
}
