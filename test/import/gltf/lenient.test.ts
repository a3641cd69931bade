import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGltf } from '../../../src/import/gltf/read-gltf.ts';
import { glbOf } from '../../fuzz-import/gltf-seeds.ts';
import { assertSound } from '../../fuzz-import/sound.ts';
import { Gltf, IDENTITY, png, readBytes, skinned, TRIANGLE } from './build.ts';

// What other viewers open is opened: each kind of fault is mended or left out with one warning.

type Primitive = Record<string, unknown> & { attributes: Record<string, number> };
const primitiveOf = (gltf: Gltf): Primitive => (gltf.json.meshes[0] as { primitives: Primitive[] }).primitives[0];

function still(): Gltf {
  const gltf = new Gltf();
  gltf.add('nodes', { mesh: gltf.mesh(), name: 'thing' });
  return gltf;
}

/** A mesh of two triangles, so that one may be lost. */
function two(...bad: number[]): Gltf {
  const gltf = new Gltf();
  const positions = [...TRIANGLE, ...TRIANGLE.map(x => x + 2)];
  for (const i of bad) positions[i] = Number.NaN;
  const attributes = {
    POSITION: gltf.floats('VEC3', ...positions),
    NORMAL: gltf.floats('VEC3', ...Array(6).fill([0, 0, 1]).flat()),
  };
  gltf.add('nodes', { mesh: gltf.mesh({ attributes }) });
  return gltf;
}

