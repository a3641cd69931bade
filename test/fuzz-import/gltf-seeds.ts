import { MeshoptEncoder } from 'meshoptimizer';
import { Gltf, png, skinned } from '../import/gltf/build.ts';

/** Models that between them have all that the reader of glTF reads; each is sound as it is. */
export async function gltfSeeds(): Promise<Record<string, Gltf>> {
  return { still: still(), figure: figure(), vrm1: vrm(1), vrm0: vrm(0), packed: await packed(), lit: lit(), rigid: rigid() };
}

/** Nodes, materials with all maps, a transform of UVs, two scenes. */
function still(): Gltf {
  const gltf = new Gltf()
    .use('KHR_texture_transform')
    .use('KHR_materials_unlit')
    .use('KHR_materials_emissive_strength')
    .use('KHR_materials_pbrSpecularGlossiness');
  const material = gltf.painted(
    png(4, 4),
    'image/png',
    { extensions: { KHR_texture_transform: { offset: [0.1, 0], rotation: 0.5, scale: [2, 2] } } },
    { wrapS: 33071 },
  );
  const map = { index: 0, texCoord: 0 };
  Object.assign(gltf.json.materials[material], {
    normalTexture: map,
    occlusionTexture: { ...map, strength: 0.5 },
    emissiveTexture: map,
    emissiveFactor: [1, 0.5, 0],
    alphaMode: 'MASK',
    extensions: { KHR_materials_emissive_strength: { emissiveStrength: 2 } },
  });
  gltf.add('materials', {
    name: 'flat',
    pbrMetallicRoughness: { baseColorFactor: [1, 0, 0, 0.5] },
    doubleSided: true,
    extensions: { KHR_materials_unlit: {} },
  });
  gltf.add('materials', {
    extensions: {
      KHR_materials_pbrSpecularGlossiness: { diffuseFactor: [1, 1, 0, 1], diffuseTexture: map, glossinessFactor: 0.3 },
    },
  });
  const uv = {
    TEXCOORD_0: gltf.floats('VEC2', 0, 0, 1, 0, 0, 1),
    COLOR_0: gltf.accessor('VEC3', Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255), { normalized: true }),
  };
  const indices = gltf.accessor('SCALAR', Uint16Array.of(0, 1, 2));
  const meshes = [0, 1, 2].map(m => gltf.mesh({ attributes: uv, indices, material: m, mode: m === 2 ? 5 : 4 }));
  gltf.add('nodes', { mesh: meshes[0], children: [1, 2], translation: [1, 2, 3], rotation: [0, 0.6, 0, 0.8], scale: [1, -2, 1] });
  gltf.add('nodes', { mesh: meshes[1], matrix: [2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 0, 0, 1] });
  gltf.add('nodes', { mesh: meshes[2], name: 'leaf' });
  gltf.json.scenes = [{ nodes: [0] }, { nodes: [] }];
  return gltf;
}

