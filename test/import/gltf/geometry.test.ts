import { MeshoptEncoder } from 'meshoptimizer';
import { describe, expect, it } from 'vitest';
import { Gltf, rounded, TRIANGLE } from './build.ts';

const square = [0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0];

describe('triangles', () => {
  const read = async (mode: number, indices?: Uint8Array) => {
    const gltf = new Gltf();
    const positions = gltf.floats('VEC3', ...square, 2, 0, 0);
    const normals = gltf.floats('VEC3', ...Array.from({ length: 15 }, (_, i) => Number(i % 3 === 2)));
    const more = indices ? { indices: gltf.accessor('SCALAR', indices) } : {};
    gltf.add('nodes', { mesh: gltf.mesh({ attributes: { POSITION: positions, NORMAL: normals }, mode, ...more }) });
    return [...(await gltf.product()).parts[0].index];
  };

  it('come from a list; an incomplete one is dropped', async () => {
    expect(await read(4, Uint8Array.of(0, 1, 2, 2, 1))).toEqual([0, 1, 2]);
  });
  it('may lack indices', async () => {
    expect(await read(4)).toEqual([0, 1, 2]);
  });
  it('of a strip keep its winding', async () => {
    expect(await read(5, Uint8Array.of(0, 1, 2, 3, 4))).toEqual([0, 1, 2, 2, 1, 3, 2, 3, 4]);
  });
  it('may form a fan', async () => {
    expect(await read(6, Uint8Array.of(0, 1, 2, 3))).toEqual([1, 2, 0, 2, 3, 0]);
  });
  it('of strips and fans begin again at a restart', async () => {
    expect(await read(5, Uint8Array.of(0, 1, 2, 255, 2, 1, 3, 4))).toEqual([0, 1, 2, 2, 1, 3, 3, 1, 4]);
    expect(await read(6, Uint8Array.of(0, 1, 2, 255, 4, 1, 3))).toEqual([1, 2, 0, 1, 3, 4]);
  });
  it('do not include points, which cause a warning', async () => {
    const gltf = new Gltf();
    gltf.add('nodes', { mesh: gltf.mesh({ mode: 0 }) });
    gltf.add('nodes', { mesh: gltf.mesh() });
    const { parts, warnings } = await gltf.product();
    expect(parts).toHaveLength(1);
    expect(warnings.join()).toMatch(/points are left out/);
  });

  it.each([
    ['lines', 1, [0, 1, 2, 3], 2],
    ['a strip of lines', 3, [0, 1, 2, 3], 3],
    ['a loop', 2, [0, 1, 2, 3], 4],
    ['lines that lead nowhere', 1, [0, 0, 1, 9, 2, 3], 1],
  ])('are two crossed ribbons for each of %s, unlit and seen from both sides', async (_, mode, ends, lines) => {
    const gltf = new Gltf();
    const POSITION = gltf.floats('VEC3', 0, 0, 0, 3, 0, 0, 3, 3, 0, 0, 3, 1);
    const indices = gltf.accessor('SCALAR', Uint16Array.from(ends));
    gltf.add('nodes', {
      mesh: gltf.add('meshes', { primitives: [{ attributes: { POSITION }, indices, mode }] }),
      scale: [2, 1, 1],
    });
    gltf.add('nodes', { mesh: gltf.mesh() });
    const { parts, warnings } = await gltf.product();
    const [{ positions, index, material }, other] = parts;
    expect(material).toMatchObject({ unlit: true, doubleSided: true });
    expect(other.material.unlit).toBe(false);
    expect(index).toHaveLength(lines * 4 * 3);
    // The model is 6 m long: each ribbon is 2 cm wide, across its line.
    for (let v = 0; v < positions.length / 3; v += 2) {
      const width = Math.hypot(...[0, 1, 2].map(k => positions[v * 3 + k] - positions[v * 3 + 3 + k]));
      expect(width).toBeCloseTo(6 / 300, 5);
    }
    expect(warnings.join()).toMatch(/lines are drawn as thin ribbons/);
  });

  it('lead to no vertex that is no number, and have the colour of the file alone', async () => {
    const gltf = new Gltf();
    const POSITION = gltf.floats('VEC3', 0, 0, 0, 3, 0, 0, Number.NaN, 0, 0, 3, 3, 0);
    const COLOR_0 = gltf.floats('VEC3', 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1);
    const pbrMetallicRoughness = { baseColorFactor: [0.4, 0.5, 0, 1], metallicFactor: 1 };
    const material = gltf.add('materials', { pbrMetallicRoughness, emissiveFactor: [1, 1, 1] });
    const mesh = gltf.add('meshes', { primitives: [{ attributes: { POSITION, COLOR_0 }, mode: 3, material }] });
    gltf.add('nodes', { mesh });
    const { parts } = await gltf.product();
    expect(parts[0].index).toHaveLength(4 * 3);
    const { baseColor, emissive } = parts[0].material;
    for (const [c, x] of [0.8, 0.5, 0].entries()) expect(baseColor[c] + emissive[c]).toBeCloseTo(x, 5);
    expect(parts[0].colors?.slice(0, 3)).toEqual(Float32Array.of(1, 1, 1));
  });

  it('have the texture of their material at the ends of lines', async () => {
    const gltf = new Gltf();
    const POSITION = gltf.floats('VEC3', 0, 0, 0, 3, 0, 0);
    const TEXCOORD_0 = gltf.floats('VEC2', 0.25, 0.75, 1, 0);
    const material = gltf.painted();
    gltf.add('nodes', {
      mesh: gltf.add('meshes', { primitives: [{ attributes: { POSITION, TEXCOORD_0 }, mode: 1, material }] }),
    });
    const { parts, textures } = await gltf.product();
    const [part] = parts;
    expect([...(part.uvs ?? [])]).toEqual([0.25, 0.75, 0.25, 0.75, 1, 0, 1, 0, 0.25, 0.75, 0.25, 0.75, 1, 0, 1, 0]);
    expect(textures.map(({ slot, width }) => [slot, width])).toEqual([[part.material.name, 2]]);
    expect(part.material).toMatchObject({ unlit: true, baseColor: [1, 1, 1, 1] });
  });

  it('leave out what is more than 50,000 lines of a model, and no surface', async () => {
    const gltf = new Gltf();
    const indices = gltf.accessor(
      'SCALAR',
      Uint16Array.from({ length: 18_000 }, (_, i) => i % 2),
    );
    const mesh = gltf.add('meshes', {
      primitives: [{ attributes: { POSITION: gltf.floats('VEC3', ...square.slice(0, 6)) }, indices, mode: 1 }],
    });
    for (let i = 0; i < 7; i++) gltf.add('nodes', { mesh });
    gltf.add('nodes', { mesh: gltf.mesh() });
    const { parts, warnings } = await gltf.product();
    expect(parts.map(({ material }) => material.unlit)).toEqual([true, true, true, true, true, false]);
    expect(warnings.join()).toMatch(/its lines are left out: the model has more than 50000/);
  });

  it('leave out more than 10,000 lines of a primitive', async () => {
    const gltf = new Gltf();
    const indices = gltf.accessor(
      'SCALAR',
      Uint16Array.from({ length: 20_002 }, (_, i) => i % 3),
    );
    const mesh = gltf.add('meshes', {
      primitives: [{ attributes: { POSITION: gltf.floats('VEC3', ...square.slice(0, 9)) }, indices, mode: 1 }],
    });
    gltf.add('nodes', { mesh });
    gltf.add('nodes', { mesh: gltf.mesh() });
    const { parts, warnings } = await gltf.product();
    expect(parts).toHaveLength(1);
    expect(warnings.join()).toMatch(/its lines are left out: there are none, or more than 10000/);
  });
});