const of3 = (...numbers: number[]): number[] => [...numbers, ...numbers, ...numbers];
const THREE_VERTICES = { joints: of3(0, 1, 0, 0), weights: of3(0.5, 0.5, 0, 0) };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gltf-lenient-'));
  mkdirSync(join(folder, 'model', 'sub'), { recursive: true });
  mkdirSync(join(folder, 'Textures'));
  writeFileSync(join(folder, 'Textures', 'A.png'), png(2, 2));
  writeFileSync(join(folder, 'secret.png'), png(2, 2));
  mkdirSync(join(folder, 'model', 'Tex'));
  writeFileSync(join(folder, 'model', 'Tex', 'a.png'), png(2, 2));
  symlinkSync('../secret.png', join(folder, 'model', 'link.png'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const path = () => join(folder, 'model', 'x.gltf');
function readText(json: unknown, options = {}) {
  writeFileSync(path(), typeof json === 'string' ? json : JSON.stringify(json));
  return readGltf(path(), options);
}
const jsonOf = (gltf: Gltf) => JSON.parse(new TextDecoder().decode(gltf.bytes()));

describe('read with one warning', () => {
  const cases: [string, () => Gltf, RegExp][] = [
    ['a position that is no number costs its triangles', () => two(4), /1 triangle is left out/],
    [
      'an index beyond the vertices costs its triangle',
      () => {
        const gltf = two();
        primitiveOf(gltf).indices = gltf.accessor('SCALAR', Uint16Array.of(0, 1, 2, 3, 4, 9));
        return gltf;
      },
      /1 triangle is left out/,
    ],
    [
      'a normal that is no number',
      () => {
        const gltf = still();
        primitiveOf(gltf).attributes.NORMAL = gltf.floats('VEC3', 0, 0, 1, Number.NaN, 0, 0, 0, 0, 1);
        return gltf;
      },
      /NORMAL is no number at 1 vertex; computed anew/,
    ],
    [
      'normals for fewer vertices',
      () => {
        const gltf = still();
        primitiveOf(gltf).attributes.NORMAL = gltf.floats('VEC3', 0, 0, 1);
        return gltf;
      },
      /NORMAL does not fit its 3 vertices; left out/,
    ],
    [
      'a UV that is no number',
      () => {
        const gltf = new Gltf();
        const TEXCOORD_0 = gltf.floats('VEC2', 0, 0, Number.POSITIVE_INFINITY, 0, 1, 1);
        gltf.add('nodes', { mesh: gltf.mesh({ attributes: { TEXCOORD_0 }, material: gltf.painted() }) });
        return gltf;
      },
      /TEXCOORD_0 is no number at 1 vertex; 0 is taken/,
    ],
    [
      'a texture without UVs',
      () => {
        const gltf = new Gltf();
        gltf.add('nodes', { mesh: gltf.mesh({ material: gltf.painted() }) });
        return gltf;
      },
      /has a texture and no TEXCOORD_0/,
    ],
    [
      'whole numbers as colours that are not normalized',
      () => {
        const gltf = still();
        primitiveOf(gltf).attributes.COLOR_0 = gltf.accessor('VEC4', Uint16Array.from(Array(12).fill(65_535)));
        return gltf;
      },
      /not normalized; taken as if they were/,
    ],
    [
      'colours past their view',
      () => {
        const gltf = still();
        primitiveOf(gltf).attributes.COLOR_0 = gltf.accessor('VEC4', Float32Array.of(1, 1, 1, 1), { count: 3 });
        return gltf;
      },
      /attributes\.COLOR_0 is left out: reaches 48 bytes into a view of 16/,
    ],
    [
      'a morph target for fewer vertices',
      () => {
        const gltf = still();
        primitiveOf(gltf).targets = [{ POSITION: gltf.floats('VEC3', 1, 0, 0) }];
        return gltf;
      },
      /POSITION of morph target 0 does not fit/,
    ],
    [
      'a texture that is not there',
      () => {
        const gltf = still();
        primitiveOf(gltf).material = gltf.add('materials', { emissiveTexture: { index: 2 } });
        return gltf;
      },
      /materials\[0\]\.emissiveTexture is left out: there are no textures/,
    ],
    [
      'an image that is not there',
      () => {
        const gltf = still();
        gltf.add('textures', { source: 5 });
        return gltf;
      },
      /textures\[0\]\.source is left out/,
    ],
    [
      'a sampler that is not there',
      () => {
        const gltf = still();
        gltf.add('textures', { sampler: 3 });
        return gltf;
      },
      /textures\[0\]\.sampler is left out/,
    ],
    [
      'a root of a skin that is not there',
      () => {
        const gltf = new Gltf();
        skinned(gltf, 2, THREE_VERTICES);
        gltf.json.skins[0].skeleton = 99;
        return gltf;
      },
      /skins\[0\]\.skeleton is left out/,
    ],
    [
      'too few inverse bind matrices',
      () => {
        const gltf = new Gltf();
        skinned(gltf, 2, THREE_VERTICES);
        gltf.json.skins[0].inverseBindMatrices = gltf.floats('MAT4', ...IDENTITY);
        return gltf;
      },
      /1 for 2 joints; the others are bound as they stand/,
    ],
    [
      'a mode of transparency that glTF does not know',
      () => {
        const gltf = still();
        primitiveOf(gltf).material = gltf.add('materials', { alphaMode: 'SOLID' });
        return gltf;
      },
      /materials\[0\]\.alphaMode is "SOLID", which glTF does not allow; left out/,
    ],
    [
      'a colour of three numbers',
      () => {
        const gltf = still();
        primitiveOf(gltf).material = gltf.add('materials', { pbrMetallicRoughness: { baseColorFactor: [1, 1, 1] } });
        return gltf;
      },
      /baseColorFactor has three numbers; opaque/,
    ],
    [
      'an image whose name is a number',
      () => {
        const gltf = still();
        gltf.add('images', { name: 7, uri: 'data:image/png;base64,AAAA' });
        return gltf;
      },
      /images\[0\]\.name is 7/,
    ],
    [
      'a node under two parents',
      () => {
        const gltf = still();
        gltf.add('nodes', { children: [0] });
        gltf.add('nodes', { children: [0] });
        return gltf;
      },
      /stand below another node/,
    ],
    [
      'an extension that is required and not known',
      () => still().use('ACME_shiny', true),
      /drawn without ACME_shiny, which the file requires/,
    ],
    ['an extension that is used and not known', () => still().use('KHR_materials_variants'), /KHR_materials_variants is ignored/],
    [
      'clear glass',
      () => {
        const gltf = still().use('KHR_materials_transmission');
        const extensions = { KHR_materials_transmission: { transmissionFactor: 1 } };
        primitiveOf(gltf).material = gltf.add('materials', { name: 'glass', extensions });
        return gltf;
      },
      /material glass: transmission is drawn as blending/,
    ],
    [
      'map coordinates',
      () => {
        const gltf = new Gltf();
        gltf.add('nodes', { mesh: gltf.mesh(), translation: [448_257, 30, 5_411_927] });
        return gltf;
      },
      /too far out for a room: moved to the origin/,
    ],
    [
      'a plan in millimetres',
      () => {
        const gltf = new Gltf();
        gltf.add('nodes', { mesh: gltf.mesh(), scale: [30_000, 30_000, 30_000] });
        return gltf;
      },
      /30000 units across: taken for millimetres/,
    ],
    [
      'the solar system',
      () => {
        const gltf = new Gltf();
        gltf.add('nodes', { mesh: gltf.mesh(), scale: [1e11, 1e11, 1e11] });
        return gltf;
      },
      /in no unit of a size that a room can hold: scaled to 100 m/,
    ],
  ];
  it.each(cases)('%s', async (_, make, message) => {
    const model = await make().read();
    assertSound(model);
    expect(model.warnings.filter(w => message.test(w))).toHaveLength(1);
    const part = (model.product ?? model.avatar?.outfit[0].product)?.parts[0];
    expect(part?.index.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...(part?.positions ?? []))).toBeLessThanOrEqual(10_000);
  });

  it('missing normals are computed from the faces', async () => {
    const gltf = still();
    primitiveOf(gltf).attributes.NORMAL = gltf.floats('VEC3', 0, 0, 1, Number.NaN, 0, 0, 0, 0, 1);
    expect([...(await gltf.product()).parts[0].normals]).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1]);
  });

  it.each([
    { KHR_materials_transmission: { transmissionFactor: 'x' } },
    { KHR_materials_transmission: null },
    { KHR_materials_clearcoat: { clearcoatFactor: {}, clearcoatTexture: { index: 99 } } },
    { KHR_materials_sheen: null },
  ])('nonsense in an extension of the look is left out: %j', async extensions => {
    const gltf = new Gltf();
    for (const name of Object.keys(extensions)) gltf.use(name);
    const material = gltf.add('materials', { extensions, pbrMetallicRoughness: { metallicFactor: 0 } });
    gltf.add('nodes', { mesh: gltf.mesh({ material }) });
    const { parts, warnings } = await gltf.product();
    expect(parts[0].material.baseColor).toEqual([1, 1, 1, 1]);
    expect(warnings.length).toBeGreaterThan(0);
  });

  it('glass is blended, more transparent where it transmits more', async () => {
    const alphaOf = async (transmissionFactor: number) => {
      const gltf = still().use('KHR_materials_transmission');
      primitiveOf(gltf).material = gltf.add('materials', { extensions: { KHR_materials_transmission: { transmissionFactor } } });
      const { material } = (await gltf.product()).parts[0];
      return [material.alphaMode, material.baseColor[3]];
    };
    expect(await alphaOf(0)).toEqual(['opaque', 1]);
    expect(await alphaOf(0.4)).toEqual(['blend', expect.closeTo(0.7)]);
    expect(await alphaOf(1)).toEqual(['blend', 0.25]);
  });
});

