import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type ImportReport, importModels } from '../../../src/import/import-models.ts';
import { Gltf, IDENTITY, png, skinned, TRIANGLE } from './build.ts';

/*
 * Odd and hostile files, siblings of ../shared/cases/import. Each imports (and is written and read back) with the one warning that
 * is given, or is refused in one sentence. The comments say what three.js does where that is not the same.
 */

type Files = Readonly<Record<string, Uint8Array>>;
// biome-ignore lint/suspicious/noExplicitAny: fields of every type, right and wrong
type Json = any;

const triangle = (g: Gltf): unknown => g.add('nodes', { name: 'tri', mesh: g.mesh() });
const painted = (g: Gltf): unknown =>
  g.add('nodes', { mesh: g.mesh({ attributes: { TEXCOORD_0: g.floats('VEC2', 0, 0, 1, 0, 0, 1) }, material: g.painted() }) });
const figure = (g: Gltf): ReturnType<typeof skinned> =>
  skinned(g, 2, { joints: [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], weights: [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0] });

/** A file of `base`, whose JSON is changed by hand. */
function changed(base: (g: Gltf) => unknown, change: (json: Json, g: Gltf) => void = () => {}): Files {
  const gltf = new Gltf();
  base(gltf);
  const json: Json = JSON.parse(new TextDecoder().decode(gltf.bytes()));
  change(json, gltf);
  return { 'm.gltf': new TextEncoder().encode(JSON.stringify(json)) };
}
const still = (change: (json: Json) => void): Files => changed(triangle, change);
const surface = (change: (json: Json) => void): Files => changed(painted, change);
const primitive = (json: Json): Json => json.meshes[0].primitives[0];

/** A file that names a picture, and files beside it. */
const naming = (uri: string, beside: Files = {}): Files => ({ ...surface(json => Object.assign(json, { images: [{ uri }] })), ...beside }); // biome-ignore format: one line
const text = (words: string): Uint8Array => new TextEncoder().encode(words);
/** The bytes of what `triangle` adds: positions and normals. */
const TRIANGLE_BYTES = Float32Array.of(...TRIANGLE, 0, 0, 1, 0, 0, 1, 0, 0, 1).buffer;
/** A GLB of these chunks, in this order. */
function glb(...chunks: readonly (readonly [type: number, bytes: Uint8Array])[]): Uint8Array {
  const words = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
  const body = Buffer.concat(
    chunks.map(([type, bytes]) => {
      const padding = Buffer.alloc((4 - (bytes.byteLength % 4)) % 4, ' ');
      return Buffer.concat([words(bytes.byteLength + padding.byteLength, type), bytes, padding]);
    }),
  );
  return Buffer.concat([words(0x46546c67, 2, 12 + body.byteLength), body]);
}
async function noise(format: 'png' | 'jpeg' | 'avif' | 'gif', options: object = {}): Promise<Uint8Array> {
  const pixels = Buffer.from({ length: 16 * 16 * 3, 0: 1 } as ArrayLike<number>);
  return new Uint8Array(
    await sharp(pixels, { raw: { width: 16, height: 16, channels: 3 } })
      .toFormat(format, options)
      .toBuffer(),
  );
}