/** Lights, glass, a light map, second texture coordinates, colours of 16 bits, a strip with restarts, blended backs. */
function lit(): Gltf {
  const gltf = new Gltf().use('KHR_lights_punctual').use('KHR_materials_transmission').use('KHR_techniques_webgl');
  const glass = gltf.painted(png(5, 3), 'image/png', { texCoord: 1 }, { magFilter: 9728, wrapT: 33648 });
  Object.assign(gltf.json.materials[glass], {
    alphaMode: 'BLEND',
    doubleSided: true,
    occlusionTexture: { index: 0, texCoord: 0 },
    extensions: { KHR_materials_transmission: { transmissionFactor: 0.5 } },
    extras: { lightMap: { index: 0, texCoord: 1 } },
  });
  const leaf = gltf.add('materials', { name: 'leaf', doubleSided: true, alphaMode: 'MASK', alphaCutoff: 0.3 });
  const points = [0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 2, 0, 1, 2, 0, 0, 3, 1, 1, 3, 1];
  const uvs = points.filter((_, i) => i % 3 < 2);
  const attributes = {
    POSITION: gltf.floats('VEC3', ...points),
    NORMAL: gltf.floats('VEC3', ...points.map((_, i) => (i % 3 === 2 ? 1 : 0))),
    TEXCOORD_0: gltf.floats('VEC2', ...uvs),
    TEXCOORD_1: gltf.accessor(
      'VEC2',
      Uint16Array.from(uvs, x => x * 20_000),
      { normalized: true },
    ),
    COLOR_0: gltf.accessor(
      'VEC4',
      Uint16Array.from({ length: 32 }, (_, i) => i * 2000),
      { normalized: true },
    ),
  };
  const strip = gltf.accessor('SCALAR', Uint16Array.of(0, 1, 2, 3, 65535, 4, 5, 6, 7));
  gltf.json.extensions = {
    KHR_lights_punctual: {
      lights: [
        { type: 'directional', color: [1, 0.9, 0.8], intensity: 3 },
        { type: 'point', intensity: 40, range: 5 },
        { type: 'spot', intensity: 40, spot: { innerConeAngle: 0.1, outerConeAngle: 0.5 } },
      ],
    },
  };
  gltf.add('nodes', { mesh: gltf.mesh({ attributes, indices: strip, material: glass, mode: 5 }) });
  gltf.add('nodes', { mesh: gltf.mesh({ attributes, material: leaf, mode: 6 }), translation: [0, 0, 2] });
  for (const light of [0, 1, 2])
    gltf.add('nodes', { translation: [0, 3, light], extensions: { KHR_lights_punctual: { light } } });
  return gltf;
}

/** Rigid pieces below joints that clips move, a helmet among them; no skin. */
function rigid(): Gltf {
  const gltf = new Gltf();
  const body = gltf.add('nodes', { name: 'Hips', mesh: gltf.mesh(), translation: [0, 1, 0], children: [1, 2] });
  const head = gltf.add('nodes', { name: 'Head', mesh: gltf.mesh(), translation: [0, 0.5, 0] });
  gltf.add('nodes', { name: 'LeftHand', translation: [1, 0, 0], scale: [0.5, 0.5, -0.5], children: [3] });
  gltf.add('nodes', { name: 'sword', mesh: gltf.mesh() });
  gltf.animate(body, 'translation', [0, 1], [0, 1, 0, 0, 1, 1], {}, 'walk');
  gltf.animate(head, 'scale', [0.5, 2], [1, 1, 1, 2, 2, 2], { interpolation: 'STEP' }, 'grow');
  return gltf;
}

const WEIGHTS = { joints: [0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0], weights: [0.5, 0.5, 0, 0, 0.25, 0.75, 0, 0, 1, 0, 0, 0] };

/** Skin, morph targets, clips of every interpolation. */
function figure(): Gltf {
  const gltf = new Gltf();
  const { mesh, nodes, node } = skinned(gltf, 3, WEIGHTS);
  const target = { POSITION: gltf.floats('VEC3', 0, 0, 0, 0, 0, 0, 0, 0.1, 0) };
  Object.assign((gltf.json.meshes[mesh] as { primitives: object[] }).primitives[0], { targets: [target, target] });
  Object.assign(gltf.json.meshes[mesh], { weights: [0.5, 0], extras: { targetNames: ['smile', 'blink'] } });
  gltf.animate(nodes[1], 'rotation', [0, 0.5, 1], [0, 0, 0, 1, 0, 0.6, 0, 0.8, 0, 0, 0, 1]);
  gltf.animate(
    nodes[0],
    'translation',
    [0, 1],
    [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0],
    { interpolation: 'CUBICSPLINE' },
    'spline',
  );
  gltf.animate(node, 'weights', [0, 1], [0.5, 0, 1, 1], { interpolation: 'STEP' }, 'face');
  return gltf;
}