describe('accessors', () => {
  it('without normals get flat triangles with their own vertices', async () => {
    const gltf = new Gltf();
    const positions = gltf.floats('VEC3', ...square.slice(0, 9), 1, 1, 1);
    const indices = gltf.accessor('SCALAR', Uint16Array.of(0, 1, 2, 2, 1, 3));
    const mesh = gltf.add('meshes', { primitives: [{ attributes: { POSITION: positions }, indices }] });
    gltf.add('nodes', { mesh });
    const [part] = (await gltf.product()).parts;
    expect(rounded(part.normals.subarray(0, 9))).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1]);
    const s = 1 / Math.sqrt(3);
    expect(rounded(part.normals.subarray(9, 12))).toEqual(rounded([-s, -s, s]));
    expect([...part.index]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('with normals of another length are normalized; without a direction, normals come from the faces', async () => {
    const gltf = new Gltf();
    const NORMAL = gltf.floats('VEC3', 0, 3, 4, 0, 0, 0, 0, 0, 1);
    gltf.add('nodes', { mesh: gltf.mesh({ attributes: { NORMAL } }) });
    expect(rounded((await gltf.product()).parts[0].normals)).toEqual([0, 0.6, 0.8, 0, 0, 1, 0, 0, 1]);
  });

  it.each([true, false])('may be sparse, with a base: %s', async based => {
    const gltf = new Gltf();
    const indices = gltf.view(Uint16Array.of(2));
    const values = gltf.view(Float32Array.of(7, 8, 9));
    // The base does not begin at its view's start: offsets of the sparse parts that are left out are 0, not the base's.
    const base = gltf.view(Float32Array.of(99, ...TRIANGLE));
    const position = gltf.json.accessors.push({
      ...(based ? { bufferView: base, byteOffset: 4 } : {}),
      componentType: 5126,
      type: 'VEC3',
      count: 3,
      sparse: { count: 1, indices: { bufferView: indices, componentType: 5123 }, values: { bufferView: values } },
    });
    gltf.add('nodes', { mesh: gltf.mesh({ attributes: { POSITION: position - 1 } }) });
    expect([...(await gltf.product()).parts[0].positions]).toEqual([
      ...(based ? TRIANGLE.slice(0, 6) : [0, 0, 0, 0, 0, 0]),
      7,
      8,
      9,
    ]);
  });

  it('may be interleaved', async () => {
    const gltf = new Gltf();
    const view = gltf.view(Float32Array.of(0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1), { byteStride: 24 });
    const [POSITION, NORMAL] = [0, 12].map(
      byteOffset => gltf.json.accessors.push({ bufferView: view, byteOffset, componentType: 5126, type: 'VEC3', count: 3 }) - 1,
    );
    gltf.add('nodes', { mesh: gltf.mesh({ attributes: { POSITION, NORMAL } }) });
    const [part] = (await gltf.product()).parts;
    expect([...part.positions]).toEqual(TRIANGLE);
    expect([...part.normals]).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1]);
  });

  it('read KHR_mesh_quantization: integers, normalized and not, padded to 4 bytes', async () => {
    const gltf = new Gltf().use('KHR_mesh_quantization', true);
    const view = gltf.view(Int16Array.of(0, 0, 0, 9, 100, 0, 0, 9, 0, 100, 0, 9), { byteStride: 8 });
    const POSITION = gltf.json.accessors.push({ bufferView: view, componentType: 5122, type: 'VEC3', count: 3 }) - 1;
    const normals = gltf.view(Int8Array.of(0, 0, 127, 9, 0, 0, 127, 9, 0, 0, -127, 9), { byteStride: 4 });
    const NORMAL =
      gltf.json.accessors.push({ bufferView: normals, componentType: 5120, normalized: true, type: 'VEC3', count: 3 }) - 1;
    gltf.add('nodes', {
      mesh: gltf.mesh({ attributes: { POSITION, NORMAL } }),
      scale: [0.01, 0.01, 0.01],
      translation: [5, 0, 0],
    });
    const [part] = (await gltf.product()).parts;
    expect(rounded(part.positions)).toEqual([5, 0, 0, 6, 0, 0, 5, 1, 0]);
    expect(rounded(part.normals)).toEqual([0, 0, 1, 0, 0, 1, 0, 0, -1]);
  });

  it.each(['EXT_meshopt_compression', 'KHR_meshopt_compression'])('read %s', async name => {
    await MeshoptEncoder.ready;
    const gltf = new Gltf().use(name, true);
    const raw = new Uint8Array(Float32Array.from(TRIANGLE).buffer);
    const packed = MeshoptEncoder.encodeGltfBuffer(raw, 3, 12, 'ATTRIBUTES');
    const source = gltf.view(packed);
    const at = gltf.json.bufferViews[source];
    gltf.json.bufferViews[source] = {
      buffer: 1,
      byteLength: raw.byteLength,
      extensions: {
        [name]: {
          buffer: 0,
          byteOffset: at.byteOffset,
          byteLength: packed.byteLength,
          byteStride: 12,
          count: 3,
          mode: 'ATTRIBUTES',
        },
      },
    };
    const POSITION = gltf.json.accessors.push({ bufferView: source, componentType: 5126, type: 'VEC3', count: 3 }) - 1;
    gltf.add('nodes', { mesh: gltf.mesh({ attributes: { POSITION } }) });
    const json = JSON.parse(new TextDecoder().decode(gltf.bytes()));
    gltf.json.buffers = [...json.buffers, { byteLength: raw.byteLength, extensions: { [name]: { fallback: true } } }];
    expect([...(await gltf.product()).parts[0].positions]).toEqual(TRIANGLE);
  });

  it('read KHR_draco_mesh_compression', async () => {
    // A square of 4 vertices and 2 triangles with UVs, by Google's encoder 1.5.7 (positions of 14 bits).
    const gltf = new Gltf().use('KHR_draco_mesh_compression', true);
    const bufferView = gltf.view(new Uint8Array(Buffer.from(DRACO, 'base64')));
    const attribute = (type: string) => gltf.json.accessors.push({ componentType: 5126, type, count: 4 }) - 1;
    const attributes = { POSITION: attribute('VEC3'), TEXCOORD_0: attribute('VEC2') };
    const indices = gltf.json.accessors.push({ componentType: 5123, type: 'SCALAR', count: 6 }) - 1;
    const extensions = { KHR_draco_mesh_compression: { bufferView, attributes: DRACO_IDS } };
    gltf.add('nodes', {
      mesh: gltf.add('meshes', { primitives: [{ attributes, indices, extensions, material: gltf.painted() }] }),
    });
    const [part] = (await gltf.product()).parts;
    const corners = Array.from({ length: 6 }, (_, i) =>
      [...part.positions.subarray(3 * i, 3 * i + 3)].map(v => Math.round(v * 1000) / 1000 + 0),
    );
    expect(new Set(corners.map(c => c.join()))).toEqual(new Set(['0,0,0', '1,0,0', '0,1,0', '1,1,0.5']));
    for (let i = 0; i < 6; i++)
      expect(rounded(part.uvs!.subarray(2 * i, 2 * i + 2)).map(Math.round)).toEqual(corners[i].slice(0, 2));
  });
});