describe('scenes', () => {
  const json = (scenes: unknown, children: number[] = [], more = {}) => {
    const gltf = still();
    gltf.add('nodes', { name: 'parent', children, translation: [5, 0, 0] });
    return { ...jsonOf(gltf), scene: 0, scenes, ...more };
  };
  const firstX = async (file: unknown) => (await readText(file)).product?.parts.map(p => p.positions[0]);

  it('draw a listed node with its own transform where its parent is in no scene', async () => {
    expect(await firstX(json([{ nodes: [0] }], [0]))).toEqual([0]);
  });
  it('draw a listed node below another listed one once, in its place', async () => {
    expect(await firstX(json([{ nodes: [0, 1] }], [0]))).toEqual([5]);
    expect(await firstX(json([{ nodes: [1, 0, 1] }], [0]))).toEqual([5]);
  });
  it('draw everything where the scene is missing or empty', async () => {
    expect(await firstX(json(undefined, [0], { scene: undefined }))).toEqual([5]);
    expect(await firstX(json([{}], [0]))).toEqual([5]);
    expect(await firstX(json([{ nodes: [1] }], [0], { scene: 7 }))).toEqual([5]);
    expect(await firstX(json([{ nodes: [] }, { nodes: [0] }]))).toEqual([0]);
  });
});

