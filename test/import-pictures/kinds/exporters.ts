import type { GLTF } from '@gltf-transform/core';
import { EXTMeshGPUInstancing, KHRLightsPunctual, KHRMaterialsVariants, KHRTextureTransform } from '@gltf-transform/extensions';
import { quantize } from '@gltf-transform/functions';
import { BoxGeometry, CylinderGeometry, EdgesGeometry, Matrix4, PlaneGeometry, SphereGeometry, TorusKnotGeometry } from 'three';
import { Maker } from './build.ts';
import { editedGltf, type Files, loose } from './files.ts';
import { bind, chain, limb, sway } from './limb.ts';
import { body, bones, ORDER, walk } from './person.ts';

/** A box, changed by hand. */
async function box(name: string, edit: (json: GLTF.IGLTF) => void, make: (m: Maker) => void = () => {}): Promise<Files> {
  const m = new Maker();
  m.stand(m.primitive(new BoxGeometry(), m.textured(await m.texture(64))), { turn: [0, 25, 0] });
  make(m);
  return editedGltf(name, m, edit);
}

/** Files as exporters and packers write them. */
export const EXPORTERS: Readonly<Record<string, () => Promise<Maker | Files>>> = {
  /** Extensions of engines and maps that say nothing of the look. */
  async UnknownExtensions() {
    return box('UnknownExtensions', json => {
      json.extensionsUsed = ['EXT_mesh_features', 'CESIUM_RTC_x', 'MOZ_hubs_components', 'FB_ngon_encoding', 'GODOT_single_root'];
      json.extensions = { MOZ_hubs_components: { environment: {} } };
      if (json.nodes) json.nodes[0].extensions = { MOZ_hubs_components: { 'spawn-point': {} } };
    });
  },

  /** Coats, cloth, thin films, grooves: a matt surface of the same colour is what remains. */
  async PhysicalExtensions() {
    const m = new Maker();
    for (let i = 0; i < 6; i++)
      m.stand(m.primitive(new SphereGeometry(0.5, 32, 20), m.material([0.7, 0.3 + 0.1 * i, 0.3])), {
        at: [(i % 3) * 1.1, Math.floor(i / 3) * 1.1, 0],
      });
    return editedGltf('PhysicalExtensions', m, json => {
      const all: Record<string, object> = {
        KHR_materials_clearcoat: { clearcoatFactor: 1, clearcoatRoughnessFactor: 0.1 },
        KHR_materials_sheen: { sheenColorFactor: [0.3, 0.3, 0.3], sheenRoughnessFactor: 0.5 },
        KHR_materials_iridescence: { iridescenceFactor: 1 },
        KHR_materials_anisotropy: { anisotropyStrength: 0.8 },
        KHR_materials_ior: { ior: 1.8 },
        KHR_materials_specular: { specularFactor: 0.2 },
      };
      json.extensionsUsed = Object.keys(all);
      for (const [i, [name, value]] of Object.entries(all).entries())
        if (json.materials) json.materials[i].extensions = { [name]: value };
    });
  },

  /** Glass that refracts and tints, and emission far above 1. */
  async VolumeAndLamps() {
    const m = new Maker();
    m.stand(m.primitive(new SphereGeometry(0.5, 32, 20), m.material([0.9, 0.9, 1])), { at: [0, 0, 0] });
    m.stand(m.primitive(new BoxGeometry(0.6, 0.6, 0.6), m.material([0.1, 0.1, 0.1]).setEmissiveFactor([1, 0.5, 0.2])), {
      at: [1.2, 0, 0],
    });
    return editedGltf('VolumeAndLamps', m, json => {
      json.extensionsUsed = ['KHR_materials_transmission', 'KHR_materials_volume', 'KHR_materials_emissive_strength'];
      const [glass, lamp] = json.materials ?? [];
      glass.extensions = {
        KHR_materials_transmission: { transmissionFactor: 1 },
        KHR_materials_volume: { thicknessFactor: 0.5, attenuationColor: [0.5, 0.9, 0.6], attenuationDistance: 1 },
      };
      lamp.extensions = { KHR_materials_emissive_strength: { emissiveStrength: 8 } };
    });
  },

  /** Specular-glossiness alone, as old exporters wrote it; three.js draws it white. */
  async SpecularGlossiness() {
    return box('SpecularGlossiness', json => {
      json.extensionsUsed = ['KHR_materials_pbrSpecularGlossiness'];
      json.materials = [
        {
          extensions: {
            KHR_materials_pbrSpecularGlossiness: {
              diffuseTexture: { index: 0 },
              diffuseFactor: [0.9, 0.9, 0.9, 1],
              specularFactor: [0.04, 0.04, 0.04],
              glossinessFactor: 0.4,
            },
          },
        },
      ];
    });
  },

  /** The default of a file with variants is what its primitives name. */
  async Variants() {
    const m = new Maker();
    const extension = m.document.createExtension(KHRMaterialsVariants);
    const primitive = m.primitive(new TorusKnotGeometry(0.4, 0.15, 64, 10), m.material([0.2, 0.5, 0.8]));
    const list = extension.createMappingList();
    for (const [name, color] of [['red', [0.8, 0.1, 0.1]], ['green', [0.1, 0.7, 0.1]]] as const) // biome-ignore format: one line
      list.addMapping(
        extension
          .createMapping()
          .addVariant(extension.createVariant(name))
          .setMaterial(m.material([...color])),
      );
    m.stand(primitive.setExtension('KHR_materials_variants', list));
    return m;
  },

  /** Lamps of three kinds deep below turned and scaled nodes. */
  async NestedLamps() {
    const m = new Maker();
    const extension = m.document.createExtension(KHRLightsPunctual);
    let node = m.node({ turn: [20, 40, 0], scale: [2, 2, 2] });
    for (const type of ['directional', 'point', 'spot'] as const) {
      node = m.node({ at: [0, 1, 0], turn: [30, 0, 0] }, node);
      node.setExtension('KHR_lights_punctual', extension.createLight(type).setType(type).setIntensity(3));
    }
    m.stand(m.primitive(new BoxGeometry(), m.material([0.7, 0.6, 0.5])));
    return m;
  },

  /** Colours in 8 and 16 bits with alpha, blended and masked, over a textured surface. */
  async PackedVertexColors() {
    const m = new Maker();
    const texture = await m.texture(64);
    for (const [i, mode] of (['BLEND', 'MASK', 'OPAQUE', 'BLEND'] as const).entries()) {
      const primitive = m.primitive(new PlaneGeometry(1, 1, 12, 12), m.textured(texture).setAlphaMode(mode));
      const top = i < 2 ? 255 : 65535;
      const values = Array.from({ length: 169 * 4 }, (_, c) => (c % 4 === 3 ? (((c >> 2) % 13) / 12) * top : top * (0.5 + 0.5 * Math.sin(c)))); // biome-ignore format: one line
      const colors = m.accessor(i < 2 ? Uint8Array.from(values) : Uint16Array.from(values), 'VEC4', true);
      m.stand(primitive.setAttribute('COLOR_0', colors), { at: [(i % 2) * 1.1, Math.floor(i / 2) * 1.1, 0] });
    }
    return m;
  },

  /** Exactly 65,536 vertices with 16-bit indices: the last index is WebGL 2's sign to begin anew. */
  async LastSixteenBitIndex() {
    const m = new Maker();
    const geometry = new PlaneGeometry(2, 2, 255, 255);
    const position = geometry.getAttribute('position');
    for (let v = 0; v < position.count; v++)
      position.setZ(v, 0.2 * Math.sin(position.getX(v) * 5) * Math.cos(position.getY(v) * 4));
    geometry.computeVertexNormals();
    m.stand(m.primitive(geometry, m.material([0.4, 0.6, 0.7]).setDoubleSided(true)), { turn: [-40, 0, 0] });
    return m;
  },

  /** 90,000 vertices in one primitive, quantized. */
  async LargePrimitive() {
    const m = new Maker();
    const primitive = m.primitive(new TorusKnotGeometry(0.5, 0.18, 1500, 60), m.material([0.7, 0.5, 0.3]));
    const index = new TorusKnotGeometry(0.5, 0.18, 1500, 60).getIndex()?.array ?? [];
    m.stand(primitive.setIndices(m.accessor(Uint32Array.from(index), 'SCALAR')));
    await m.document.transform(quantize());
    return m;
  },

  /** Meshes without primitives, primitives without vertices or indices, points and lines among them. */
  async EmptyMeshes() {
    const m = new Maker();
    m.stand(m.primitive(new BoxGeometry(), m.material([0.8, 0.5, 0.2])));
    m.stand([], { name: 'nothing' });
    const line = m.document.createPrimitive().setMode(3);
    line.setAttribute('POSITION', m.accessor(Float32Array.from([0, 0, 0, 0, 1, 0, 0.2, 0.4, 0.6]), 'VEC3'));
    m.stand([m.primitive(new SphereGeometry(0.3, 12, 8), m.material([0.2, 0.4, 0.8])), line], { at: [1, 0, 0] });
    return m;
  },

  /** A box and a ball with their edges as lines, as CAD writes them, and a loop around both. */
  async CadEdges() {
    const m = new Maker();
    const lines = (points: ArrayLike<number>, mode: 1 | 2) =>
      m.document
        .createPrimitive()
        .setMode(mode)
        .setAttribute('POSITION', m.accessor(Float32Array.from(points), 'VEC3'))
        .setMaterial(m.material([0, 0, 0.1]));
    for (const [i, shape] of [new BoxGeometry(), new CylinderGeometry(0.4, 0.4, 1, 24)].entries()) {
      const edges = new EdgesGeometry(shape, 20).getAttribute('position').array;
      m.stand([m.primitive(shape, m.material([0.7, 0.7, 0.75])), lines(edges, 1)], { at: [i * 1.3, 0, 0], turn: [0, 20, 0] });
    }
    const loop = Array.from({ length: 60 }, (_, i) => [0.65 + 1.4 * Math.cos(i * 0.105), 0, 1.4 * Math.sin(i * 0.105)]).flat();
    m.stand(lines(loop, 2));
    return m;
  },

  /** Turned, scaled copies whose rotations are bytes. */
  async PackedInstances() {
    const m = new Maker();
    const extension = m.document.createExtension(EXTMeshGPUInstancing).setRequired(true);
    const node = m.stand(m.primitive(new BoxGeometry(0.4, 0.8, 0.2), m.material([0.5, 0.7, 0.4])), { turn: [0, 20, 0] });
    const turn = Int8Array.from([0, 0, 0, 127, 0, 90, 0, 90, 49, 0, 0, 117, 0, 0, 90, 90]);
    const batch = extension
      .createInstancedMesh()
      .setAttribute('TRANSLATION', m.accessor(Float32Array.from([0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0]), 'VEC3'))
      .setAttribute('ROTATION', m.accessor(turn, 'VEC4', true))
      .setAttribute('SCALE', m.accessor(Float32Array.from([1, 1, 1, 1, 0.5, 1, 0.7, 0.7, 0.7, 1, 1, 2]), 'VEC3'));
    node.setExtension('EXT_mesh_gpu_instancing', batch);
    return m;
  },

  /** A transform that turns, scales and names the second UV set. */
  async TurnedSecondUvs() {
    const m = new Maker();
    const texture = await m.texture(64);
    const extension = m.document.createExtension(KHRTextureTransform);
    const material = m.textured(texture).setBaseColorFactor([0.8, 0.8, 0.8, 1]);
    material.getBaseColorTextureInfo()?.setExtension('KHR_texture_transform', extension.createTransform().setRotation(0.7).setScale([2, 1.5]).setTexCoord(1)); // biome-ignore format: one line
    const primitive = m.primitive(new BoxGeometry(), material);
    const uv = primitive.getAttribute('TEXCOORD_0')?.getArray() as Float32Array;
    primitive.setAttribute('TEXCOORD_1', m.accessor(uv.map((x, i) => (i % 2 ? x * 0.8 : 1 - x)), 'VEC2')); // biome-ignore format: one line
    m.stand(primitive);
    return m;
  },

  /** Interleaved, with strides and offsets. */
  async Interleaved() {
    const m = new Maker();
    m.stand(m.primitive(new SphereGeometry(0.5, 24, 16), m.textured(await m.texture(64))));
    const { json, resources } = await loose(m);
    return { 'Interleaved.gltf': JSON.stringify(json), ...resources };
  },

  /** Escapes, backslashes, `./` and `..` in names of files. */
  async OddUris() {
    const m = new Maker();
    m.stand(m.primitive(new BoxGeometry(), m.textured(await m.texture(64))));
    m.document.getRoot().listBuffers()[0].setURI('odd data #1.bin');
    m.document.getRoot().listTextures()[0].setURI('odd%20picture+1.png');
    const { json, resources } = await loose(m);
    if (json.buffers) json.buffers[0].uri = './odd%20data%20%231.bin';
    if (json.images) json.images[0].uri = 'odd%2520picture+1.png';
    return { 'OddUris.gltf': JSON.stringify(json), ...resources };
  },

  /** A byte order mark, deep extras, names that are no ASCII, fields of the future. */
  async JsonOfOthers() {
    const files = await box('JsonOfOthers', json => {
      json.asset = { ...json.asset, generator: 'Exporter für Möbel 家具', version: '2.0', copyright: '©' };
      if (json.nodes) json.nodes[0].name = '椅子 🪑';
      json.extras = { a: { b: { c: [1, { d: null }] } } };
      Object.assign(json, { future: [{}] });
    });
    return { 'JsonOfOthers.gltf': `\ufeff${files['JsonOfOthers.gltf']}` };
  },

  /** A texture without a source, one whose sampler is not there, a mask with cutoff 0, a factor above 1. */
  async OddMaterials() {
    const m = new Maker();
    const texture = await m.texture(64);
    for (let i = 0; i < 4; i++)
      m.stand(m.primitive(new PlaneGeometry(1, 1), m.textured(texture).setName(`${i}`)), { at: [i * 1.1, 0, 0] });
    return editedGltf('OddMaterials', m, json => {
      const materials = json.materials ?? [];
      materials[0].alphaMode = 'MASK';
      materials[0].alphaCutoff = 0;
      materials[1].doubleSided = false;
      materials[1].occlusionTexture = { index: 0, strength: 0 };
      materials[2].normalTexture = { index: 0, scale: 0 };
      materials[3].emissiveFactor = [0, 0, 0];
      materials[3].emissiveTexture = { index: 0 };
    });
  },

  /** A clip of a prop whose nodes are named in another script, and a skin whose mesh is seen twice. */
  async SeenTwice() {
    const m = new Maker();
    const joints = chain(m, m.node({ name: '骨' }), 3, 0.3, '関節');
    const primitive = limb(m, 3, 0.9).setMaterial(m.material([0.6, 0.5, 0.3]));
    const first = m.stand(primitive);
    bind(m, first, joints);
    m.node({ at: [5, 5, 5] })
      .setMesh(first.getMesh())
      .setSkin(first.getSkin());
    sway(m, joints, '揺れ');
    return m;
  },

  /** Figures of a crowd: three people in one file, one clip each. */
  async ThreePeople() {
    const m = new Maker();
    for (let i = 0; i < 3; i++) {
      const joints = bones(m, m.node({ name: `person ${i}`, at: [i * 1.5, 0, 0] }), 1, bone => `${bone}_${i}`);
      const node = m.stand(body(m).setMaterial(m.material([0.3 + 0.2 * i, 0.5, 0.6])), { name: `body ${i}` });
      bind(m, node, ORDER.map(bone => joints[bone]), new Matrix4().makeTranslation(i * 1.5, 0, 0)); // biome-ignore format: one line
      walk(m, joints, `walk ${i}`);
    }
    return m;
  },
};
