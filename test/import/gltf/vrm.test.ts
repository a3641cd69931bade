import { describe, expect, it } from 'vitest';
import { decodeMesh } from '../../../src/assets/meshes/decode-mesh.ts';
import { decodeSkeleton } from '../../../src/assets/motion/decode-skeleton.ts';
import { writeMesh } from '../../../src/import/write/meshes/mesh-writer.ts';
import { writeSkeleton } from '../../../src/import/write/meshes/skeleton-writer.ts';
import { Gltf, readBytes, rounded, skinned } from './build.ts';
import { posed } from './pose.ts';

const weights = { joints: Array(12).fill(0), weights: [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0] };

/** Three joints and a face of three morph targets that move its third corner by 1, 10 and 100. */
function figure(gltf: Gltf) {
  const made = skinned(gltf, 3, weights);
  const [primitive] = (gltf.json.meshes[made.mesh] as { primitives: { targets?: unknown }[] }).primitives;
  primitive.targets = [1, 10, 100].map(h => ({ POSITION: gltf.floats('VEC3', 0, 0, 0, 0, 0, 0, 0, h, 0) }));
  return made;
}

function vrm1(): Gltf {
  const gltf = new Gltf().use('VRMC_vrm').use('VRMC_springBone');
  const { nodes, node } = figure(gltf);
  const bind = (index: number, weight: number) => ({ node, index, weight });
  gltf.json.extensions = {
    VRMC_vrm: {
      specVersion: '1.0',
      meta: {
        name: 'Aya',
        authors: ['Ann', 'Bob'],
        licenseUrl: 'https://vrm.dev/licenses/1.0/',
        copyrightInformation: '(c) Ann',
        commercialUsage: 'personalNonProfit',
        allowRedistribution: false,
        thumbnailImage: 0,
      },
      humanoid: { humanBones: { hips: { node: nodes[0] }, head: { node: nodes[2] }, leftHand: { node: 99 } } },
      expressions: {
        preset: {
          happy: { morphTargetBinds: [bind(0, 1), bind(1, 0.5)] },
          aa: { morphTargetBinds: [bind(2, 1)] },
          sad: { morphTargetBinds: [] },
          angry: { morphTargetBinds: [{ node: 77, index: 0, weight: 1 }] },
        },
        custom: { wink: { morphTargetBinds: [bind(0, 0.25)] } },
      },
    },
    VRMC_springBone: { springs: [{ joints: [] }, { joints: [] }] },
  };
  gltf.add('materials', { extensions: { VRMC_materials_mtoon: {} } });
  return gltf;
}

it('a VRM 0 of 4,000 nodes opens, and one of 4,001 does not', async () => {
  const figureOf = (joints: number): Gltf => {
    const gltf = new Gltf().use('VRM');
    const { nodes } = skinned(gltf, joints, weights);
    // All below the first one: a chain of so many nodes is refused.
    for (const i of nodes) delete gltf.json.nodes[i].children;
    gltf.json.nodes[nodes[0]].children = nodes.slice(1);
    gltf.json.extensions = { VRM: { meta: {}, humanoid: { humanBones: [{ bone: 'hips', node: nodes[0] }] } } };
    return gltf;
  };
  const { avatar } = await figureOf(4000).read();
  // One more turns it.
  expect(avatar?.skeleton.names).toHaveLength(4001);
  expect(decodeSkeleton(await writeSkeleton(avatar!.skeleton, 'figure'), 'figure').names).toHaveLength(4001);
  await expect(figureOf(4001).read()).rejects.toThrow(/at most 4000 joints at nodes, got 4001/);
});

function vrm0(): Gltf {
  const gltf = new Gltf().use('VRM');
  const { nodes, mesh } = figure(gltf);
  const bind = (index: number, weight: number) => ({ mesh, index, weight });
  gltf.json.extensions = {
    VRM: {
      meta: { title: 'Old Aya', author: 'Ann', licenseName: 'CC_BY', commercialUssageName: 'Allow', texture: 3 },
      humanoid: {
        humanBones: [
          { bone: 'hips', node: nodes[0] },
          { bone: 'leftThumbProximal', node: nodes[1] },
          { bone: 'head', node: nodes[2] },
        ],
      },
      blendShapeMaster: {
        blendShapeGroups: [
          { name: 'Joy', presetName: 'joy', binds: [bind(0, 100), bind(1, 50)] },
          { name: 'A', presetName: 'A', binds: [bind(2, 100)] },
          { name: 'Wink', presetName: 'unknown', binds: [bind(0, 25)] },
          { name: 'Nothing', presetName: 'sorrow', binds: [] },
        ],
      },
      secondaryAnimation: { boneGroups: [{ bones: [1] }, { bones: [] }] },
      materialProperties: [{ shader: 'VRM/MToon' }, { shader: 'VRM/UnlitTexture' }],
    },
  };
  return gltf;
}