const DRACO =
  'RFJBQ08CAgEBAAAABAIBAgAAAR//ARH/AREC/wAAAAAAAQAJAwAAAgEDCQIAAQIBAQEADwMBIAEQKwEQAwAwkEoAgADg/wcAAAAA/z8AAAAAAAAAAAAAAAAAAAAAgD8OAQEBAAMDATABEAMAJIKmAAAAAAD/DwAAAAAAAAAAAAAAAIA/DA==';
const DRACO_IDS = { POSITION: 0, TEXCOORD_0: 1 };

describe('nodes', () => {
  it('reverse the winding where they mirror', async () => {
    const gltf = new Gltf();
    gltf.add('nodes', { mesh: gltf.mesh(), scale: [-1, 1, 1] });
    const [part] = (await gltf.product()).parts;
    expect(rounded(part.positions)).toEqual([0, 0, 0, -1, 0, 0, 0, 1, 0]);
    expect([...part.index]).toEqual([0, 2, 1]);
    expect(rounded(part.normals)).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1]);
  });

  it('keep normals at right angles under uneven scale', async () => {
    const gltf = new Gltf();
    const s = Math.SQRT1_2;
    const NORMAL = gltf.floats('VEC3', s, s, 0, s, s, 0, s, s, 0);
    gltf.add('nodes', { mesh: gltf.mesh({ attributes: { NORMAL } }), scale: [2, 1, 1] });
    const [part] = (await gltf.product()).parts;
    expect(rounded(part.normals.subarray(0, 3))).toEqual(rounded([1 / Math.sqrt(5), 2 / Math.sqrt(5), 0]));
  });

  it('keep the shear of a rotated child of a stretched node', async () => {
    const gltf = new Gltf();
    const half = Math.PI / 8;
    gltf.add('nodes', { scale: [2, 1, 1], children: [1] });
    gltf.add('nodes', { rotation: [0, 0, Math.sin(half), Math.cos(half)], mesh: gltf.mesh() });
    const [part] = (await gltf.product()).parts;
    const c = Math.SQRT1_2;
    expect(rounded(part.positions)).toEqual(rounded([0, 0, 0, 2 * c, c, 0, -2 * c, c, 0]));
  });

  it('lose the shear of a matrix, with a warning', async () => {
    const gltf = new Gltf();
    gltf.add('nodes', { name: 'bent', mesh: gltf.mesh(), matrix: [1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 3, 0, 0, 1] });
    const { parts, warnings } = await gltf.product();
    expect(warnings.join()).toMatch(/node bent: its matrix shears/);
    expect(rounded(parts[0].positions.subarray(0, 3))).toEqual([3, 0, 0]);
  });

  it.each([
    ['flat', [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1], [0, 0, 2, 1, 0, 2, 0, 1, 2]],
    ['flat and turned', [0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 1, 0, -1, 0, 0]],
    ['nothing', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 5, 6, 1], [4, 5, 6, 4, 5, 6, 4, 5, 6]],
  ])('a matrix without an inverse (%s) makes no NaN', async (_, matrix, positions) => {
    const gltf = new Gltf();
    gltf.add('nodes', { mesh: gltf.mesh(), matrix });
    const [part] = (await gltf.product()).parts;
    expect(rounded(part.positions)).toEqual(positions);
    expect([...part.normals].every(Number.isFinite)).toBe(true);
  });

  it('place each copy of EXT_mesh_gpu_instancing', async () => {
    const gltf = new Gltf().use('EXT_mesh_gpu_instancing', true);
    const attributes = { TRANSLATION: gltf.floats('VEC3', 1, 0, 0, 2, 0, 0), SCALE: gltf.floats('VEC3', 1, 1, 1, -2, 2, 2) };
    gltf.add('nodes', { mesh: gltf.mesh(), translation: [0, 10, 0], extensions: { EXT_mesh_gpu_instancing: { attributes } } });
    const { parts } = await gltf.product();
    expect(parts.map(p => rounded(p.positions))).toEqual([
      [1, 10, 0, 2, 10, 0, 1, 11, 0],
      [2, 10, 0, 0, 10, 0, 2, 12, 0],
    ]);
    expect([...parts[1].index]).toEqual([0, 2, 1]);
  });

  it('are left out where EXT_mesh_gpu_instancing has no copies', async () => {
    const gltf = new Gltf().use('EXT_mesh_gpu_instancing');
    gltf.add('nodes', { mesh: gltf.mesh(), extensions: { EXT_mesh_gpu_instancing: { attributes: {} } } });
    gltf.add('nodes', { mesh: gltf.mesh() });
    expect((await gltf.product()).parts).toHaveLength(1);
  });

  it('multiply the colours of copies with those of the vertices', async () => {
    const gltf = new Gltf().use('EXT_mesh_gpu_instancing');
    const attributes = { TRANSLATION: gltf.floats('VEC3', 0, 0, 0, 2, 0, 0), _COLOR_0: gltf.floats('VEC3', 1, 0, 0, 0, 0.5, 1) };
    const COLOR_0 = gltf.floats('VEC3', ...Array(3).fill([1, 0.5, 0.5]).flat());
    gltf.add('nodes', { mesh: gltf.mesh({ attributes: { COLOR_0 } }), extensions: { EXT_mesh_gpu_instancing: { attributes } } });
    const { parts } = await gltf.product();
    expect(parts.map(p => [...(p.colors ?? [])].slice(0, 4))).toEqual([
      [1, 0, 0, 1],
      [0, 0.25, 0.5, 1],
    ]);
  });

  it('and their descendants are hidden by KHR_node_visibility', async () => {
    const gltf = new Gltf().use('KHR_node_visibility');
    gltf.add('nodes', { children: [1], extensions: { KHR_node_visibility: { visible: false } } });
    gltf.add('nodes', { mesh: gltf.mesh() });
    gltf.add('nodes', { mesh: gltf.mesh(), translation: [5, 0, 0] });
    const { parts, warnings } = await gltf.product();
    expect(parts.map(p => p.positions[0])).toEqual([5]);
    expect(warnings.join()).toMatch(/1 hidden node is left out/);
  });

  it('come from the default scene; without a default from the first', async () => {
    const gltf = new Gltf();
    gltf.add('nodes', { mesh: gltf.mesh() });
    gltf.add('nodes', { mesh: gltf.mesh(), translation: [5, 0, 0] });
    gltf.json.scenes = [{ nodes: [0] }, { nodes: [1] }];
    gltf.json.scene = 1;
    expect((await gltf.product()).parts.map(p => p.positions[0])).toEqual([5]);
    gltf.json.scene = undefined;
    expect((await gltf.product()).parts.map(p => p.positions[0])).toEqual([0]);
  });

  it('stay below their parent where a scene lists a child', async () => {
    const gltf = new Gltf();
    gltf.add('nodes', { children: [1], translation: [5, 0, 0] });
    gltf.add('nodes', { mesh: gltf.mesh() });
    gltf.json.scenes = [{ nodes: [1, 0, 0] }];
    const { parts, warnings } = await gltf.product();
    expect(parts.map(p => p.positions[0])).toEqual([5]);
    expect(warnings).toEqual([expect.stringMatching(/^node .*: the scene lists it and a node above it; drawn once$/)]);
  });

  it('stand below the last parent in the scene', async () => {
    const gltf = new Gltf();
    gltf.add('nodes', { children: [1, 2] });
    gltf.add('nodes', { children: [4], translation: [5, 0, 0] });
    gltf.add('nodes', { children: [4], translation: [7, 0, 0] });
    gltf.add('nodes', { children: [4], translation: [9, 0, 0] });
    gltf.add('nodes', { mesh: gltf.mesh() });
    gltf.json.scenes = [{ nodes: [0] }];
    const { parts, warnings } = await gltf.product();
    expect(parts.map(p => p.positions[0])).toEqual([7]);
    expect(warnings.join('\n')).toMatch(/node 1: lists children that stand below another node, or twice[\s\S]*node 3: /);
  });

  it('keep the parent outside a cycle', async () => {
    const gltf = new Gltf();
    gltf.add('nodes', { children: [1], translation: [5, 0, 0] });
    gltf.add('nodes', { children: [2] });
    gltf.add('nodes', { mesh: gltf.mesh(), children: [1] });
    gltf.json.scenes = [{ nodes: [0] }];
    expect((await gltf.product()).parts.map(p => p.positions[0])).toEqual([5]);
  });

  it('reject one mesh that is shown a hundred thousand times', async () => {
    const gltf = new Gltf();
    const n = 60;
    const POSITION = gltf.accessor('VEC3', new Float32Array(3000 * 3));
    const mesh = gltf.add('meshes', { primitives: [{ attributes: { POSITION } }] });
    const attributes = { TRANSLATION: gltf.accessor('VEC3', new Float32Array(n * n * 3)) };
    gltf.use('EXT_mesh_gpu_instancing', true);
    gltf.add('nodes', { mesh, extensions: { EXT_mesh_gpu_instancing: { attributes } } });
    await expect(gltf.read()).rejects.toThrow(/more than 2000000 vertices, copies counted at node/);
  });
});

