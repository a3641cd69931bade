import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { FormatError } from '../../../src/core/errors.ts';
import { ModelReaderThread } from '../../../src/import/reading/model-reader-thread.ts';
import { startThread } from '../../../src/import/start-thread.ts';
import { Gltf } from '../gltf/build.ts';

let folder: string;
let good: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-apart-'));
  good = join(folder, 'good.gltf');
  const gltf = new Gltf();
  gltf.add('nodes', { mesh: gltf.mesh() });
  writeFileSync(good, gltf.bytes());
  writeFileSync(join(folder, 'bad.gltf'), '{"asset":{"version":"3.0"}}');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('reading in a separate thread', () => {
  it('returns the model, or the error with its file, place and value; the thread continues', async () => {
    const reader = new ModelReaderThread(systemClock);
    try {
      const { product } = await reader.read(good);
      expect(product?.parts[0].positions).toBeInstanceOf(Float32Array);
      const error = await reader.read([join(folder, 'bad.gltf')]).catch(e => e);
      expect(error).toBeInstanceOf(FormatError);
      expect(error).toMatchObject({
        at: 'asset.version',
        value: '3.0',
        reason: 'only glTF 2.0 is read',
        url: join(folder, 'bad.gltf'),
      });
      expect((await reader.read(good)).name).toBe('good');
    } finally {
      await reader.close();
    }
  });

  it('names the model of an error that does not, in one line', async () => {
    const answers = `require('node:worker_threads').parentPort.on('message', () => {
      require('node:worker_threads').parentPort.postMessage({ message: 'TypeError: odd\\n    at read (x.js:1)' });
    })`;
    const reader = new ModelReaderThread(
      systemClock,
      {},
      () => 0,
      () => new Worker(answers, { eval: true }),
    );
    const error = await reader.read('chair.glb').catch((e: Error) => e);
    await reader.close();
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toBe('the model cannot be read (TypeError: odd) at file: chair.glb');
    expect(String((error as Error).cause)).toContain('at read (x.js:1)');
  });

  it('replaces a thread that throws after its answer, or ends', async () => {
    for (const late of ['setTimeout(() => { throw new Error("late"); }, 0)', 'setTimeout(() => process.exit(3), 0)']) {
      // Heard from the beginning: a thread may have ended before anybody asks.
      const ends: Promise<unknown>[] = [];
      const answers = `require('node:worker_threads').parentPort.on('message', () => {
        require('node:worker_threads').parentPort.postMessage({ model: { model: { name: 'answer' }, pictures: [] } });
        ${late};
      })`;
      const start = () => {
        const thread = new Worker(answers, { eval: true });
        ends.push(new Promise(resolve => thread.once('exit', resolve)));
        return thread;
      };
      const reader = new ModelReaderThread(systemClock, {}, () => 0, start);
      expect((await reader.read(good)).name).toBe('answer');
      await ends[0];
      expect((await reader.read(good)).name).toBe('answer');
      expect(ends).toHaveLength(2);
      await ends[1];
      await reader.close();
    }
  });

  it('stops a model that takes too long, and reads the next', async () => {
    const waits: (() => void)[] = [];
    const clock: Clock = {
      now: () => 0,
      after: (ms, callback) => {
        if (ms === 7000) waits.push(callback);
        return () => {};
      },
    };
    const reader = new ModelReaderThread(clock, { seconds: 7 });
    try {
      const late = reader.read(good);
      waits[0]();
      await expect(late).rejects.toThrow(/reading takes more than 7 s \(--seconds N allows more\) at file: .*good\.gltf/);
      expect((await reader.read(good)).name).toBe('good');
    } finally {
      await reader.close();
    }
  });

  it('stops a model that takes too much memory', async () => {
    const looks = [100, 100, 400].map(mb => mb * 2 ** 20);
    const reader = new ModelReaderThread(systemClock, { megabytes: 256 }, () => looks.shift() ?? 0);
    await expect(reader.read(good)).rejects.toThrow(
      /reading takes more than 256 MB of memory \(--memory N allows more\) at file: .*good\.gltf/,
    );
    await reader.close();
  });

  it('reads a parser full of small objects to its end, and then stops the model', async () => {
    const path = join(folder, 'parsed.gltf');
    writeFileSync(path, `{"asset":{"version":"2.0"},"nodes":[${'{"a":[[]]},'.repeat(1_500_000)}{}]}`);
    const before = process.memoryUsage.rss();
    let rss: () => number = process.memoryUsage.rss;
    const reader = new ModelReaderThread(systemClock, { megabytes: 64 }, () => rss());
    // V8 ended the whole process here, because its parser went on after the heap of 64 MB was full.
    await expect(reader.read(path)).rejects.toThrow(/reading takes more than 64 MB of memory/);
    // A new thread loads its modules, and other tests of this process allocate too: both together can pass 64 MB.
    rss = () => 0;
    expect((await reader.read(good)).name).toBe('good');
    await reader.close();
    expect(process.memoryUsage.rss() - before).toBeLessThan(1.5 * 2 ** 30);
  });

  it('reports a full heap as the same error', async () => {
    const path = join(folder, 'huge.gltf');
    // A hundred thousand nodes with names: the JSON fits, its objects do not.
    writeFileSync(
      path,
      JSON.stringify({
        asset: { version: '2.0' },
        nodes: Array.from({ length: 99_999 }, (_, i) => ({ name: `n${i}`, extras: { a: [i, { b: i }] } })),
      }),
    );
    const start = () =>
      startThread(new URL('../../../src/import/reading/model-reader-thread.ts', import.meta.url).href, './read-worker', {
        resourceLimits: { maxOldGenerationSizeMb: 24 },
      });
    const reader = new ModelReaderThread(systemClock, { megabytes: 24 }, () => 0, start);
    await expect(reader.read(path)).rejects.toThrow(
      /reading takes more than 24 MB of memory \(--memory N allows more\) at file: .*huge\.gltf/,
    );
    await reader.close();
  });
});
