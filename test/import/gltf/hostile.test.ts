import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { readGltf } from '../../../src/import/gltf/read-gltf.ts';
import { glbOf, gltfSeeds } from '../../fuzz-import/gltf-seeds.ts';
import { assertSound } from '../../fuzz-import/sound.ts';
import { mutate } from '../../mutate.ts';
import { mutateJson } from '../../mutate-json.ts';
import { Gltf, skinned } from './build.ts';

// 2,000 damaged files in all with every unit run; `npm run fuzz:import` goes on from there.
const SEEDS = await gltfSeeds();
const NAMES = Object.keys(SEEDS);
const MUTATIONS = 2000 / (2 * NAMES.length);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gltf-hostile-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @returns whether it was refused; anything but a FormatError with file and place fails, and so does a model that is not sound. */
async function refused(bytes: Uint8Array, what: string): Promise<boolean> {
  const path = join(folder, 'x.gltf');
  writeFileSync(path, bytes);
  try {
    assertSound(await readGltf(path));
    return false;
  } catch (error) {
    if (!(error instanceof FormatError)) throw new Error(`${what}: ${(error as Error).stack}`);
    expect(error.url).toContain('x.gltf');
    expect(error.at, error.message).toBeTruthy();
    return true;
  }
}

const text = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));
const jsonOf = (gltf: Gltf) => JSON.parse(new TextDecoder().decode(gltf.bytes()));

describe.each(NAMES)('damaged: %s', name => {
  it('is read whole, as text and as GLB', async () => {
    expect(await refused(SEEDS[name].bytes(), 'as it is')).toBe(false);
    expect(await refused(glbOf(SEEDS[name]), 'as it is')).toBe(false);
  });

  it('is refused when it is cut off', async () => {
    const glb = glbOf(SEEDS[name]);
    for (let n = 0; n < glb.length; n += 41) expect(await refused(glb.subarray(0, n), `cut at ${n}`), `cut at ${n}`).toBe(true);
  });

  it.each(['bytes', 'values'])(`never crashes, hangs or makes nonsense: %s (${MUTATIONS} mutations)`, async form => {
    const random = seededRandom(name.length * 31 + form.length);
    const [glb, json] = [glbOf(SEEDS[name]), jsonOf(SEEDS[name])];
    let no = 0;
    for (let i = 0; i < MUTATIONS; i++) {
      const { what, bytes } = form === 'bytes' ? mutate(glb, random) : mutatedText(json, random);
      if (await refused(bytes, `mutation ${i}: ${what}`)) no++;
    }
    // A fuzz whose every mutant is refused at the door tests nothing.
    expect(no).toBeGreaterThan(MUTATIONS / 20);
    expect(no).toBeLessThan(MUTATIONS);
  });
});

function mutatedText(source: unknown, random: () => number): { bytes: Uint8Array; what: string } {
  const { json, what } = mutateJson(source, random);
  return { bytes: text(json), what };
}