async function imported(files: Files): Promise<ImportReport> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-odd-'));
  try {
    for (const [name, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    return await importModels([join(folder, Object.keys(files)[0])], join(folder, 'out'), { ktx2: false });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const NONE = undefined;
const IMPORTED: Readonly<Record<string, readonly [make: () => Files | Promise<Files>, warning: RegExp | undefined]>> = {
  // Scene graphs.
  'a scene that is not there': [() => still(j => Object.assign(j, { scene: 7 })), /^scene is left out/], // three throws
  'a node listed twice': [() => still(j => Object.assign(j.scenes[0], { nodes: [0, 0] })), NONE],
  'a child listed twice': [
    () => changed(g => [triangle(g), g.add('nodes', { mesh: 0 })], j => Object.assign(j, { nodes: [{ ...j.nodes[0], children: [1, 1] }, j.nodes[1]], scenes: [{ nodes: [0] }] })),
    /each stands in its last place/,
  ],
  'a cycle outside the scene': [
    () => changed(g => [triangle(g), g.add('nodes', { children: [2] }), g.add('nodes', { children: [1] })], j => Object.assign(j.scenes[0], { nodes: [0] })),
    /node 1 is its own ancestor, and stands in no scene/,
  ],
  'a broken list of cameras': [() => still(j => Object.assign(j, { cameras: 'x' })), NONE],
  'animations that are no list': [() => still(j => Object.assign(j, { animations: {} })), /^animations is left out/],
  'a matrix and a translation': [() => still(j => Object.assign(j.nodes[0], { matrix: IDENTITY, translation: [1, 0, 0] })), NONE],
  // Buffers and accessors.
  'a view of 1e300 bytes': [() => still(j => Object.assign(j.bufferViews.at(-1), { byteLength: 1e300 })), /bufferView 1 reaches beyond its buffer/],
  'a buffer of 1e300 bytes': [() => still(j => Object.assign(j.buffers[0], { byteLength: 1e300 })), /buffer 0 should have/],
  'a view beyond the buffer by a byte': [() => still(j => j.bufferViews.at(-1).byteLength++), /bufferView 1 reaches beyond its buffer/],
  'a buffer without a length': [() => still(j => delete j.buffers[0].byteLength), /buffer 0 does not say how long it is/],
  'normalized floats': [() => still(j => (j.accessors = j.accessors.map((a: Json) => ({ ...a, normalized: true })))), NONE],
  'a stride of 13': [
    () =>
      changed(g => {
        const bytes = new DataView(new ArrayBuffer(39));
        TRIANGLE.forEach((x, i) => void bytes.setFloat32(Math.floor(i / 3) * 13 + (i % 3) * 4, x, true));
        triangle(g);
        g.json.accessors[0].bufferView = g.view(new Uint8Array(bytes.buffer), { byteStride: 13 });
      }),
    NONE, // three draws nothing
  ],
  'one item in a view of a short stride': [
    () =>
      changed(
        g => [triangle(g), g.animate(0, 'translation', [0], [1, 0, 0])],
        j => Object.assign(j.bufferViews.at(-1), { byteStride: 4 }),
      ),
    NONE,
  ],
  'sparse values alone': [
    () =>
      changed(g => {
        triangle(g);
        const [indices, values] = [g.view(Uint16Array.of(1, 2)), g.view(Float32Array.of(1, 0, 0, 0, 1, 0))];
        const sparse = { count: 2, indices: { bufferView: indices, componentType: 5123 }, values: { bufferView: values } };
        g.json.accessors[0] = { componentType: 5126, type: 'VEC3', count: 3, sparse };
      }),
    NONE,
  ],
  'a data URI of an odd type': [() => still(j => (j.buffers[0].uri = j.buffers[0].uri.replace('data:application/octet-stream;base64', 'DATA:text/plain;charset=x;BASE64'))), NONE],
  'a GLB whose JSON comes last': [
    () => {
      const { 'm.gltf': json } = still(j => delete j.buffers[0].uri);
      return { 'm.glb': glb([0x004e4942, new Uint8Array(TRIANGLE_BYTES)], [0x4e4f534a, json]) };
    },
    /the binary chunk stands before the JSON/,
  ],
  'UVs of four numbers': [
    () =>
      changed(g => {
        const TEXCOORD_0 = g.floats('VEC4', 0, 0, 9, 9, 1, 0, 9, 9, 0, 1, 9, 9);
        g.add('nodes', { mesh: g.mesh({ attributes: { TEXCOORD_0 }, material: g.painted() }) });
      }),
    /TEXCOORD_0 has 4 numbers a vertex, not 2; the first are taken/,
  ],
  'positions of two numbers': [
    () => changed(g => g.add('nodes', { mesh: g.mesh({ attributes: { POSITION: g.floats('VEC2', 0, 0, 1, 0, 0, 1) } }) })),
    /POSITION has 2 numbers a vertex, not 3; the rest is 0/,
  ],
  'colours below 0': [
    () => changed(g => g.add('nodes', { mesh: g.mesh({ attributes: { COLOR_0: g.floats('VEC3', 1, 1, 0, -1, 0, 0, 1, 1, 1) } }) })),
    /COLOR_0 is below 0 at 1 number, drawn as 0/,
  ],
  'colours above 1': [
    () => changed(g => g.add('nodes', { mesh: g.mesh({ attributes: { COLOR_0: g.floats('VEC3', 2, 1, 0, 1, 0, 0, 1, 1, 1) } }) })),
    NONE,
  ],
  'colours above 4': [
    () => changed(g => g.add('nodes', { mesh: g.mesh({ attributes: { COLOR_0: g.floats('VEC3', 5, 1, 0, 1, 0, 0, 1, 1, 1) } }) })),
    /make more than 4; drawn as 4/,
  ],
  'zeros behind the JSON': [() => ({ 'm.gltf': new Uint8Array(Buffer.concat([still(() => {})['m.gltf'], new Uint8Array(3)])) }), NONE],
  'a name that is a number': [() => still(j => Object.assign(j.meshes[0], { name: 7 })), /meshes\[0\]\.name is 7/], // three throws
  // Names of pictures.
  'an escaped name': [() => naming('a%20b%23c.png', { 'a b#c.png': png(2, 2) }), NONE],
  'a name with a lone %': [() => naming('100%_%20a.png', { '100%_ a.png': png(2, 2) }), NONE],
  'a name escaped as Latin-1': [() => naming('h%E4user.png', { 'häuser.png': png(2, 2) }), NONE],
  'a name that leaves a folder and returns': [() => naming('sub/../a.png', { 'a.png': png(2, 2) }), NONE],
  'a name in another case': [() => naming('TeX/A.PnG', { 'tex/a.png': png(2, 2) }), /tex\/a\.png is taken/],
  'an empty name': [() => naming(''), /picture "" is left out: the name is empty/],
  'a file: URI': [() => naming('file:///etc/passwd'), /URLs and drives are not opened/],
  'no name and no bytes': [() => surface(j => Object.assign(j, { images: [{}] })), /picture 0 has neither a name nor bytes/],
  'a data URI without base64': [
    () => naming(`data:image/png,${[...png(2, 2)].map(x => `%${x.toString(16).padStart(2, '0')}`).join('')}`),
    NONE,
  ],
  // Kinds of pictures.
  'an interlaced PNG': [async () => naming('a.png', { 'a.png': await noise('png', { progressive: true }) }), NONE],
  'a progressive JPEG': [async () => naming('a.jpg', { 'a.jpg': await noise('jpeg', { progressive: true }) }), NONE],
  'an AVIF under another name': [async () => naming('a.png', { 'a.png': await noise('avif') }), NONE],
  'an empty picture': [() => naming('a.png', { 'a.png': new Uint8Array(0) }), /the file is empty/],
  'a PNG of 0 x 0': [() => naming('a.png', { 'a.png': png(2, 2).fill(0, 16, 24) }), /cannot be decoded.*drawn without it/],
  'a Photoshop file': [() => naming('a.png', { 'a.png': text('8BPS\0\x01') }), /a Photoshop file: export it as PNG/],
  'a DDS': [() => naming('a.dds', { 'a.dds': text('DDS |') }), /a DDS texture: convert it/],
  'a HEIC': [() => naming('a.heic', { 'a.heic': text('\0\0\0\x18ftypheic') }), /a HEIC picture: convert it/],
  'an SVG': [() => naming('data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>'), /an SVG picture: convert it/],
  'an extension of a texture that names no picture': [
    () => surface(j => Object.assign(j.textures[0], { extensions: { EXT_texture_webp: { source: 9 } } })),
    /EXT_texture_webp is left out/, // three throws
  ],
  // Materials.
  'a colour of three numbers': [
    () => surface(j => Object.assign(j.materials[0].pbrMetallicRoughness, { baseColorFactor: [1, 0, 0] })),
    /baseColorFactor has three numbers; opaque/,
  ],
  'a lower-case alpha mode': [() => surface(j => Object.assign(j.materials[0], { alphaMode: 'blend' })), /alphaMode is "blend"/],
  'a sampler of other numbers': [() => surface(j => Object.assign(j, { samplers: [{ wrapS: 1, magFilter: 1 }] })), NONE],
  // Figures and clips.
  'a skin without inverse bind matrices': [() => changed(figure, j => delete j.skins[0].inverseBindMatrices), NONE],
  'a skin that lists a joint twice': [() => changed(figure, j => (j.skins[0].joints[0] = j.skins[0].joints[1])), NONE],
  'joints that stand in no scene': [
    () => changed(figure, j => Object.assign(j.scenes[0], { nodes: [2] })),
    /joints of its skin stand in no scene/, // three leaves them at the origin
  ],
  'morph targets over a base of zeros': [
    () =>
      changed(g => {
        const mesh = g.mesh({ targets: [{ POSITION: g.floats('VEC3', ...TRIANGLE) }] }, { weights: [1] });
        delete g.json.accessors[0].bufferView;
        g.animate(g.add('nodes', { mesh }), 'weights', [0, 1], [0, 1]);
      }),
    NONE,
  ],
  'an interpolation in lower case': [
    () => changed(g => [triangle(g), g.animate(0, 'translation', [0, 1], [0, 0, 0, 1, 0, 0], { interpolation: 'linear' })]),
    /interpolation "linear" is not known; LINEAR is taken/,
  ],
  'VRM bones that are not there': [
    () => still(j => Object.assign(j, { extensions: { VRM: { humanoid: { humanBones: [{ bone: 'hips', node: 99 }] } } } })),
    NONE,
  ],
}; // biome-ignore format: short cases in one line

const REFUSED: Readonly<Record<string, readonly [make: () => Files, message: RegExp]>> = {
  'a scene that lists a missing node': [() => still(j => Object.assign(j.scenes[0], { nodes: [9] })), /scenes\[0\]\.nodes\[0\], got 9/],
  'a cycle in the scene': [() => still(j => Object.assign(j.nodes[0], { children: [0] })), /a node is its own ancestor at nodes\[0\]/],
  'a camera alone': [() => changed(g => g.add('nodes', { camera: 0 })), /nothing to draw/],
  'points alone': [() => still(j => Object.assign(primitive(j), { mode: 0 })), /nothing to draw.*points are left out/],
  'positions beyond all measure': [
    () => changed(g => g.add('nodes', { mesh: g.mesh({ attributes: { POSITION: g.floats('VEC3', 0, 0, 0, 1e30, 0, 0, 0, 1e30, 0) } }) })),
    /nothing to draw.*1 triangle is left out/,
  ],
  'a scale of zero': [() => still(j => Object.assign(j.nodes[0], { scale: [0, 0, 0] })), /too small to be seen.*m\.gltf/],
  'a mesh without primitives': [() => still(j => delete j.meshes[0].primitives), /"primitives" is expected/],
  'an unknown mode': [() => still(j => Object.assign(primitive(j), { mode: 7 })), /at most 6 is expected/],
  'more sparse values than items': [
    () => still(j => Object.assign(j.accessors[0], { sparse: { count: 99, indices: { bufferView: 0, componentType: 5123 }, values: { bufferView: 0 } } })),
    /0 to 3 at accessors\[0\]\.sparse\.count, got 99/,
  ],
  'items that overlap': [() => still(j => Object.assign(j.bufferViews[0], { byteStride: 10 })), /items of 12 bytes stand 10 bytes apart/],
  'damaged meshopt data': [
    () =>
      still(j => {
        j.extensionsUsed = ['EXT_meshopt_compression'];
        const packed = { buffer: 0, byteOffset: 0, byteLength: 20, byteStride: 12, count: 3, mode: 'ATTRIBUTES' };
        j.bufferViews[0].extensions = { EXT_meshopt_compression: packed };
      }),
    /data compressed with EXT_meshopt_compression is damaged/,
  ],
  'damaged Draco data': [
    () =>
      still(j => {
        j.extensionsUsed = ['KHR_draco_mesh_compression'];
        primitive(j).extensions = { KHR_draco_mesh_compression: { bufferView: 0, attributes: { POSITION: 0 } } };
      }),
    /data compressed with KHR_draco_mesh_compression is damaged/,
  ],
  'glTF 1.0': [() => still(j => Object.assign(j, { asset: { version: '1.0' } })), /glTF 1\.0 is not read: convert it with/],
  'glTF 0.8': [() => still(j => Object.assign(j, { asset: { version: 0.8 } })), /glTF 0\.8 is not read: convert it with/],
  'JSON in UTF-16': [() => ({ 'm.gltf': new Uint8Array(Buffer.from('\ufeff{"asset":{}}', 'utf16le')) }), /its text is UTF-16: save it as UTF-8/],
  'a comment': [() => ({ 'm.gltf': text('// by hand\n{"asset": {}}') }), /it has a comment, which JSON does not allow, in line 1/],
  'a comma too many': [() => ({ 'm.gltf': text('{"asset": {\n"version": "2.0, }",\n}}') }), /it has a comma before a closing bracket.* in line 2/],
  'NaN from a script': [() => ({ 'm.gltf': text('{"asset": {"NaN": [1, -Infinity]}}') }), /it has NaN or Infinity, which JSON does not allow/],
  'single quotes': [() => ({ 'm.gltf': text("{'asset': {}}") }), /it has single quotes, which JSON does not allow/],
  'JSON that is cut': [() => ({ 'm.gltf': text('{"asset": {"version": "2.') }), /the file is cut: a text in its JSON does not end/],
  'JSON that is cut between texts': [() => ({ 'm.gltf': text('{"asset": {"version": "2.0"') }), /the file is cut: its JSON does not end/],
  'two files in one': [() => ({ 'm.gltf': text('{"asset": {}}{"asset": {}}') }), /something stands behind its JSON/],
  'no version': [() => ({ 'm.gltf': text('{"denormalized": {}}') }), /no glTF: its version is missing/],
  'a GLB whose end is missing': [
    () => {
      const { 'm.gltf': json } = still(j => delete j.buffers[0].uri);
      const whole = glb([0x4e4f534a, json], [0x004e4942, new Uint8Array(TRIANGLE_BYTES)]);
      return { 'm.glb': whole.slice(0, -40) };
    },
    /^the file should have \d+ bytes and has \d+: reaches 36 bytes into a view/,
  ],
  'a GLB of a header alone': [() => ({ 'm.glb': text('glTF\x02\0\0\0\x0c\0\0\0') }), /the file is cut/],
}; // biome-ignore format: short cases in one line

describe('odd files import', () => {
  it.each(Object.entries(IMPORTED))('%s', async (_, [make, warning]) => {
    const { models } = await imported(await make());
    expect(models[0].warnings).toEqual(warning ? [expect.stringMatching(warning)] : []);
  });
});

describe('files without a model are refused', () => {
  it.each(Object.entries(REFUSED))('%s', async (_, [make, message]) => {
    await expect(imported(make())).rejects.toThrow(message);
  });
});

it.each([
  [-1, 0],
  [0.3, 0.3],
  [1, 254.5 / 255],
  [1.5, 1.5],
])("takes a mask's cutoff of %d as %d: 1 draws what is opaque, and more hides the surface", async (alphaCutoff, taken) => {
  const gltf = new Gltf();
  const material = gltf.add('materials', { alphaMode: 'MASK', alphaCutoff });
  gltf.add('nodes', { mesh: gltf.mesh({ material }) });
  expect((await gltf.product()).parts[0].material.alphaCutoff).toBeCloseTo(taken, 6);
});
