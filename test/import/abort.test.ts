import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { type ImportOptions, importModels } from '../../src/import/import-models.ts';
import { ModelReaderThread } from '../../src/import/reading/model-reader-thread.ts';
import type { ReadModel } from '../../src/import/reading/read-model.ts';
import { startThread } from '../../src/import/start-thread.ts';
import { WriteThreads } from '../../src/import/write/threads/write-threads.ts';
import { writeRoom } from '../../src/import/write/write-room.ts';
import { Gltf, png } from './gltf/build.ts';
import { smallRoom } from './write/fixtures.ts';

const REASON = new Error('the visitor left');

let folder: string;
let stop: AbortController;
/** Threads that have started and not ended. */
let running: Set<Worker>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-abort-'));
  for (const name of ['tmp', 'models']) mkdirSync(join(folder, name));
  vi.stubEnv('TMPDIR', join(folder, 'tmp'));
  stop = new AbortController();
  running = new Set();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A textured triangle `size` metres tall. */
function model(size: number): Uint8Array {
  const gltf = new Gltf();
  const TEXCOORD_0 = gltf.floats('VEC2', 0, 0, 1, 0, 1, 1);
  gltf.add('images', { uri: `data:image/png;base64,${Buffer.from(png(80, 80)).toString('base64')}` });
  gltf.add('textures', { source: 0 });
  const material = gltf.add('materials', { pbrMetallicRoughness: { metallicFactor: 0, baseColorTexture: { index: 0 } } });
  gltf.add('nodes', { mesh: gltf.mesh({ attributes: { TEXCOORD_0 }, material }), scale: [size, size, size] });
  return gltf.bytes();
}

/** Writes an archive of models. @returns its path. */
function archive(count = 4): string {
  const path = join(folder, 'models', 'pack.zip');
  writeFileSync(path, zipSync(Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.gltf`, model(i + 1)]))));
  return path;
}

const out = () => join(folder, 'out');
const importing = (paths: string[], more: ImportOptions = {}) =>
  importModels(paths, out(), { ktx2: false, levels: 0, signal: stop.signal, ...more });

const counted = (start: () => Worker) => (): Worker => {
  const worker = start();
  running.add(worker);
  worker.once('exit', () => running.delete(worker));
  return worker;
};
const modules = new URL('../../src/import/', import.meta.url).href;
const readThread = (): Worker => startThread(`${modules}reading/model-reader-thread.ts`, './read-worker');
const writeThread = (): Worker => startThread(`${modules}write/threads/write-threads.ts`, './write-worker');
const reader = (start = readThread) => new ModelReaderThread(systemClock, {}, () => 0, counted(start));

/** What lies in the folder beside the inputs: temporary files, what is being written, and the room. */
const left = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => !/^(models|tmp\b(?!.foyer))/.test(name))
    .sort();

/** Folders to which archives are unpacked. */
const unpacked = (): string[] => readdirSync(join(folder, 'tmp')).filter(name => name.startsWith('foyer-zip-'));

describe('an import that is aborted', () => {
  it('before it starts, rejects with the reason of the signal and opens no file', async () => {
    stop.abort(REASON);
    const read = vi.fn<ReadModel>();
    await expect(importing([archive()], { read })).rejects.toBe(REASON);
    await expect(writeRoom(smallRoom(), out(), { ktx2: false, signal: stop.signal })).rejects.toBe(REASON);
    expect(read).not.toHaveBeenCalled();
    expect(left()).toEqual([]);
  });

  it('while a model is read, ends the thread and deletes what was unpacked', async () => {
    const silent = reader(() => new Worker('require("node:worker_threads").parentPort.on("message", () => {})', { eval: true }));
    const read: ReadModel = (files, options) => {
      setTimeout(() => stop.abort(REASON), 20);
      expect(unpacked()).toHaveLength(1);
      return silent.read(files, options);
    };
    await expect(importing([archive()], { read })).rejects.toBe(REASON);
    expect(running.size).toBe(0);
    expect(left()).toEqual([]);
  });

  it('while a model is read in this thread, rejects at once', async () => {
    const slow = join(folder, 'models', 'slow.gltf');
    writeFileSync(slow, model(1));
    const imported = importing([slow]);
    setImmediate(() => stop.abort(REASON));
    await expect(imported).rejects.toBe(REASON);
    expect(left()).toEqual([]);
  });

  it('while textures wait, does not wait for them', async () => {
    const path = join(folder, 'models', 'a.gltf');
    writeFileSync(path, model(1));
    setTimeout(() => stop.abort(REASON), 100);
    await expect(importing([path], { encodings: { get: () => new Promise(() => {}) } })).rejects.toBe(REASON);
    expect(left()).toEqual([]);
  });

  it('while light is baked, stops', async () => {
    const onProgress = () => stop.abort(REASON);
    await expect(importing([archive()], { bake: { rays: 8 }, onProgress })).rejects.toBe(REASON);
    expect(left()).toEqual([]);
  });

  it('while another import holds the folder, waits no longer', async () => {
    mkdirSync(out());
    writeFileSync(join(out(), '.foyer-lock'), String(process.pid));
    setTimeout(() => stop.abort(REASON), 300);
    await expect(importing([archive(1)])).rejects.toBe(REASON);
    expect(left()).toEqual(['out', 'out/.foyer-lock']);
  });

  it('after it is done, changes nothing', async () => {
    await importing([archive()]);
    const before = left();
    expect(before).toContain('out/room.json');
    stop.abort(REASON);
    await new Promise(setImmediate);
    expect(left()).toEqual(before);
  });

  it('at any moment, leaves the old room or the new one', async () => {
    const file = join(folder, 'models', 'a.gltf');
    writeFileSync(file, model(9));
    await importModels([file], out(), { ktx2: false, levels: 0, name: 'old' });
    const old = left();
    const nameOf = () => JSON.parse(readFileSync(join(out(), 'room.json'), 'utf8')).denormalized['room.json'].data.name;
    const pack = archive();
    let aborted = 0;
    for (let ms = 0; ; ms += 4) {
      stop = new AbortController();
      const outcome = await importing([pack], { name: 'new', onProgress: later(ms) }).catch((error: unknown) => error);
      expect(unpacked()).toEqual([]);
      if (outcome !== REASON) break;
      aborted++;
      expect(nameOf()).toBe('old');
      expect(left()).toEqual(old);
    }
    expect(aborted).toBeGreaterThan(2);
    expect(nameOf()).toBe('new');
    for (const [url] of readFileSync(join(out(), 'room.json'), 'utf8').matchAll(/resources\/[0-9a-f]+\.\w+/g))
      expect(existsSync(join(out(), url)), url).toBe(true);
  });

  it.each([0, 50, 400])('%d ms after the first model, leaves no thread', async ms => {
    const reading = reader();
    const threads = new WriteThreads(counted(writeThread));
    const outcome = importing([archive(12)], { read: reading.read, threads, onProgress: later(ms) });
    await outcome.catch((error: unknown) => expect(error).toBe(REASON));
    await Promise.all([threads.close(), reading.close()]);
    expect(running.size).toBe(0);
    expect(unpacked()).toEqual([]);
  });
});

/** Aborts so much later than the first model is read. */
function later(ms: number): NonNullable<ImportOptions['onProgress']> {
  return ({ done }) => {
    if (done === 1) setTimeout(() => stop.abort(REASON), ms);
  };
}