describe('extensions', () => {
  it('are named where they are required but unknown', async () => {
    const gltf = new Gltf().use('KHR_mesh_quantization', true).use('ACME_hologram', true);
    gltf.add('nodes', { mesh: gltf.mesh() });
    expect((await gltf.product()).warnings).toEqual(['drawn without ACME_hologram, which the file requires']);
  });

  it.each([
    'KHR_materials_volume_scatter',
    'KHR_animation_pointer',
    'VRMC_vrm',
    'EXT_lights_image_based',
  ])('%s is required, but not to draw the model: told', async name => {
    const gltf = new Gltf().use(name, true);
    gltf.add('nodes', { mesh: gltf.mesh() });
    const { parts, warnings } = await gltf.product();
    expect(parts).toHaveLength(1);
    expect(warnings.join()).toContain(`drawn without ${name}, which the file requires`);
  });

  it('a file with only animations holds clips for other models', async () => {
    const gltf = new Gltf();
    const node = gltf.add('nodes', { name: 'hips' });
    gltf.animate(node, 'translation', [0, 1], [0, 0, 0, 1, 0, 0]);
    expect((await gltf.read()).clips).toMatchObject([{ name: 'clip', tracks: [{ target: 'hips' }] }]);
  });

  it('are ignored where they are not required', async () => {
    const gltf = new Gltf().use('ACME_hologram');
    gltf.add('nodes', { mesh: gltf.mesh(), extensions: { ACME_hologram: { height: 3 } } });
    expect((await gltf.product()).parts).toHaveLength(1);
  });

  it.each([
    ['1.0', /glTF 1\.0 is not read: convert it/],
    ['3.0', /only glTF 2\.0 is read at asset\.version/],
    [undefined, /no glTF: its version is missing at asset\.version/],
  ])('glTF of version %s is refused', async (version, message) => {
    const gltf = new Gltf();
    gltf.json.asset = { version };
    await expect(gltf.read()).rejects.toThrow(message);
  });
});

