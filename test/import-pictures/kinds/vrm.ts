import { SphereGeometry } from 'three';
import { Maker } from './build.ts';
import { editedGltf, type Files } from './files.ts';
import { bind } from './limb.ts';
import { type Bone, body, bones, ORDER } from './person.ts';

/** Names of VRoid's joints. */
const VROID: Readonly<Record<Bone, string>> = {
  hips: 'J_Bip_C_Hips',
  spine: 'J_Bip_C_Spine',
  chest: 'J_Bip_C_Chest',
  head: 'J_Bip_C_Head',
  leftArm: 'J_Bip_L_UpperArm',
  leftHand: 'J_Bip_L_Hand',
  rightArm: 'J_Bip_R_UpperArm',
  rightHand: 'J_Bip_R_Hand',
  leftLeg: 'J_Bip_L_UpperLeg',
  leftFoot: 'J_Bip_L_Foot',
  rightLeg: 'J_Bip_R_UpperLeg',
  rightFoot: 'J_Bip_R_Foot',
};
const HUMAN: Readonly<Record<Bone, string>> = {
  ...{ hips: 'hips', spine: 'spine', chest: 'chest', head: 'head', leftArm: 'leftUpperArm', leftHand: 'leftHand' },
  ...{ rightArm: 'rightUpperArm', rightHand: 'rightHand', leftLeg: 'leftUpperLeg', leftFoot: 'leftFoot' },
  ...{ rightLeg: 'rightUpperLeg', rightFoot: 'rightFoot' },
};

/** A figure as VRoid makes it: body, a face with shapes, hair in two see-through layers. */
async function vroid(): Promise<{ m: Maker; index: (bone: Bone) => number }> {
  const m = new Maker();
  const joints = bones(m, m.node({ name: 'Root' }), 1, bone => VROID[bone]);
  const list = ORDER.map(bone => joints[bone]);
  bind(m, m.stand(body(m).setMaterial(m.material([0.8, 0.62, 0.52], 'N00_Body_SKIN')), { name: 'Body' }), list);
  const hairs = await m.texture(64, (x, y) => [120, 70, 50, Math.min(255, 130 + 200 * (1 - y) + 40 * Math.sin(x * 30))]);
  for (const [i, mode] of (['MASK', 'BLEND'] as const).entries()) {
    const shell = m.primitive(new SphereGeometry(0.15 + i * 0.01, 20, 14, 0, Math.PI * 2, 0, 1.7).translate(0, 1.7, -0.01));
    const material = m.textured(hairs).setName(`N00_Hair_${i}`).setAlphaMode(mode).setDoubleSided(true);
    shell.setMaterial(material);
    const count = (shell.getAttribute('POSITION')?.getArray()?.length ?? 0) / 3;
    const whole = (value: number): number[] => Array.from({ length: count * 4 }, (_, k) => (k % 4 === 0 ? value : 0));
    shell.setAttribute('JOINTS_0', m.accessor(Uint16Array.from(whole(ORDER.indexOf('head'))), 'VEC4'));
    shell.setAttribute('WEIGHTS_0', m.accessor(Float32Array.from(whole(1)), 'VEC4'));
    const p = shell.getAttribute('POSITION')?.getArray() as Float32Array;
    const blink = m.accessor(p.map((_, k) => (k % 3 === 1 && p[k] > 1.8 ? 0.03 : 0)), 'VEC3').setSparse(true); // biome-ignore format: one line
    shell.addTarget(m.document.createPrimitiveTarget('Fcl_EYE_Close').setAttribute('POSITION', blink));
    bind(m, m.stand(shell, { name: `Hair${i}` }), list);
  }
  const nodes = m.document.getRoot().listNodes();
  return { m, index: bone => nodes.indexOf(joints[bone]) };
}

const humanBones = (index: (bone: Bone) => number): readonly (readonly [string, number])[] =>
  ORDER.map(bone => [HUMAN[bone], index(bone)] as const);

/** Figures of both versions of VRM. */
export const VRM: Readonly<Record<string, () => Promise<Files>>> = {
  /** UniVRM writes its materials a second time, with MToon's shade colour; unlit for those who do not know it. */
  async Vrm0() {
    const { m, index } = await vroid();
    const [first] = Object.values(
      await editedGltf('Vrm0', m, json => {
        json.extensionsUsed = ['VRM', 'KHR_materials_unlit'];
        for (const material of json.materials ?? []) material.extensions = { KHR_materials_unlit: {} };
        json.extensions = {
          VRM: {
            exporterVersion: 'VRoid Studio-1.0',
            specVersion: '0.0',
            meta: { title: 'someone', author: 'nobody', licenseName: 'CC0' },
            humanoid: { humanBones: humanBones(index).map(([bone, node]) => ({ bone, node, useDefaultValues: true })) },
            firstPerson: { firstPersonBone: index('head') },
            blendShapeMaster: {
              blendShapeGroups: [{ name: 'Blink', presetName: 'blink', binds: [{ mesh: 1, index: 0, weight: 100 }] }],
            },
            secondaryAnimation: {
              boneGroups: [{ stiffiness: 0.5, bones: [index('head')], colliderGroups: [] }],
              colliderGroups: [],
            },
            materialProperties: (json.materials ?? []).map(({ name }) => ({
              name,
              shader: 'VRM/MToon',
              renderQueue: 2450,
              floatProperties: { _Cutoff: 0.5, _ShadeToony: 0.9, _RimFresnelPower: 5, _OutlineWidthMode: 1, _OutlineWidth: 0.08 },
              vectorProperties: { _Color: [1, 1, 1, 1], _ShadeColor: [0.9, 0.7, 0.7, 1], _RimColor: [0.2, 0.2, 0.2, 1] },
              textureProperties: {},
            })),
          },
        };
      }),
    );
    return { 'Vrm0.gltf': first };
  },

  async Vrm1() {
    const { m, index } = await vroid();
    return editedGltf('Vrm1', m, json => {
      json.extensionsUsed = ['VRMC_vrm', 'VRMC_materials_mtoon', 'VRMC_springBone', 'KHR_materials_unlit'];
      for (const material of json.materials ?? [])
        material.extensions = {
          KHR_materials_unlit: {},
          VRMC_materials_mtoon: {
            specVersion: '1.0',
            shadeColorFactor: [0.75, 0.5, 0.5],
            shadingToonyFactor: 0.9,
            shadingShiftFactor: -0.1,
            parametricRimColorFactor: [0.2, 0.2, 0.3],
            parametricRimFresnelPowerFactor: 4,
            outlineWidthMode: 'worldCoordinates',
            outlineWidthFactor: 0.002,
            transparentWithZWrite: true,
          },
        };
      json.extensions = {
        VRMC_vrm: {
          specVersion: '1.0',
          meta: { name: 'someone', authors: ['nobody'], licenseUrl: 'https://vrm.dev/licenses/1.0/' },
          humanoid: { humanBones: Object.fromEntries(humanBones(index).map(([bone, node]) => [bone, { node }])) },
          expressions: { preset: { blink: { morphTargetBinds: [{ node: 0, index: 0, weight: 1 }], isBinary: false } } },
        },
        VRMC_springBone: { specVersion: '1.0', springs: [{ name: 'hair', joints: [{ node: index('head') }] }] },
      };
    });
  },
};
