import { Document, type GLTF, NodeIO } from '@gltf-transform/core';
import { describe, expect, it } from 'vitest';
import { splitAnimations } from '../../../src/import/gltf/loading/file-animations.ts';

/** A file of one triangle whose node turns, and its buffers. */
async function turning(values = Float32Array.of(0, 0, 0, 1, 0, 0, 1, 0) as Float32Array | Int16Array) {
  const document = new Document();
  const buffer = document.createBuffer();
  const accessor = (type: 'SCALAR' | 'VEC3' | 'VEC4', array: Float32Array | Int16Array) =>
    document
      .createAccessor()
      .setType(type)
      .setArray(array)
      .setNormalized(array instanceof Int16Array)
      .setBuffer(buffer);
  const primitive = document.createPrimitive().setAttribute('POSITION', accessor('VEC3', new Float32Array(9)));
  const node = document.createNode('n').setMesh(document.createMesh().addPrimitive(primitive));
  document.createScene().addChild(node);
  const sampler = document
    .createAnimationSampler()
    .setInput(accessor('SCALAR', Float32Array.of(0, 1)))
    .setOutput(accessor('VEC4', values));
  const channel = document.createAnimationChannel().setSampler(sampler).setTargetNode(node).setTargetPath('rotation');
  document.createAnimation('spin').addSampler(sampler).addChannel(channel);
  const { json, resources } = await new NodeIO().writeJSON(document);
  return { json: json as GLTF.IGLTF, resources };
}

const open = async ({ json, resources }: Awaited<ReturnType<typeof turning>>) => {
  const split = splitAnimations(json, resources);
  const document = await new NodeIO().readJSON({ json: split.json as GLTF.IGLTF, resources });
  const [{ name, channels }] = split.animations(document);
  const [{ node, path, sampler }] = channels;
  const numbers = [sampler?.input, sampler?.output].map(a => a && [a.getCount(), a.getType(), [...(a.getArray() ?? [])]]);
  return { split, read: { name, node: node?.getName(), path, interpolation: sampler?.interpolation, numbers }, sampler };
};

describe('animations of a file', () => {
  it('of plain floats need no accessor of the library', async () => {
    const file = await turning();
    const { split, read, sampler } = await open(file);
    expect(split.json.animations).toBeUndefined();
    expect(split.json.accessors).toHaveLength(1);
    expect(file.json.accessors).toHaveLength(3);
    expect(read).toEqual({
      name: 'spin',
      node: 'n',
      path: 'rotation',
      interpolation: 'LINEAR',
      numbers: [
        [2, 'SCALAR', [0, 1]],
        [2, 'VEC4', [0, 0, 0, 1, 0, 0, 1, 0]],
      ],
    });
    expect(sampler?.output?.getElement(1, [])).toEqual([0, 0, 1, 0]);
  });

  it('may stand anywhere in a file', async () => {
    const { json, resources } = await turning();
    const [[uri, bytes]] = Object.entries(resources);
    const shifted = new Uint8Array(bytes.byteLength + 1);
    shifted.set(bytes, 1);
    expect((await open({ json, resources: { [uri]: shifted.subarray(1) } })).read).toEqual((await open(await turning())).read);
  });

  it.each<[string, (json: GLTF.IGLTF) => void]>([
    ['of other numbers', () => {}],
    ['with a sparse accessor', json => Object.assign(json.accessors?.[2] ?? {}, { sparse: { count: 0 } })],
    ['of a buffer that is too short', json => Object.assign(json.accessors?.[2] ?? {}, { count: 1000 })],
  ])('%s are left to the library', async (kind, change) => {
    const values = kind === 'of other numbers' ? Int16Array.of(0, 0, 0, 32767, 0, 0, 32767, 0) : undefined;
    const { json, resources } = await turning(values);
    change(json);
    expect(splitAnimations(json, resources).json).toBe(json);
  });
});