describe('VRM 1', () => {
  it('names the bones of its humanoid and ignores missing ones', async () => {
    expect((await vrm1().avatar()).skeleton.humanoid).toEqual({ hips: 'joint0', head: 'joint2' });
  });

  it('uses its expressions as morph targets', async () => {
    const { part, warnings } = await vrm1().avatar();
    expect(part.morphTargets?.map(t => [t.name, t.positions[7]])).toEqual([
      ['happy', 1 + 5],
      ['aa', 100],
      ['wink', 0.25],
    ]);
    expect(warnings.join()).toMatch(/morph targets that no expression uses are left out/);
  });

  it('warns of losses, and keeps the credit', async () => {
    const { credit, warnings } = await vrm1().avatar();
    expect(credit).toEqual({
      title: 'Aya',
      authors: ['Ann', 'Bob'],
      licence: 'https://vrm.dev/licenses/1.0/',
      copyright: '(c) Ann',
      terms: { commercialUsage: 'personalNonProfit', allowRedistribution: 'false' },
    });
    expect(warnings.join('\n')).toMatch(/1 MToon material is drawn[\s\S]*2 groups are not simulated[\s\S]*licence forbids/);
  });

  it('leaves out an expression whose weights are beyond all measure', async () => {
    const gltf = vrm1();
    const json = JSON.parse(new TextDecoder().decode(gltf.bytes()));
    json.extensions.VRMC_vrm.expressions.preset.happy.morphTargetBinds[0].weight = 1e308;
    const { avatar, warnings } = await readBytes(new TextEncoder().encode(JSON.stringify(json)));
    expect(avatar?.outfit[0].product.parts[0].morphTargets?.map(t => t.name)).toEqual(['aa', 'wink']);
    expect(warnings.join()).toMatch(/expression happy: left out/);
  });

  it('keeps raw targets that a clip moves', async () => {
    const gltf = vrm1();
    gltf.animate(
      gltf.json.nodes.findIndex(n => n.name === 'figure'),
      'weights',
      [0, 1],
      [0, 0, 0, 1, 0, 0],
    );
    const { part, clips } = await gltf.avatar();
    expect(part.morphTargets?.map(t => t.name)).toEqual(['happy', 'aa', 'wink', 'mesh.0', 'mesh.1', 'mesh.2']);
    expect(clips[0].tracks.map(t => t.target)).toEqual(['mesh.0']);
  });

  it('already faces +z', async () => {
    expect(posed(await vrm1().avatar())).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0]);
  });
});

describe('VRM 0', () => {
  it('names bones as VRM 1 does: thumbs start at the metacarpal', async () => {
    expect((await vrm0().avatar()).skeleton.humanoid).toEqual({ hips: 'joint0', leftThumbMetacarpal: 'joint1', head: 'joint2' });
  });

  it('gives blend shape groups the names of VRM 1; weights are in percent', async () => {
    const { part } = await vrm0().avatar();
    expect(part.morphTargets?.map(t => [t.name, t.positions[7]])).toEqual([
      ['happy', 1 + 5],
      ['aa', 100],
      ['Wink', 0.25],
    ]);
  });

  it('is turned to face +z', async () => {
    expect(posed(await vrm0().avatar())).toEqual([0, 0, 0, -1, 0, 0, 0, 1, 0]);
  });

  it('warns of losses, and keeps the credit', async () => {
    const { credit, warnings } = await vrm0().avatar();
    expect(credit).toEqual({ title: 'Old Aya', authors: ['Ann'], licence: 'CC_BY', terms: { commercialUssageName: 'Allow' } });
    expect(warnings.join('\n')).toMatch(/1 MToon material is drawn[\s\S]*1 group is not simulated/);
  });

  it.each([
    [[]],
    [[{ bone: 'hips', node: -1 }]],
    [
      [
        { bone: 'hips', node: 7 },
        { bone: 'head', node: 0.5 },
      ],
    ],
  ])('without bones is a thing, not a figure, and keeps its front: %j', async humanBones => {
    const gltf = new Gltf().use('VRM');
    gltf.add('nodes', { mesh: gltf.mesh() });
    const { positions } = (await gltf.product()).parts[0];
    gltf.json.extensions = { VRM: { meta: {}, humanoid: { humanBones }, blendShapeMaster: { blendShapeGroups: [] } } };
    expect((await gltf.product()).parts[0].positions).toEqual(positions);
  });

  it('is read beside a VRM 1 that names no bones', async () => {
    const gltf = new Gltf().use('VRM').use('VRMC_vrm');
    const { nodes } = skinned(gltf, 2, weights);
    const VRM = { humanoid: { humanBones: [{ bone: 'hips', node: nodes[0] }] } };
    gltf.json.extensions = { VRM };
    const { skeleton } = await gltf.avatar();
    gltf.json.extensions = { VRM, VRMC_vrm: { specVersion: '1.0', humanoid: { humanBones: {} } } };
    expect((await gltf.avatar()).skeleton).toEqual(skeleton);
  });

  it.each([
    {},
    { humanoid: 3, blendShapeMaster: [], meta: 'x', secondaryAnimation: { boneGroups: [null] }, materialProperties: [7] },
  ])('nonsense in the extension is passed over: %j', async extension => {
    const gltf = vrm0();
    gltf.json.extensions = { VRM: extension };
    expect((await gltf.avatar()).skeleton.humanoid).toEqual({});
  });
});

