import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { readGltf } from '../../../src/import/gltf/read-gltf.ts';
import { glbOf, gltfSeeds } from '../../fuzz-import/gltf-seeds.ts';
import { assertSound } from '../../fuzz-import/sound.ts';
import { mutate } from '../../mutate/mutate.ts';
import { mutateJson } from '../../mutate/mutate-json.ts';
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
  it('reads the complete file, as text and as GLB', async () => {
    expect(await refused(SEEDS[name].bytes(), 'as it is')).toBe(false);
    expect(await refused(glbOf(SEEDS[name]), 'as it is')).toBe(false);
  });

  it('rejects a truncated file, or reads it with a warning', async () => {
    const glb = glbOf(SEEDS[name]);
    let no = 0;
    for (let n = 0; n < glb.length; n += 41) {
      if (await refused(glb.subarray(0, n), `cut at ${n}`)) no++;
      else expect((await readGltf(join(folder, 'x.gltf'))).warnings, `cut at ${n}`).not.toEqual([]);
    }
    expect(no).toBeGreaterThan(glb.length / 41 / 2);
  });

  it.each(['bytes', 'values'])(`never crashes, hangs or returns invalid data: %s (${MUTATIONS} mutations)`, async form => {
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

describe('errors name the exact fault', () => {
  const cases: [string, (gltf: Gltf) => void, RegExp][] = [
    [
      'accessors that are too many numbers together',
      g => g.json.accessors.push(...Array.from({ length: 11 }, () => ({ componentType: 5126, type: 'VEC4', count: 3e6 }))),
      /more than 100000000 numbers in all at accessors\[10\]\.count/,
    ],
    [
      'a material that is not there',
      g => Object.assign((g.json.meshes[0] as { primitives: object[] }).primitives[0], { material: 4 }),
      /there are no materials at meshes\[0\]\.primitives\[0\]\.material/,
    ],
    [
      'nodes in a chain of 5,000',
      g => {
        for (let i = 1; i < 5000; i++) g.add('nodes', { children: [i + 1] });
        g.add('nodes', {});
      },
      /nodes more than 2000 deep/,
    ],
    ['a node without end', g => Object.assign(g.json.nodes[0], { children: [0] }), /a node is its own ancestor/],
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

  it('follows a link that stays in the folder', async () => {
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
    ['meshes', [{ primitives: [{ attributes: {}, mode: 9 }] }], /meshes\[0\]\.primitives\[0\]\.mode, got 9/],
    ['scenes', {}, /must be a list/],
  ])('%s = %j', async (key, value, message) => {
    const json = { asset: { version: '2.0' }, [key]: value };
    writeFileSync(join(folder, 'x.gltf'), text(json));
    await expect(readGltf(join(folder, 'x.gltf'))).rejects.toThrow(message);
  });

  it('rejects joints that take vertices beyond all measure', async () => {
    const gltf = new Gltf();
    skinned(gltf, 2, { joints: Array(12).fill(1), weights: [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0] });
    for (const node of gltf.json.nodes.slice(0, 2)) node.scale = [1e12, 1e12, 1e12];
    for (let i = 0; i < 3; i++)
      gltf.json.nodes.push({ scale: [1e12, 1e12, 1e12], children: [i === 0 ? 0 : gltf.json.nodes.length - 1] });
    await expect(gltf.read()).rejects.toThrow(/beyond all measure/);
  });

  it('rejects more joints than a skeleton may have', async () => {
    const gltf = new Gltf();
    const { nodes } = skinned(gltf, 1, { joints: Array(12).fill(0), weights: [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0] });
    while (nodes.length <= 4000) nodes.push(gltf.add('nodes', {}));
    gltf.json.skins[0] = { joints: nodes };
    await expect(gltf.read()).rejects.toThrow(/at most 4000 joints at nodes, got 4001/);
  });

  it('lets a machine of too many moving parts stand still', async () => {
    const gltf = new Gltf();
    const mesh = gltf.mesh();
    for (let i = 0; i <= 4000; i++) gltf.add('nodes', { mesh, translation: [i, 0, 0] });
    const [input, output] = [gltf.floats('SCALAR', 0, 1), gltf.floats('VEC3', 0, 0, 0, 1, 0, 0)];
    const channels = gltf.json.nodes.map((_, node) => ({ sampler: 0, target: { node, path: 'translation' } }));
    gltf.add('animations', { samplers: [{ input, output }], channels });
    const { parts, warnings } = await gltf.product();
    expect(parts).toHaveLength(4001);
    expect(warnings).toEqual(['4001 nodes move, and 4000 may: its clips are left out, and it stands still']);
  });
});
