import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { FormatError } from '../../../src/core/errors.ts';
import { importModels } from '../../../src/import/import-models.ts';
import type { SourceProduct } from '../../../src/import/model/source-model.ts';
import type { Picture } from '../../../src/import/picture/picture.ts';
import { ModelReaderThread } from '../../../src/import/reading/model-reader-thread.ts';
import { type ReadModel, readModel } from '../../../src/import/reading/read-model.ts';
import { WriteThreads } from '../../../src/import/write/threads/write-threads.ts';
import { Gltf, png } from '../gltf/build.ts';

let folder: string;
let figure: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-early-'));
  figure = save('figure.gltf', moving());
});
afterEach(() => rmSync(folder, { recursive: true }));

function save(name: string, gltf: Gltf): string {
  const path = join(folder, name);
  writeFileSync(path, gltf.bytes());
  return path;
}

/** A figure in map coordinates with a clip that moves nothing known, so that its mesh and its clips both have warnings. */
function moving(primitive = {}): Gltf {
  const gltf = new Gltf();
  const node = gltf.add('nodes', { name: 'box', translation: [5000, 0, 0], mesh: gltf.mesh(primitive) });
  gltf.animate(node, 'translation', [0, 1], [5000, 0, 0, 5001, 2, 3]);
  gltf.animate(node, 'translation', [1, 0], [0, 0, 0, 0, 0, 0], {}, 'backwards');
  return gltf;
}

/** What a reader passes on early, and the worn product of its result. */
async function readWith(read: ReadModel, path: string) {
  const early: SourceProduct[] = [];
  const model = await read(path, { onProduct: product => early.push(product) });
  return { early, model, worn: model.avatar?.outfit[0].product };
}

const out = () => join(folder, 'out');