describe('buffers', () => {
  it('may lack a fallback that only compressed views name, marked or not', async () => {
    const gltf = still();
    const file = jsonOf(gltf);
    const view = {
      buffer: 1,
      byteLength: 36,
      extensions: { EXT_meshopt_compression: { buffer: 0, byteLength: 36, byteStride: 12, count: 3, mode: 'ATTRIBUTES' } },
    };
    file.buffers.push({ byteLength: 36, uri: 'gone.bin' });
    expect((await readText(file)).warnings).toEqual([]);
    file.bufferViews.push(view);
    const error = await readText(file).catch(e => e);
    // The stream is none; that the fall-back is not there is no matter.
    expect(error.message).not.toMatch(/gone|not there/);
  });

  it('shorten a view that extends past its buffer', async () => {
    const file = jsonOf(still());
    file.bufferViews.at(-1).byteLength += 400;
    file.buffers[0].byteLength += 400;
    expect((await readText(file)).warnings.join()).toMatch(/buffer 0 should have/);
  });

  it('skip white space in base64', async () => {
    const file = jsonOf(still());
    file.buffers[0].uri = file.buffers[0].uri
      .replace(/(.{20})/g, '$1 \n')
      .replace('base64, \n', 'base64,')
      .replace(/^data:[^,]*,/, 'data:application/octet-stream;base64,\r\n ');
    expect((await readText(file)).product?.parts).toHaveLength(1);
  });

  it.each([
    ['zeros behind the JSON', (glb: Uint8Array) => padJson(glb, 0)],
    ['a length that is too large', (glb: Uint8Array) => setLength(glb, glb.byteLength + 100)],
  ])('a GLB with %s', async (_, change) => {
    writeFileSync(path(), change(glbOf(still())));
    expect((await readGltf(path())).product?.parts).toHaveLength(1);
  });
});

/** As exporters do that pad with zeros, and count them. */
function padJson(glb: Uint8Array, byte: number): Uint8Array {
  const size = new DataView(glb.buffer, glb.byteOffset).getUint32(12, true);
  const out = new Uint8Array(glb.byteLength + 4);
  out.set(glb.subarray(0, 20 + size));
  out.fill(byte, 20 + size, 24 + size);
  out.set(glb.subarray(20 + size), 24 + size);
  const view = new DataView(out.buffer);
  view.setUint32(12, size + 4, true);
  view.setUint32(8, out.byteLength, true);
  return out;
}

function setLength(glb: Uint8Array, length: number): Uint8Array {
  const out = glb.slice();
  new DataView(out.buffer).setUint32(8, length, true);
  return out;
}

it('takes fields that are null for missing ones', async () => {
  const gltf = still();
  Object.assign(gltf.json, { skins: null, cameras: null, extras: { kept: null } });
  Object.assign(gltf.json.nodes[0], { children: null, skin: null });
  Object.assign(primitiveOf(gltf), { targets: null });
  const { parts, warnings } = await gltf.product();
  expect(parts).toHaveLength(1);
  expect(warnings).toEqual(['5 fields are null; they count as missing']);
  const one = still();
  Object.assign(one.json, { skins: null });
  expect((await one.product()).warnings).toEqual(['one field is null; it counts as missing']);
});