function vrm(version: 0 | 1): Gltf {
  const gltf = figure().use(version === 1 ? 'VRMC_vrm' : 'VRM');
  gltf.json.extensions =
    version === 1
      ? {
          VRMC_vrm: {
            meta: { name: 'a', authors: ['b'] },
            humanoid: { humanBones: { hips: { node: 0 }, head: { node: 1 } } },
            expressions: { preset: { happy: { morphTargetBinds: [{ node: 3, index: 0, weight: 1 }] } } },
          },
        }
      : {
          VRM: {
            meta: { title: 'a' },
            humanoid: { humanBones: [{ bone: 'hips', node: 0 }] },
            blendShapeMaster: { blendShapeGroups: [{ name: 'A', presetName: 'a', binds: [{ mesh: 0, index: 1, weight: 50 }] }] },
          },
        };
  return gltf;
}

/** Sparse, quantized, compressed and instanced. */
async function packed(): Promise<Gltf> {
  await MeshoptEncoder.ready;
  const gltf = new Gltf()
    .use('EXT_meshopt_compression', true)
    .use('KHR_mesh_quantization', true)
    .use('EXT_mesh_gpu_instancing')
    .use('KHR_node_visibility');
  const raw = new Uint8Array(Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0).buffer);
  const bytes = MeshoptEncoder.encodeGltfBuffer(raw, 3, 12, 'ATTRIBUTES');
  const view = gltf.view(bytes);
  const { byteOffset } = gltf.json.bufferViews[view];
  gltf.json.bufferViews[view] = {
    buffer: 1,
    byteLength: 36,
    extensions: {
      EXT_meshopt_compression: {
        buffer: 0,
        byteOffset,
        byteLength: bytes.byteLength,
        byteStride: 12,
        count: 3,
        mode: 'ATTRIBUTES',
      },
    },
  };
  const POSITION = gltf.json.accessors.push({ bufferView: view, componentType: 5126, type: 'VEC3', count: 3 }) - 1;
  const sparse = {
    count: 1,
    indices: { bufferView: gltf.view(Uint16Array.of(2)), componentType: 5123 },
    values: { bufferView: gltf.view(Float32Array.of(0, 1, 1)) },
  };
  const delta = gltf.json.accessors.push({ componentType: 5126, type: 'VEC3', count: 3, sparse }) - 1;
  const NORMAL =
    gltf.json.accessors.push({
      bufferView: gltf.view(Int8Array.of(0, 0, 127, 0, 0, 0, 127, 0, 0, 0, 127, 0), { byteStride: 4 }),
      componentType: 5120,
      normalized: true,
      type: 'VEC3',
      count: 3,
    }) - 1;
  const attributes = {
    TRANSLATION: gltf.floats('VEC3', 0, 0, 0, 2, 0, 0),
    ROTATION: gltf.floats('VEC4', 0, 0, 0, 1, 0, 1, 0, 0),
  };
  gltf.add('nodes', {
    mesh: gltf.mesh({ attributes: { POSITION, NORMAL }, targets: [{ POSITION: delta }] }),
    extensions: { EXT_mesh_gpu_instancing: { attributes }, KHR_node_visibility: { visible: true } },
  });
  const { buffers } = JSON.parse(new TextDecoder().decode(gltf.bytes()));
  gltf.json.buffers = [...buffers, { byteLength: 36, extensions: { EXT_meshopt_compression: { fallback: true } } }];
  return gltf;
}

/** The same as one binary file. */
export function glbOf(gltf: Gltf): Uint8Array {
  const json = JSON.parse(new TextDecoder().decode(gltf.bytes()));
  const binary = Buffer.from(json.buffers[0].uri.split(',')[1], 'base64');
  delete json.buffers[0].uri;
  const chunk = (type: number, data: Uint8Array, fill: number) => {
    const out = Buffer.alloc(8 + ((data.length + 3) & ~3), fill);
    out.writeUInt32LE(out.length - 8, 0);
    out.writeUInt32LE(type, 4);
    out.set(data, 8);
    return out;
  };
  const chunks = Buffer.concat([
    chunk(0x4e4f534a, new TextEncoder().encode(JSON.stringify(json)), 32),
    chunk(0x004e4942, binary, 0),
  ]);
  const head = Buffer.alloc(12);
  head.writeUInt32LE(0x46546c67, 0);
  head.writeUInt32LE(2, 4);
  head.writeUInt32LE(12 + chunks.length, 8);
  return new Uint8Array(Buffer.concat([head, chunks]));
}