it('passes on a large picture before the rest, but none that is resized', async () => {
  const gltf = new Gltf();
  gltf.add('nodes', { mesh: gltf.mesh({ material: gltf.painted(png(512, 512)) }) });
  gltf.add('nodes', { mesh: gltf.mesh({ material: gltf.painted(png(600, 600)) }) });
  const path = save('painted.gltf', gltf);
  const reader = new ModelReaderThread(systemClock);
  try {
    for (const read of [readModel, reader.read]) {
      const pictures: Picture[] = [];
      const { product } = await read(path, { onPicture: picture => pictures.push(picture) });
      expect(pictures).toMatchObject([{ width: 512, height: 512 }]);
      const shown = product?.textures.find(({ width }) => width === 512);
      expect(shown?.rgba).toBe(pictures[0].rgba);
      // A decoded picture that stayed beside its copy would double the memory of a model.
      for (const { rgba } of product?.textures ?? []) expect(rgba.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  } finally {
    await reader.close();
  }
});

it('passes on no picture early where one takes much memory to decode', async () => {
  const gltf = new Gltf();
  for (const picture of [png(512, 512), png(4096, 2)])
    gltf.add('nodes', { mesh: gltf.mesh({ material: gltf.painted(picture) }) });
  const pictures: Picture[] = [];
  const { product } = await readModel(save('large.gltf', gltf), { onPicture: picture => pictures.push(picture) });
  expect(product?.textures).toHaveLength(2);
  expect(pictures).toEqual([]);
});

describe('what an avatar wears, passed on before its clips are read', () => {
  it('is the object of the result, and warnings keep their order', async () => {
    const plain = await readModel(figure);
    const { early, model, worn } = await readWith(readModel, figure);
    expect(early).toHaveLength(1);
    expect(worn).toBe(early[0]);
    expect(model).toEqual(plain);
    expect(model.warnings).toHaveLength(2);
    expect(model.warnings[0]).toContain('animation backwards');
    expect(model.warnings[1]).toContain('moved to the origin');
  });

  it('passes between threads once, and the result is the same', async () => {
    const reader = new ModelReaderThread(systemClock);
    try {
      const { early, model, worn } = await readWith(reader.read, figure);
      expect(early).toHaveLength(1);
      expect(worn).toBe(early[0]);
      expect(model).toEqual(await readModel(figure));
      // A request without a listener, and a model that stands still.
      expect(await reader.read(figure)).toEqual(model);
      const still = new Gltf();
      still.add('nodes', { mesh: still.mesh() });
      const { early: none, model: product } = await readWith(reader.read, save('still.gltf', still));
      expect(none).toEqual([]);
      expect(product.product?.parts).toHaveLength(1);
    } finally {
      await reader.close();
    }
  });

  it('is not passed on where clips may change it: with morph targets', async () => {
    const gltf = new Gltf();
    const POSITION = gltf.floats('VEC3', 0, 0, 0, 0, 1, 0, 0, 0, 0);
    const node = gltf.add('nodes', { mesh: gltf.mesh({ targets: [{ POSITION }] }) });
    gltf.animate(node, 'weights', [0, 1], [0, 1]);
    const { early, worn } = await readWith(readModel, save('face.gltf', gltf));
    expect(early).toEqual([]);
    expect(worn?.parts[0].morphTargets).toHaveLength(1);
  });
});

describe('an import whose reader passes on a product early', () => {
  const importing = (read: ReadModel, more = {}) => importModels([figure], out(), { ktx2: false, read, ...more });

  it('writes it once, and the same files', async () => {
    const plain = await importModels([figure], join(folder, 'plain'), { ktx2: false, read: path => readModel(path) });
    const threads = new WriteThreads();
    let meshes = 0;
    const { writeMesh } = threads;
    threads.writeMesh = (...args) => {
      meshes++;
      return writeMesh.apply(threads, args);
    };
    // The clips arrive when the mesh has been written.
    const late: ReadModel = async (path, options) => {
      const model = await readModel(path, options);
      while (meshes === 0) await new Promise(resolve => setImmediate(resolve));
      return model;
    };
    const report = await importing(late, { threads });
    await threads.close();
    expect(meshes).toBe(1);
    expect(report).toEqual(plain);
    expect(readdirSync(join(out(), 'resources')).sort()).toEqual(readdirSync(join(folder, 'plain', 'resources')).sort());
  });

  it('writes the clips while the mesh is made', async () => {
    const threads = new WriteThreads();
    const { writeMesh } = threads;
    const staged = () => readdirSync(folder, { recursive: true }).filter(name => /partial.*\.glb$/.test(String(name)));
    let early: unknown[] = [];
    threads.writeMesh = async (...args) => {
      for (let i = 0; i < 500 && early.length === 0; i++, early = staged()) await new Promise(resolve => setTimeout(resolve, 10));
      return writeMesh.apply(threads, args);
    };
    await importing(readModel, { threads });
    expect(early).toHaveLength(1);
    expect(staged()).toEqual([]);
    await threads.close();
  });

  it('leaves nothing behind where the rest cannot be read', async () => {
    for (const wait of [0, 5]) {
      const read: ReadModel = async (path, options) => {
        await readModel(path, options);
        for (let i = 0; i < wait; i++) await new Promise(resolve => setImmediate(resolve));
        throw new Error('the clips cannot be read');
      };
      await expect(importing(read)).rejects.toThrow('the clips cannot be read');
      // A module that loads later does not begin to write either.
      for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve));
      expect(readdirSync(folder)).toEqual(['figure.gltf']);
    }
  });

  it('leaves out a model that cannot be read to its end, and the room is that of the others', async () => {
    const other = save('other.gltf', moving({ mode: 5 }));
    const read: ReadModel = async (path, options) => {
      const model = await readModel(path, options);
      if (path[0] === other) throw new FormatError('its clips are odd', { url: other });
      return model;
    };
    const options = { ktx2: false, read, name: 'room' };
    const alone = await importModels([figure], join(folder, 'plain'), options);
    for (const files of [
      [figure, other],
      [other, figure],
    ]) {
      const { errors, ...report } = await importModels(files, out(), options);
      expect(errors.map(({ file }) => file)).toEqual([other]);
      expect({ ...report, errors: [] }).toEqual(alone);
      expect(readdirSync(out(), { recursive: true }).sort()).toEqual(
        readdirSync(join(folder, 'plain'), { recursive: true }).sort(),
      );
    }
  });

  it('leaves nothing behind where it is aborted before the rest is read', async () => {
    const ends = new AbortController();
    const read: ReadModel = async (path, { onProduct, signal } = {}) => {
      await readModel(path, { onProduct });
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    };
    const importingIt = importing(read, { signal: ends.signal });
    setTimeout(() => ends.abort(new Error('enough')), 50);
    await expect(importingIt).rejects.toThrow('enough');
    expect(readdirSync(folder)).toEqual(['figure.gltf']);
  });

  it('reports the error of a reader that fails after it', async () => {
    const answers = `const { parentPort } = require('node:worker_threads');
      parentPort.on('message', () => {
        parentPort.postMessage({ product: { product: { name: 'early', parts: [], textures: [] }, pictures: [] } });
        parentPort.postMessage({ format: { reason: 'a clip is odd', url: 'figure.gltf' } });
      })`;
    const start = () => new Worker(answers, { eval: true });
    const reader = new ModelReaderThread(systemClock, {}, () => 0, start);
    const early: SourceProduct[] = [];
    const reading = reader.read(figure, { onProduct: product => early.push(product) });
    await expect(reading).rejects.toThrow('a clip is odd: figure.gltf');
    expect(early.map(({ name }) => name)).toEqual(['early']);
    await reader.close();
  });

  it('refuses warnings with --strict, and waits for light with --bake', async () => {
    const threads = new WriteThreads();
    await expect(importing(readModel, { strict: true, threads })).rejects.toThrow('--strict allows no warnings');
    // A clip that is made meanwhile is not stored.
    for (let i = 0; i < 20; i++) await new Promise(resolve => setTimeout(resolve, 10));
    await threads.close();
    expect(readdirSync(folder)).toEqual(['figure.gltf']);
    const { models } = await importing(readModel, { bake: { rays: 8 } });
    expect(models[0].kind).toBe('avatar');
  });
});