describe('MToon', () => {
  const shaded = async (gltf: Gltf) => (await gltf.avatar()).part.material;
  const painted = (gltf: Gltf, material: object) => {
    const index = gltf.add('materials', material as Record<string, unknown>);
    for (const mesh of gltf.json.meshes) for (const p of mesh.primitives as { material?: number }[]) p.material = index;
    return gltf;
  };
  const base = { pbrMetallicRoughness: { baseColorFactor: [0.8, 0.5, 0.4, 1] }, extensions: { KHR_materials_unlit: {} } };

  it('of VRM 1 is lit, with its shade colour as a factor of its own', async () => {
    const gltf = painted(vrm1().use('KHR_materials_unlit'), {
      ...base,
      extensions: { ...base.extensions, VRMC_materials_mtoon: { specVersion: '1.0', shadeColorFactor: [0.4, 0.5, 0.8] } },
    });
    const material = await shaded(gltf);
    expect(material.unlit).toBe(false);
    expect(material.shade?.map(x => Math.round(x * 1000))).toEqual([500, 1000, 1000]);
    expect(rounded(material.baseColor)).toEqual([0.8, 0.5, 0.4, 1]);
  });

  it('of VRM 0 has its shade colour as sRGB; without one it is a faint pink', async () => {
    const gltf = painted(vrm0(), base);
    const { VRM } = gltf.json.extensions as { VRM: { materialProperties: unknown[] } };
    VRM.materialProperties = [{ shader: 'VRM/MToon', vectorProperties: { _ShadeColor: [0.5, 0, 1, 1] } }];
    expect((await shaded(gltf)).shade?.map(x => Math.round(x * 100))).toEqual([27, 0, 100]);
    VRM.materialProperties = [{ shader: 'VRM/MToon' }];
    expect((await shaded(gltf)).shade).toEqual([1, 1, 1]);
    VRM.materialProperties = [{ shader: 'VRM/UnlitTexture' }];
    expect((await shaded(gltf)).shade).toBeUndefined();
  });

  it('adds the mean of its rim, and names what else is lost', async () => {
    const toon = { parametricRimColorFactor: [0.6, 0, 0.3], parametricRimFresnelPowerFactor: 1, shadingToonyFactor: 0 };
    const gltf = painted(vrm1(), { ...base, extensions: { VRMC_materials_mtoon: toon } });
    const { part, warnings } = await gltf.avatar();
    // The mean of 1 - n.v over a disc is a third.
    expect(part.material.emissive.map(x => Math.round(x * 1000))).toEqual([200, 0, 100]);
    expect(warnings.join()).toMatch(/lost: the hard edge of the shade, the rim, which counts by its mean(,|$)/);
    Object.assign(toon, {
      outlineWidthMode: 'worldCoordinates',
      outlineWidthFactor: 0.01,
      matcapTexture: { index: gltf.add('textures', {}) },
    });
    expect((await gltf.avatar()).warnings.join()).toMatch(/by its mean, the outline, the matcap/);
    for (const material of gltf.json.materials as Record<string, unknown>[])
      material.extensions = { VRMC_materials_mtoon: { shadingToonyFactor: 0.2 } };
    expect((await gltf.avatar()).warnings.join()).not.toMatch(/MToon/);
  });

  it('survives the mesh file', async () => {
    const gltf = painted(vrm1(), { ...base, extensions: { VRMC_materials_mtoon: { shadeColorFactor: [0.2, 0.25, 0.1] } } });
    const { worn } = await gltf.avatar();
    const { glb } = await writeMesh(worn, { count: 0, maxError: 0.3, maxWeights: 4 });
    expect(decodeMesh(glb, 'toon').parts[0].material.shade).toEqual([0.25, 0.5, 0.25]);
  });
});
