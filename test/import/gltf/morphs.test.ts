import { describe, expect, it } from 'vitest';
import { Gltf, rounded } from './build.ts';
import { posed } from './pose.ts';

const up = (gltf: Gltf, height: number) => ({ POSITION: gltf.floats('VEC3', 0, 0, 0, 0, 0, 0, 0, height, 0) });

function face(gltf: Gltf, heights: number[], mesh: object = {}, node: object = {}): number {
  const targets = heights.map(h => up(gltf, h));
  return gltf.add('nodes', {
    name: 'face',
    mesh: gltf.mesh({ targets }, { extras: { targetNames: heights.map(h => `up${h}`) }, ...mesh }),
    ...node,
  });
}

describe('morph targets', () => {
  it('keep their names, positions and normals', async () => {
    const gltf = new Gltf();
    const NORMAL = gltf.floats('VEC3', 0, 0, 0, 0, 0, 0, 0.5, 0, 0);
    gltf.add('nodes', {
      mesh: gltf.mesh({ targets: [{ ...up(gltf, 2), NORMAL }, up(gltf, 3)] }, { extras: { targetNames: ['smile'] } }),
    });
    const { morphTargets } = (await gltf.product()).parts[0];
    expect(morphTargets?.map(t => [t.name, t.positions[7], t.normals?.[6]])).toEqual([
      ['smile', 2, 0.5],
      ['mesh.1', 3, undefined],
    ]);
  });

  it('read sparse deltas without a base', async () => {
    const gltf = new Gltf();
    const indices = gltf.view(Uint8Array.of(1));
    const values = gltf.view(Float32Array.of(0, 0, 4));
    const sparse = { count: 1, indices: { bufferView: indices, componentType: 5121 }, values: { bufferView: values } };
    const POSITION = gltf.json.accessors.push({ componentType: 5126, type: 'VEC3', count: 3, sparse }) - 1;
    gltf.add('nodes', { mesh: gltf.mesh({ targets: [{ POSITION }] }) });
    expect([...((await gltf.product()).parts[0].morphTargets?.[0].positions ?? [])]).toEqual([0, 0, 0, 0, 0, 4, 0, 0, 0]);
  });

  it('bake default weights once: a clip stores the difference from them', async () => {
    const gltf = new Gltf();
    const node = face(gltf, [1, 10], { weights: [0.5, 0] });
    gltf.animate(node, 'weights', [0, 1], [0.5, 0, 1, 0.25]);
    const { part, clips } = await gltf.avatar();
    expect(part.positions[7]).toBe(1.5);
    expect(clips[0].tracks.map(t => [t.target, t.path, ...t.values])).toEqual([
      ['up1', 'weight', 0, 0.5],
      ['up10', 'weight', 0, 0.25],
    ]);
    // At the end of the clip: 1 + 1 * 1 + 10 * 0.25, as glTF says.
    const [one, ten] = part.morphTargets ?? [];
    expect(part.positions[7] + 0.5 * one.positions[7] + 0.25 * ten.positions[7]).toBe(1 + 1 + 2.5);
  });

  it('prefer the weights of a node to those of its mesh; shape a mesh of two nodes for each', async () => {
    const gltf = new Gltf();
    const node = face(gltf, [1], { weights: [1] }, { weights: [3] });
    gltf.add('nodes', { mesh: gltf.json.nodes[node].mesh });
    expect((await gltf.product()).parts.map(p => p.positions[7])).toEqual([4, 2]);
  });

  it('add to the colours of the vertices by their default weights', async () => {
    const gltf = new Gltf();
    const targets = [{ COLOR_0: gltf.floats('VEC3', ...Array(3).fill([-0.5, 1, 0]).flat()) }];
    const COLOR_0 = gltf.floats('VEC4', ...Array(3).fill([0.5, 0, 1, 0.25]).flat());
    gltf.add('nodes', { mesh: gltf.mesh({ attributes: { COLOR_0 }, targets }, { weights: [0.5] }) });
    const { parts, warnings } = await gltf.product();
    expect([...(parts[0].colors ?? [])].slice(0, 4)).toEqual([0.25, 0.5, 1, 0.25]);
    expect(warnings).toEqual([expect.stringMatching(/colours of morph target 0 count with its default weight alone/)]);
  });

  it('shape normals too and keep them of unit length', async () => {
    const gltf = new Gltf();
    const NORMAL = gltf.floats('VEC3', 1, 0, 0, 0, 0, 0, 0, 0, 0);
    gltf.add('nodes', { mesh: gltf.mesh({ targets: [{ NORMAL }] }, { weights: [1] }) });
    const [part] = (await gltf.product()).parts;
    expect(rounded(part.normals.subarray(0, 6))).toEqual(rounded([Math.SQRT1_2, 0, Math.SQRT1_2, 0, 0, 1]));
  });

  it('are left out where they move nothing', async () => {
    const gltf = new Gltf();
    face(gltf, [0, 2]);
    expect((await gltf.product()).parts[0].morphTargets?.map(t => t.name)).toEqual(['up2']);
  });

  it('keep separate weights in two animated meshes with the same target names', async () => {
    const gltf = new Gltf();
    const first = face(gltf, [1]);
    const second = face(gltf, [1]);
    gltf.animate(first, 'weights', [0, 1], [0, 1]);
    gltf.animate(second, 'weights', [0, 1], [0, 0.5], {}, 'other');
    const { worn, clips } = await gltf.avatar();
    const [a, b] = worn.parts.map(p => p.morphTargets?.[0].name);
    expect(a).not.toBe(b);
    expect(clips.map(c => c.tracks[0].target)).toEqual([a, b]);
  });

  it('share a name between meshes without animation, so that one smile moves a face of two meshes', async () => {
    const gltf = new Gltf();
    face(gltf, [1]);
    face(gltf, [1]);
    expect((await gltf.product()).parts.map(p => p.morphTargets?.[0].name)).toEqual(['up1', 'up1']);
  });

  it('cause a warning where more than four move at once', async () => {
    const gltf = new Gltf();
    const node = face(gltf, [1, 2, 3, 4, 5, 6]);
    gltf.animate(node, 'weights', [0, 1], [0, 0, 0, 0, 0, 0, 1, 0.9, 0.8, 0.7, 0.6, 0]);
    expect((await gltf.avatar()).warnings.join()).toMatch(/moves 5 morph targets at once; the 4 strongest are drawn/);
  });

  it('sample splines of weights', async () => {
    const gltf = new Gltf();
    const node = face(gltf, [1, 2]);
    // A key: in-tangents, weights, out-tangents of both.
    gltf.animate(node, 'weights', [0, 1], [0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0], { interpolation: 'CUBICSPLINE' });
    const [rising, falling] = (await gltf.avatar()).clips[0].tracks;
    expect([rising.values[30], falling.values[30]]).toEqual([0.5, 0.5]);
    expect([rising.values.at(-1), falling.values.at(-1)]).toEqual([1, 0]);
  });

  it('keep a mesh at its node where an animation moves only its weights', async () => {
    const gltf = new Gltf();
    const node = face(gltf, [1], {}, { translation: [0, 0, 3] });
    gltf.animate(node, 'weights', [0, 1], [0, 1]);
    const avatar = await gltf.avatar();
    const { skeleton } = avatar;
    expect([skeleton.names, [...skeleton.translations]]).toEqual([['face'], [0, 0, 3]]);
    expect(posed(avatar)).toEqual([0, 0, 3, 1, 0, 3, 0, 1, 3]);
  });

  it('with fewer deltas than vertices are left out', async () => {
    const gltf = new Gltf();
    gltf.add('nodes', { mesh: gltf.mesh({ targets: [{ POSITION: gltf.floats('VEC3', 0, 0, 0) }] }) });
    expect((await gltf.product()).warnings).toEqual([
      expect.stringMatching(/POSITION of morph target 0 does not fit its 3 vertices/),
    ]);
  });
});