describe('map coordinates', () => {
  it('keep the millimetre between parts, where 32 bits would keep half a metre', async () => {
    const gltf = new Gltf();
    const mesh = gltf.mesh();
    const parts = [0, 1.001, 2.002, 3.003].map(x => gltf.add('nodes', { mesh, translation: [x, 0, x] }));
    gltf.add('nodes', { translation: [448_257.3, 30, 5_411_927.7], children: parts });
    const { parts: read, warnings } = await gltf.product();
    expect(warnings.join()).toMatch(/lies around 448259\.\d, 30\.\d, 5411929/);
    const positions = read.flatMap(part => [...part.positions]);
    const corners = Array.from({ length: positions.length / 9 }, (_, i) => [positions[i * 9], positions[i * 9 + 2]]);
    for (const [i, [x, z]] of corners.entries()) {
      expect(x - corners[0][0]).toBeCloseTo(i * 1.001, 4);
      expect(z - corners[0][1]).toBeCloseTo(i * 1.001, 4);
    }
    expect(corners).toHaveLength(4);
  });

  it('are scaled as they stand where a plan is in millimetres', async () => {
    const gltf = new Gltf();
    const mesh = gltf.mesh();
    for (const x of [40_000, 0]) gltf.add('nodes', { mesh, translation: [x, 0, 0], scale: [100, 100, 100] });
    const { parts } = await gltf.product();
    const xs = parts.flatMap(part => [...part.positions].filter((_, i) => i % 3 === 0)).sort((a, b) => a - b);
    expect(xs[0]).toBeCloseTo(0, 5);
    expect(xs[xs.length - 1]).toBeCloseTo(40.1, 4);
  });

  it('are not guessed from a first vertex beyond all measure', async () => {
    const gltf = new Gltf();
    const POSITION = gltf.floats('VEC3', 3e38, 0, 0, ...TRIANGLE);
    const indices = gltf.accessor('SCALAR', Uint8Array.of(0, 1, 2, 1, 2, 3));
    gltf.add('nodes', { mesh: gltf.add('meshes', { primitives: [{ attributes: { POSITION }, indices }] }) });
    const { parts, warnings } = await gltf.product();
    expect(parts.map(part => rounded(part.positions))).toEqual([TRIANGLE]);
    expect(warnings.join()).not.toMatch(/lies around/);
  });

  it('are not guessed from a first part that lies astray', async () => {
    const gltf = new Gltf();
    gltf.add('nodes', { mesh: gltf.mesh(), translation: [200_000, 0, 0], scale: [1000, 1000, 1000] });
    gltf.add('nodes', { mesh: gltf.mesh(), translation: [1.001, 0, 0], scale: [1000, 1000, 1000] });
    const { parts } = await gltf.product();
    // Taken for millimetres.
    expect(parts[1].positions[0]).toBeCloseTo(0.001001, 9);
  });
});