it('draws a colour above 1, as three.js does', async () => {
  const gltf = still();
  const pbrMetallicRoughness = { metallicFactor: 0, baseColorFactor: [1.75, 0.5, 40, 1] };
  primitiveOf(gltf).material = gltf.add('materials', { pbrMetallicRoughness });
  expect((await gltf.product()).parts[0].material).toMatchObject({ baseColor: [1, 0.5, 1, 1], emissive: [0.75, 0, 3] });
});

it('takes the colour above 1 of the model of light that is drawn', async () => {
  const gltf = still();
  const extensions = { KHR_materials_pbrSpecularGlossiness: { diffuseFactor: [0.5, 1.5, 0.5, 1], specularFactor: [0, 0, 0] } };
  primitiveOf(gltf).material = gltf.add('materials', { extensions, pbrMetallicRoughness: { baseColorFactor: [3, 3, 3, 1] } });
  gltf.json.extensionsUsed = Object.keys(extensions);
  expect((await gltf.product()).parts[0].material).toMatchObject({ baseColor: [0.5, 1, 0.5, 1], emissive: [0, 0.5, 0] });
});

describe('pictures', () => {
  const withImage = (uri: string) => {
    const gltf = new Gltf();
    const TEXCOORD_0 = gltf.floats('VEC2', 0, 0, 1, 0, 1, 1);
    gltf.add('images', { uri });
    gltf.add('textures', { source: 0 });
    const material = gltf.add('materials', {
      pbrMetallicRoughness: { metallicFactor: 0, baseColorFactor: [1, 0, 0, 1], baseColorTexture: { index: 0 } },
    });
    gltf.add('nodes', { mesh: gltf.mesh({ attributes: { TEXCOORD_0 }, material }) });
    return jsonOf(gltf);
  };

  it.each([
    ['gone.png', /picture "gone\.png" is left out: the file cannot be opened/],
    ['//example.com/a.png', /URLs and drives are not opened/],
    ['C:%5Ca.png', /URLs and drives are not opened/],
    ['/etc/passwd', /an absolute path is not opened/],
    ['.', /leads out of the model's folder/],
    ['sub', /a plain file is expected/],
    ['link.png', /a symbolic link that leads out of the folder/],
    ['../Textures/A.png', /leads out of the model's folder: --root DIR/],
    ['data:image/png;base64,!!!!', /not base64/],
    ['data:image/png;base64,AAAA', /no PNG, JPEG/],
  ])('%s is not opened: the surface is drawn by its factors', async (uri, message) => {
    const { product, warnings } = await readText(withImage(uri));
    expect(warnings.filter(w => message.test(w))).toHaveLength(1);
    expect(product?.textures).toEqual([]);
    expect(product?.parts[0].material.baseColor).toEqual([1, 0, 0, 1]);
  });

  it.each(['tex\\A.PNG', 'Tex\\a.png', 'tex/a.png'])('%s is found in any case and with either slash', async uri => {
    const { product, warnings } = await readText(withImage(encodeURIComponent(uri)));
    expect(warnings.join()).toMatch(/is not there; Tex\/a\.png is taken/);
    expect(product?.textures).toHaveLength(1);
  });

  it('are found by their accents, however a system stores them', async () => {
    const stored = new Gltf();
    stored.add('nodes', { mesh: stored.mesh() });
    const json = jsonOf(stored) as { buffers: { uri: string }[] };
    const bytes = new Uint8Array(Buffer.from(json.buffers[0].uri.split(',')[1], 'base64'));
    json.buffers[0].uri = 'Ger\u00e4t.bin';
    const beside = { ['Ger\u00e4t.bin'.normalize('NFD')]: bytes };
    const { product } = await readBytes(new TextEncoder().encode(JSON.stringify(json)), 'model.gltf', beside);
    expect(product?.parts[0].index).toHaveLength(3);
  });

  it('pass over what follows a name, as web servers do', async () => {
    const { product, warnings } = await readText(withImage('Tex/a.png?v=2'));
    expect(product?.textures).toHaveLength(1);
    expect(warnings.join()).toMatch(/Tex\/a\.png\?v=2 is not there; Tex\/a\.png is taken/);
  });

  it('in another folder of a pack are opened below the named root, and not outside it', async () => {
    expect((await readText(withImage('../textures/a.png'), { root: folder })).product?.textures).toHaveLength(1);
    expect((await readText(withImage('../../x.png'), { root: folder })).warnings.join()).toMatch(/leads out of the folder/);
  });

  const noise = async (format: 'jpeg' | 'gif' | 'tiff') => new Uint8Array(await sharp(png(64, 64)).toFormat(format).toBuffer());
  const uriOf = (bytes: Uint8Array) => `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
  it.each(['gif', 'tiff'] as const)('%s is converted', async format => {
    const { product } = await readText(withImage(uriOf(await noise(format))));
    expect(product?.textures).toMatchObject([{ width: 64, height: 64 }]);
  });

  it.each([
    ['a JPEG without its end', async () => (await noise('jpeg')).slice(0, -2)],
    ['half a JPEG', async () => (await noise('jpeg')).slice(0, -200)],
    ['a PNG without its end', async () => png(64, 64).slice(0, -12)],
    ['half a PNG', async () => png(64, 64).slice(0, -60)],
  ])('%s is shown as far as it goes', async (_, bytes) => {
    const { product, warnings } = await readText(withImage(uriOf(await bytes())));
    expect(product?.textures).toMatchObject([{ width: 64, height: 64 }]);
    expect(warnings.filter(w => /shown as far as it goes/.test(w))).toHaveLength(1);
  });
});

describe('versions', () => {
  it.each([
    [{ asset: { version: '1.0' } }, /glTF 1\.0 is not read: convert it with "npx gltf-pipeline/],
    [{ techniques: {}, shaders: {} }, /glTF 1\.0 is not read/],
    [{ asset: { version: '2.0', minVersion: '2.1' } }, /needs a newer glTF than 2\.0 at asset\.minVersion, got "2\.1"/],
    [{ asset: { version: '3.0' } }, /only glTF 2\.0 is read/],
  ])('%j', async (file, message) => {
    await expect(readText(file)).rejects.toThrow(message);
  });

  it('draw materials of KHR_techniques_webgl in their colour', async () => {
    const gltf = still().use('KHR_techniques_webgl', true);
    const extensions = { KHR_techniques_webgl: { technique: 0, values: { u_diffuse: [0.5, 0.25, 0, 1] } } };
    primitiveOf(gltf).material = gltf.add('materials', { extensions });
    const { parts, warnings } = await gltf.product();
    expect(parts[0].material.baseColor).toEqual([0.5, 0.25, 0, 1]);
    expect(warnings.join()).toMatch(/KHR_techniques_webgl/);
  });

  it('reject an unknown extension that stores geometry', async () => {
    const gltf = still().use('ACME_packed', true);
    primitiveOf(gltf).extensions = { ACME_packed: {} };
    await expect(gltf.read()).rejects.toThrow(/geometry is stored by an extension.*extensionsRequired\[0\], got "ACME_packed"/);
  });
});

describe('figures', () => {
  it('leave out a broken clip and keep the others', async () => {
    const gltf = still();
    gltf.animate(0, 'translation', [0, 1], [0, 0, 0, 1, 0, 0], {}, 'good');
    gltf.animate(0, 'translation', [0, 1], [0, 0, 0, Number.NaN, 0, 0], {}, 'bad');
    gltf.animate(99, 'translation', [0, 1], [0, 0, 0, 1, 0, 0], {}, 'of nobody');
    const { clips, warnings } = await gltf.avatar();
    expect(clips.map(c => c.name)).toEqual(['good']);
    expect(warnings.filter(w => /^animation (bad|of nobody)/.test(w))).toHaveLength(2);
  });

  it('move keys before 0 to 0', async () => {
    const gltf = still();
    gltf.animate(0, 'translation', [-1, 1], [0, 0, 0, 1, 0, 0]);
    const { clips } = await gltf.avatar();
    expect([...clips[0].tracks[0].times]).toEqual([0, 2]);
  });

  it('cut names over 200 characters and keep them unique', async () => {
    const gltf = still();
    const long = 'n'.repeat(300);
    gltf.animate(0, 'translation', [0, 1], [0, 0, 0, 1, 0, 0], {}, `${long}a`);
    gltf.animate(0, 'translation', [0, 1], [0, 0, 0, 1, 0, 0], {}, `${long}b`);
    const { clips } = await gltf.avatar();
    expect(clips.map(c => c.name.length)).toEqual([200, 200]);
    expect(new Set(clips.map(c => c.name)).size).toBe(2);
  });
});

describe('KHR_lights_punctual', () => {
  it('defines the sun of the room by its first directional light, and lamps for --bake', async () => {
    const gltf = still().use('KHR_lights_punctual');
    const lights = [{ type: 'point' }, { type: 'directional', color: [1, 0.5, 0], intensity: Math.PI / 2 }];
    gltf.json.extensions = { KHR_lights_punctual: { lights } };
    // Turned by -90 degrees about x: it shines straight down.
    gltf.add('nodes', { extensions: { KHR_lights_punctual: { light: 1 } }, rotation: [-Math.SQRT1_2, 0, 0, Math.SQRT1_2] });
    gltf.add('nodes', { extensions: { KHR_lights_punctual: { light: 0 } } });
    gltf.json.nodes.at(-1)!.translation = [0, 3, 0];
    const { sun, product, warnings } = await gltf.read();
    expect(sun?.direction.map(x => Math.round(x * 1e6) / 1e6 + 0)).toEqual([0, 1, 0]);
    expect(sun?.color).toEqual([0.5, 0.25, 0]);
    const white = 1 / Math.PI;
    expect(product?.lamps).toEqual([{ position: [0, 3, 0], color: [white, white, white] }]);
    expect(warnings).toEqual(['KHR_lights_punctual: 1 lamp: it shines with --bake alone']);
  });

  it('dims lamps in physical units until the brightest gives white light 2 m away', async () => {
    const gltf = still().use('KHR_lights_punctual');
    const spot = { outerConeAngle: 0.5, innerConeAngle: 0.7 };
    gltf.json.extensions = { KHR_lights_punctual: { lights: [{ type: 'spot', intensity: 54351, range: 9, spot }] } };
    gltf.add('nodes', { extensions: { KHR_lights_punctual: { light: 0 } } });
    const { color, range, cone } = (await gltf.read()).product!.lamps![0];
    expect(color.map(c => c / 4)).toEqual([1, 1, 1].map(x => expect.closeTo(x, 6)));
    expect([range, cone?.direction.map(x => x + 0), cone?.outer]).toEqual([9, [0, 0, -1], 0.5]);
    expect(cone!.inner).toBeLessThan(cone!.outer);
  });
});

describe('morph targets that always move together', () => {
  it('are merged where more of them move than are drawn', async () => {
    const gltf = new Gltf();
    const targets = Array.from({ length: 8 }, (_, t) => ({ POSITION: gltf.floats('VEC3', t + 1, 0, 0, 0, 0, 0, 0, 0, 0) }));
    gltf.add('nodes', { mesh: gltf.mesh({ targets }) });
    const keys = [0, 0.5, 1].flatMap(w => [...Array(7).fill(w), 1 - w]);
    gltf.animate(0, 'weights', [0, 1, 2], keys);
    const { part, clips, warnings } = await gltf.avatar();
    expect(part.morphTargets?.map(t => t.positions[0])).toEqual([28, 8]);
    expect(clips[0].tracks.map(t => [t.target, ...t.values])).toEqual([
      ['mesh.0', 0, 0.5, 1],
      ['mesh.7', 1, 0.5, 0],
    ]);
    expect(warnings).toEqual(['7 morph targets always move together: made 1']);
  });
});
