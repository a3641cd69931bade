import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Document, WebIO } from '@gltf-transform/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FormatError } from '../../src/core/errors.ts';
import { seededRandom } from '../../src/core/random.ts';
import { readGltf } from '../../src/import/gltf/read-gltf.ts';
import type { SourcePart } from '../../src/import/source.ts';
import { mutate } from '../mutate.ts';

// 1000 a form with every unit run; FUZZ=20000 for the long way.
const MUTATIONS = Number(process.env.FUZZ ?? 1000);
let folder: string;
let glb: Uint8Array;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gltf-fuzz-'));
  glb = await smallModel();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A triangle of two joints that bends, with a texture, colours, a morph target and a clip. */
async function smallModel(): Promise<Uint8Array> {
  const document = new Document();
  const buffer = document.createBuffer();
  const accessor = (
    type: 'SCALAR' | 'VEC2' | 'VEC3' | 'VEC4' | 'MAT4',
    array: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint8Array<ArrayBuffer>,
  ) => document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
  const png = await sharp({ create: { width: 4, height: 4, channels: 4, background: '#c08040' } })
    .png()
    .toBuffer();
  const texture = document.createTexture('skin').setImage(new Uint8Array(png)).setMimeType('image/png');
  const target = document
    .createPrimitiveTarget('smile')
    .setAttribute('POSITION', accessor('VEC3', Float32Array.of(0, 0, 0, 0, 0, 0, 0, 0.1, 0)));
  const primitive = document
    .createPrimitive()
    .setMaterial(document.createMaterial('skin').setBaseColorTexture(texture))
    .setIndices(accessor('SCALAR', Uint16Array.of(0, 1, 2)))
    .setAttribute('POSITION', accessor('VEC3', Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0)))
    .setAttribute('NORMAL', accessor('VEC3', Float32Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1)))
    .setAttribute('TEXCOORD_0', accessor('VEC2', Float32Array.of(0, 0, 1, 0, 0, 1)))
    .setAttribute('JOINTS_0', accessor('VEC4', Uint8Array.of(0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0)))
    .setAttribute('WEIGHTS_0', accessor('VEC4', Float32Array.of(0.5, 0.5, 0, 0, 0.25, 0.75, 0, 0, 1, 0, 0, 0)))
    .addTarget(target);
  const tip = document.createNode('tip').setTranslation([0, 0.5, 0]);
  const root = document.createNode('root').addChild(tip);
  const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  const skin = document
    .createSkin()
    .addJoint(root)
    .addJoint(tip)
    .setInverseBindMatrices(accessor('MAT4', Float32Array.of(...identity, ...identity)));
  const figure = document.createNode('figure').setMesh(document.createMesh('figure').addPrimitive(primitive)).setSkin(skin);
  document.createScene().addChild(root).addChild(figure);
  const sampler = document
    .createAnimationSampler()
    .setInput(accessor('SCALAR', Float32Array.of(0, 1)))
    .setOutput(accessor('VEC4', Float32Array.of(0, 0, 0, 1, 0, 0.6, 0, 0.8)));
  const channel = document.createAnimationChannel().setSampler(sampler).setTargetNode(tip).setTargetPath('rotation');
  document.createAnimation('bend').addSampler(sampler).addChannel(channel);
  return new WebIO().writeBinary(document);
}

/** The GLB with another JSON chunk. */
function withJson(source: Uint8Array, change: (json: Uint8Array) => Uint8Array): Uint8Array {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const length = view.getUint32(12, true);
  const json = change(source.subarray(20, 20 + length));
  const padded = new Uint8Array(Math.ceil(json.length / 4) * 4).fill(0x20);
  padded.set(json);
  const out = new Uint8Array(20 + padded.length + source.length - 20 - length);
  out.set(source.subarray(0, 20));
  out.set(padded, 20);
  out.set(source.subarray(20 + length), 20 + padded.length);
  const head = new DataView(out.buffer);
  head.setUint32(8, out.length, true);
  head.setUint32(12, padded.length, true);
  return out;
}

/** Reads all the way and checks what comes out. @returns whether it was refused. */
async function refused(bytes: Uint8Array, what: string): Promise<boolean> {
  const path = join(folder, 'x.glb');
  writeFileSync(path, bytes);
  try {
    const model = await readGltf(path);
    const products = [...(model.product ? [model.product] : []), ...(model.avatar?.outfit.map(o => o.product) ?? [])];
    for (const product of products) {
      for (const part of product.parts) checkPart(part, product.skin?.joints.length ?? 0);
      finite(product.skin?.inverseBind ?? []);
    }
    for (const clip of model.avatar?.clips ?? []) for (const track of clip.tracks) finite([...track.times, ...track.values]);
    return false;
  } catch (error) {
    if (!(error instanceof FormatError)) throw new Error(`${what}: ${(error as Error).stack}`);
    expect(error.url).toContain('x.glb');
    expect(error.at, error.message).toBeTruthy();
    return true;
  }
}

function checkPart(part: SourcePart, joints: number): void {
  const n = part.positions.length / 3;
  finite([...part.positions, ...part.normals, ...(part.uvs ?? []), ...(part.colors ?? []), ...(part.weights ?? [])]);
  if (!part.index.every(i => i < n)) throw new Error('silent wrong output: an index out of range');
  if (part.weights && !part.joints?.every(j => j < joints)) throw new Error('silent wrong output: a joint out of range');
  // Weights need not sum to 1 here: the writer prunes and normalizes them.
  if (part.weights?.some(w => w < 0)) throw new Error('silent wrong output: a weight below 0');
}

function finite(values: Iterable<number>): void {
  for (const v of values) if (!Number.isFinite(v)) throw new Error(`silent wrong output: ${v}`);
}

describe('a hostile GLB', () => {
  it('is none as it is', async () => {
    expect(await refused(glb, 'as it is')).toBe(false);
  });

  it('is refused when it is cut off', async () => {
    for (let n = 0; n < glb.length; n += 97) expect(await refused(glb.subarray(0, n), `cut at ${n}`), `cut at ${n}`).toBe(true);
  });

  it.each(['bytes', 'JSON'])(`never crashes, hangs or makes nonsense: %s (${MUTATIONS} mutations)`, async form => {
    const random = seededRandom(form.length);
    let no = 0;
    for (let i = 0; i < MUTATIONS; i++) {
      let what = '';
      const change = (bytes: Uint8Array) => {
        const mutation = mutate(bytes, random);
        what = mutation.what;
        return mutation.bytes;
      };
      if (await refused(form === 'JSON' ? withJson(glb, change) : change(glb), what)) no++;
    }
    expect(no).toBeGreaterThan(0);
    expect(no).toBeLessThan(MUTATIONS);
  }, 300_000);
});