describe('what exactly is wrong', () => {
  const cases: [string, (gltf: Gltf) => void, RegExp][] = [
    [
      'NaN in a position',
      g =>
        g.json.accessors.push({ ...g.json.accessors[0], bufferView: g.view(Float32Array.of(0, 0, 0, 1, NaN, 0, 0, 1, 0)) }) &&
        setPosition(g),
      /not a number at mesh mesh POSITION\[1\], got NaN/,
    ],
    [
      'an infinite key',
      g => g.animate(0, 'translation', [0, 1], [0, 0, 0, Infinity, 0, 0]),
      /not a number at animation clip, translation of .* values\[1\], got Infinity/,
    ],
    [
      'an accessor of billions without a view',
      g => g.json.accessors.push({ componentType: 5126, type: 'MAT4', count: 2e9 }),
      /accessors\[2\]\.count/,
    ],
    [
      'accessors that are too many numbers together',
      g => g.json.accessors.push(...Array.from({ length: 11 }, () => ({ componentType: 5126, type: 'VEC4', count: 3e6 }))),
      /more than 100000000 numbers in all at accessors\[10\]\.count/,
    ],
    [
      'a sparse index that is not there',
      g =>
        g.json.accessors.push({
          componentType: 5126,
          type: 'VEC3',
          count: 3,
          sparse: {
            count: 1,
            indices: { bufferView: g.view(Uint8Array.of(9)), componentType: 5121 },
            values: { bufferView: g.view(Float32Array.of(1, 1, 1)) },
          },
        }),
      /there are 3 items at accessors\[2\]\.sparse\.indices\[0\], got 9/,
    ],
    [
      'sparse values past their view',
      g =>
        g.json.accessors.push({
          componentType: 5126,
          type: 'VEC3',
          count: 3,
          sparse: {
            count: 2,
            indices: { bufferView: g.view(Uint8Array.of(0, 1)), componentType: 5121 },
            values: { bufferView: g.view(Float32Array.of(1, 1, 1)) },
          },
        }),
      /reaches 24 bytes into a view of 12 at accessors\[2\]\.sparse\.values/,
    ],
    [
      'a material that is not there',
      g => Object.assign((g.json.meshes[0] as { primitives: object[] }).primitives[0], { material: 4 }),
      /there are no materials at meshes\[0\]\.primitives\[0\]\.material/,
    ],
    [
      'a texture that is not there',
      g => g.add('materials', { emissiveTexture: { index: 2 } }),
      /there are no textures at materials\[0\]\.emissiveTexture\.index/,
    ],
    ['an image that is not there', g => g.add('textures', { source: 5 }), /there are no images at textures\[0\]\.source/],
    [
      'a vertex that is not there',
      g =>
        Object.assign((g.json.meshes[0] as { primitives: object[] }).primitives[0], {
          indices: g.accessor('SCALAR', Uint16Array.of(0, 1, 3)),
        }),
      /there are 3 vertices at mesh mesh indices\[2\], got 3/,
    ],
    [
      'nodes in a chain of 5,000',
      g => {
        for (let i = 1; i < 5000; i++) g.add('nodes', { children: [i + 1] });
        g.add('nodes', {});
      },
      /nodes more than 2000 deep/,
    ],
    ['a node without end', g => g.json.nodes.push({ children: [2] }, { children: [1] }), /a node is its own ancestor/],
    ['a skin without joints', g => g.add('skins', { joints: [] }), /a skin has joints at skins\[0\]\.joints/],
    [
      'a compressed view that lies',
      g =>
        g.json.bufferViews.push({
          buffer: 0,
          byteLength: 36,
          extensions: { EXT_meshopt_compression: { buffer: 0, byteLength: 9, byteStride: 12, count: 1e7, mode: 'ATTRIBUTES' } },
        }),
      /36 bytes, as the view has at bufferViews\[2\]\.extensions\.EXT_meshopt_compression\.count, got 10000000/,
    ],
    [
      'base64 that is none',
      g => Object.assign(g.json, { buffers: [{ byteLength: 3, uri: 'data:;base64,!!!!' }] }),
      /not base64 at buffers\[0\]\.uri/,
    ],
    [
      'a data: URI without data',
      g => Object.assign(g.json, { buffers: [{ byteLength: 3, uri: 'data:application/octet-stream' }] }),
      /a data: URI without a comma at buffers\[0\]\.uri/,
    ],
    ['a web page', g => Object.assign(g.json, { images: [{ uri: '//example.com/a.png' }] }), /URLs and drives are not opened/],
    ['a Windows drive', g => Object.assign(g.json, { images: [{ uri: 'C:%5Ca.png' }] }), /URLs and drives are not opened/],
    [
      'an absolute path',
      g => Object.assign(g.json, { images: [{ uri: '/etc/passwd' }] }),
      /leads out of the model's folder at images\[0\]\.uri, got "\/etc\/passwd"/,
    ],
    ['the folder itself', g => Object.assign(g.json, { images: [{ uri: '.' }] }), /leads out of the model's folder/],
    ['a device', g => Object.assign(g.json, { images: [{ uri: 'sub' }] }), /a plain file is expected at images\[0\]\.uri/],
    [
      'a link that leads out',
      g => Object.assign(g.json, { images: [{ uri: 'link.png' }] }),
      /a symbolic link that leads out of the model's folder at images\[0\]\.uri, got "link\.png"/,
    ],
  ];
  it.each(cases)('%s', async (_, change, message) => {
    const gltf = new Gltf();
    gltf.add('nodes', { mesh: gltf.mesh() });
    change(gltf);
    const inner = join(folder, 'inner');
    mkdirSync(join(inner, 'sub'), { recursive: true });
    writeFileSync(join(folder, 'secret.png'), 'secret');
    rmSync(join(inner, 'link.png'), { force: true });
    symlinkSync('../secret.png', join(inner, 'link.png'));
    writeFileSync(join(inner, 'x.gltf'), gltf.bytes());
    const error = await readGltf(join(inner, 'x.gltf')).catch(e => e);
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toMatch(message);
    expect(error.url).toBe(join(inner, 'x.gltf'));
  });

  it('a link that stays in the folder is followed', async () => {
    const gltf = new Gltf();
    gltf.add('nodes', { mesh: gltf.mesh() });
    const json = jsonOf(gltf);
    writeFileSync(join(folder, 'real.bin'), Buffer.from(json.buffers[0].uri.split(',')[1], 'base64'));
    symlinkSync('real.bin', join(folder, 'linked.bin'));
    json.buffers[0].uri = 'linked.bin';
    expect(await refused(text(json), 'linked')).toBe(false);
  });

  it.each([
    ['nodes', 'many', /must be a list of at most 100000 at nodes, got "many"/],
    ['materials', [{ alphaMode: 'SOLID' }], /is expected at materials\[0\]\.alphaMode, got "SOLID"/],
    [
      'materials',
      [{ pbrMetallicRoughness: { baseColorFactor: [1, 1, 1] } }],
      /materials\[0\]\.pbrMetallicRoughness\.baseColorFactor, got \[1,1,1\]/,
    ],
    ['meshes', [{ primitives: [{ attributes: {}, mode: 9 }] }], /meshes\[0\]\.primitives\[0\]\.mode, got 9/],
    ['images', [{ name: 7 }], /string is expected at images\[0\]\.name, got 7/],
    ['scenes', {}, /must be a list/],
  ])('%s = %j', async (key, value, message) => {
    const json = { asset: { version: '2.0' }, [key]: value };
    writeFileSync(join(folder, 'x.gltf'), text(json));
    await expect(readGltf(join(folder, 'x.gltf'))).rejects.toThrow(message);
  });

  it('more joints than a skeleton may have', async () => {
    const gltf = new Gltf();
    skinned(gltf, 1025, { joints: Array(12).fill(0), weights: [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0] });
    await expect(gltf.read()).rejects.toThrow(/at most 1024 joints at nodes, got 1025/);
  });
});

function setPosition(gltf: Gltf): void {
  const [primitive] = (gltf.json.meshes[0] as { primitives: { attributes: Record<string, number> }[] }).primitives;
  primitive.attributes.POSITION = gltf.json.accessors.length - 1;
}
