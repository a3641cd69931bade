import { describe, expect, it } from 'vitest';
import { Gltf, IDENTITY, type Json, rounded, skinned, TRIANGLE } from './build.ts';
import { posed } from './pose.ts';

const onFirst = { joints: Array(12).fill(0), weights: [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0] };
/** Each corner on another joint. */
const spread = { joints: [0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0], weights: onFirst.weights };

describe('skins', () => {
  it('keep the mesh as modelled in the bind pose', async () => {
    const gltf = new Gltf();
    skinned(gltf, 3, spread);
    expect(posed(await gltf.avatar())).toEqual(TRIANGLE);
  });

  it('ignore the transform of the skinned node, and apply those of scaled and rotated joints', async () => {
    const gltf = new Gltf();
    const { nodes, node } = skinned(gltf, 3, spread);
    gltf.json.nodes[node].translation = [100, 0, 0];
    gltf.add('nodes', { name: 'no joint', scale: [2, 2, 2], rotation: [0, 0, Math.SQRT1_2, Math.SQRT1_2], children: [nodes[0]] });
    expect(posed(await gltf.avatar())).toEqual([0, 0, 0, 0, 2, 0, -2, 0, 0]);
  });

  it('scale the vertices of a scaled joint', async () => {
    const gltf = new Gltf();
    const { nodes } = skinned(gltf, 3, spread);
    gltf.json.nodes[nodes[1]].scale = [3, 1, 1];
    // Corner 1 is at (1, -1) of joint 1, corner 2 at (0, -1) of joint 2.
    expect(posed(await gltf.avatar())).toEqual([0, 0, 0, 3, 0, 0, 0, 1, 0]);
  });

  it('use the identity without inverse bind matrices, and need no `skeleton`', async () => {
    const gltf = new Gltf();
    const { nodes, skin } = skinned(gltf, 3, spread);
    gltf.json.skins[skin] = { joints: nodes };
    expect(posed(await gltf.avatar())).toEqual([0, 0, 0, 1, 1, 0, 0, 3, 0]);
  });

  it('are merged where they share joints with different matrices', async () => {
    const gltf = new Gltf();
    const { nodes, node } = skinned(gltf, 3, spread);
    const lower = nodes.flatMap((_, j) => [...IDENTITY.slice(0, 13), -j - 5, 0, 1]);
    const skin = gltf.add('skins', {
      joints: [...nodes].reverse(),
      inverseBindMatrices: gltf.floats('MAT4', ...lower.slice(32), ...lower.slice(16, 32), ...lower.slice(0, 16)),
    });
    gltf.add('nodes', { mesh: gltf.json.nodes[node].mesh, skin });
    const avatar = await gltf.avatar();
    // The reversed skin: corner 0 hangs on joint 2, corner 2 on joint 0, all 5 below.
    expect(posed(avatar, 0)).toEqual(TRIANGLE);
    expect(posed(avatar, 1)).toEqual([0, -5, 0, 1, -5, 0, 0, -4, 0]);
    expect(avatar.skeleton.names).toEqual(['joint0', 'joint1', 'joint2']);
  });

  it('keep what hangs on their joints where vertices are whole numbers in no unit, as gltfpack writes them', async () => {
    const gltf = new Gltf();
    const { nodes, mesh, skin } = skinned(gltf, 3, spread);
    const unit = 1 / 16000;
    const given = await gltf.avatar();
    const [first] = gltf.json.meshes[mesh].primitives as { attributes: Json }[];
    first.attributes.POSITION = gltf.floats('VEC3', ...TRIANGLE.map(x => x / unit));
    gltf.json.skins[skin].inverseBindMatrices = gltf.floats(
      'MAT4',
      ...nodes.flatMap((_, j) => [unit, 0, 0, 0, 0, unit, 0, 0, 0, 0, unit, 0, 0, -j, 0, 1]),
    );
    const avatar = await gltf.avatar();
    expect(posed(avatar)).toEqual(TRIANGLE);
    const size = (a: typeof avatar): number => Math.max(...a.worn.parts.flatMap(p => [...p.positions].map(Math.abs)));
    expect(size(avatar) / size(given)).toBeGreaterThan(0.5);
    expect(size(avatar) / size(given)).toBeLessThan(2);
  });

  it('share one skeleton between two meshes', async () => {
    const gltf = new Gltf();
    const { skin, mesh } = skinned(gltf, 3, spread);
    gltf.add('nodes', { mesh, skin });
    const avatar = await gltf.avatar();
    expect(avatar.worn.skin?.joints).toEqual(['joint0', 'joint1', 'joint2']);
    expect(avatar.worn.parts).toHaveLength(2);
  });

  it('move rigid attachments wholly with their joint', async () => {
    const gltf = new Gltf();
    const { nodes } = skinned(gltf, 2, onFirst);
    const hat = gltf.add('nodes', { name: 'hat', mesh: gltf.mesh(), translation: [0, 1, 0], scale: [2, 2, 2] });
    gltf.json.nodes[nodes[1]].children = [hat];
    const avatar = await gltf.avatar();
    expect(posed(avatar, 0)).toEqual([0, 2, 0, 2, 2, 0, 0, 4, 0]);
    const { joints, weights } = avatar.worn.parts[0];
    expect(avatar.worn.skin?.joints[joints![0]]).toBe('joint1');
    expect([...weights!.subarray(0, 4)]).toEqual([1, 0, 0, 0]);
  });

  it('bind a part without weights to its node and keep the others bound', async () => {
    const gltf = new Gltf();
    const { mesh, node } = skinned(gltf, 3, spread);
    const bare = gltf.json.meshes[gltf.mesh()] as { primitives: unknown[] };
    (gltf.json.meshes[mesh] as { primitives: unknown[] }).primitives.push(...bare.primitives);
    gltf.json.nodes[node].translation = [9, 0, 0];
    const avatar = await gltf.avatar();
    expect(posed(avatar, 0)).toEqual(TRIANGLE);
    expect(posed(avatar, 1)).toEqual([9, 0, 0, 10, 0, 0, 9, 1, 0]);
    expect(avatar.warnings.join()).toMatch(/a part without weights in a skinned mesh/);
  });

  it('reverse the winding of a skinned mesh under a mirroring node', async () => {
    const gltf = new Gltf();
    const { nodes, node } = skinned(gltf, 2, onFirst);
    gltf.add('nodes', { scale: [-1, 1, 1], children: [nodes[0], node] });
    const avatar = await gltf.avatar();
    expect(posed(avatar)).toEqual([0, 0, 0, -1, 0, 0, 0, 1, 0]);
    expect([...avatar.part.index]).toEqual([0, 2, 1]);
  });

  it('keep the four largest of eight weights a vertex and scale them up', async () => {
    const gltf = new Gltf();
    const half = (a: number[]) => [...a, ...a, ...a];
    const more = {
      JOINTS_1: gltf.accessor('VEC4', Uint8Array.from(half([4, 5, 6, 0]))),
      WEIGHTS_1: gltf.floats('VEC4', ...half([0.3, 0.02, 0.05, 0.1])),
    };
    skinned(gltf, 7, { joints: half([0, 1, 2, 3]), weights: half([0.22, 0.16, 0.05, 0.1]) }, more);
    const { part, warnings, worn } = await gltf.avatar();
    // Joint 0 is named twice: 0.22 + 0.1. Kept: 0 (0.32), 4 (0.3), 1 (0.16), 3 (0.1), of 0.88 to the whole of 1.
    expect([...part.joints!.subarray(0, 4)].map(j => worn.skin?.joints[j])).toEqual(['joint0', 'joint4', 'joint1', 'joint3']);
    expect(rounded(part.weights!.subarray(0, 4))).toEqual(rounded([0.32 / 0.88, 0.3 / 0.88, 0.16 / 0.88, 0.1 / 0.88]));
    expect(warnings.join()).toMatch(/the smallest weights of 3 vertices are dropped: at most 4/);
  });

  it('read normalized bytes as weights and ignore joints where the weight is 0', async () => {
    const gltf = new Gltf();
    const { mesh } = skinned(gltf, 2, onFirst);
    const weights = gltf.accessor('VEC4', Uint8Array.of(255, 0, 0, 0, 51, 204, 0, 0, 0, 255, 0, 0), { normalized: true });
    const joints = gltf.accessor('VEC4', Uint8Array.of(0, 99, 99, 99, 0, 1, 99, 99, 99, 1, 99, 99));
    const [primitive] = (gltf.json.meshes[mesh] as { primitives: { attributes: object }[] }).primitives;
    Object.assign(primitive.attributes, { JOINTS_0: joints, WEIGHTS_0: weights });
    const { part } = await gltf.avatar();
    expect(rounded(part.weights!)).toEqual([1, 0, 0, 0, 0.2, 0.8, 0, 0, 0, 1, 0, 0]);
  });

  it('bind a vertex without weights to the first joint that it names', async () => {
    const gltf = new Gltf();
    skinned(gltf, 2, { joints: [1, 0, 0, 0, ...onFirst.joints.slice(4)], weights: [0, 0, 0, 0, ...onFirst.weights.slice(4)] });
    const { part, worn } = await gltf.avatar();
    expect(worn.skin?.joints[part.joints![0]]).toBe('joint1');
    expect(part.weights![0]).toBe(1);
  });

  it('add the weights of a joint that a vertex names twice', async () => {
    const gltf = new Gltf();
    skinned(gltf, 2, {
      joints: [1, 0, 1, 0, ...onFirst.joints.slice(4)],
      weights: [0.25, 0.5, 0.25, 0, ...onFirst.weights.slice(4)],
    });
    const { part } = await gltf.avatar();
    expect([...part.weights!.subarray(0, 4)]).toEqual([0.5, 0.5, 0, 0]);
  });

  it.each([
    ['a tiny one', 1e-30],
    ['one beyond all measure', 1e18],
    ['one of no number', Number.NaN],
  ])('bind a joint as it stands where its inverse bind matrix is %s', async (_, first) => {
    const gltf = new Gltf();
    const { skin, nodes } = skinned(gltf, 2, { ...onFirst, joints: onFirst.joints.map(() => 1) });
    gltf.json.nodes[nodes[1]].translation = [0, 3, 0];
    const wrong = [first, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    gltf.json.skins[skin] = { joints: nodes, inverseBindMatrices: gltf.floats('MAT4', ...IDENTITY, ...wrong) };
    const { worn, warnings } = await gltf.avatar();
    expect(warnings).toEqual([expect.stringMatching(/: 1 of 2 are beyond all measure; those joints are bound as they stand$/)]);
    expect([...worn.skin!.inverseBind.slice(16)]).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, -3, 0, 1]);
  });

  it('ignore a joint that the skin lacks', async () => {
    const gltf = new Gltf();
    skinned(gltf, 2, { ...onFirst, joints: [7, ...onFirst.joints.slice(1)] });
    const { part, warnings } = await gltf.avatar();
    expect(part.joints?.every(j => j < 2)).toBe(true);
    expect(warnings.join()).toMatch(/1 weight is left out: the skin of 2 does not have their joints/);
  });

  it('take the height from the rest pose, not from the bind pose', async () => {
    const gltf = new Gltf();
    const { nodes } = skinned(gltf, 2, onFirst);
    gltf.add('nodes', { scale: [0.01, 0.01, 0.01], children: [nodes[0]] });
    expect((await gltf.avatar()).height).toBeCloseTo(0.01, 6);
  });
});
