import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { AnimationAsset } from '../../../../src/assets/motion/animation-asset.ts';
import type { SourceProduct } from '../../../../src/import/model/source-model.ts';
import { startThread } from '../../../../src/import/start-thread.ts';
import { writeAnimation } from '../../../../src/import/write/clips/animation-writer.ts';
import { compactClip } from '../../../../src/import/write/clips/compact-clip.ts';
import { triangleVisibility } from '../../../../src/import/write/levels/visibility/triangle-visibility.ts';
import { writeMesh } from '../../../../src/import/write/meshes/mesh-writer.ts';
import { packPart, quantizationVolume } from '../../../../src/import/write/meshes/packed-part.ts';
import { WriteThreads } from '../../../../src/import/write/threads/write-threads.ts';
import { bentSheet, checker, jointRow, material, sheet } from '../fixtures.ts';
import { ball } from '../levels/ball.ts';

const options = { count: 4, maxError: 0.3, maxWeights: 4 };
const parts = Array.from({ length: 5 }, (_, i) => ({ ...sheet(24 + 5 * i, 0, i), material: material(`cloth ${i}`) }));
const product = { name: 'sheets', parts, textures: [] };

const startWriter = () =>
  startThread(new URL('../../../../src/import/write/threads/write-threads.ts', import.meta.url).href, './write-worker');

/** Threads that cannot do anything. */
const BROKEN = [
  () => new Worker(`require('node:worker_threads').parentPort.on('message', () => process.exit(1))`, { eval: true }),
  () => new Worker(`throw new Error('no such module')`, { eval: true }),
  () => {
    throw new Error('no thread can be started');
  },
  () => {
    const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
    worker.postMessage = () => {
      throw new Error('a job cannot be copied: out of memory');
    };
    return worker;
  },
  () => {
    const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
    worker.postMessage = () => void setImmediate(() => worker.emit('messageerror', new Error('an answer cannot be read')));
    return worker;
  },
];

describe('levels of detail in two threads', () => {
  it('give the same bytes as in one', async () => {
    const threads = new WriteThreads();
    try {
      const alone = await writeMesh(product, options);
      expect(alone.triangles).toBeGreaterThan(8000);
      expect(alone.levels).toBeGreaterThan(2);
      for (let time = 0; time < 2; time++) expect(await writeMesh(product, options, threads)).toEqual(alone);
    } finally {
      await threads.close();
    }
  });

  it('go on in this thread when the other one fails', async () => {
    const alone = await writeMesh(product, options);
    for (const start of BROKEN) {
      const threads = new WriteThreads(start);
      expect(await writeMesh(product, options, threads)).toEqual(alone);
      await threads.close();
    }
  });
});

describe('levels of a figure', () => {
  const textures = [{ slot: 'cloth', width: 16, height: 16, rgba: checker(16, 16) }];
  const sheets = { ...bentSheet(24, 3), textures };
  // The outer ball hides the inner one. All triangles of it are looked at from all directions.
  const { skin } = sheets;
  const balls = { name: 'balls', textures: [], parts: [ball(0.97, 9, 0), ball(1, 9, 0)], ...(skin ? { skin } : {}) };

  it('are judged in another thread while the next one is made, and in this one when that fails', async () => {
    await areTheSame(sheets, ['judge']);
  });

  it('leave out what is hidden, which two threads find out together, or this one when the other fails', async () => {
    const { parts } = balls;
    const volume = quantizationVolume(parts);
    const packed = parts.map(part => ({ part: packPart(part, volume, 4), joints: [0, 1, 2] }));
    const [inner, outer] = await triangleVisibility(packed);
    expect(inner.length + outer.length).toBeGreaterThan(2000);
    const shareOf = (list: Uint8Array) => list.filter(seen => seen > 0).length / list.length;
    expect([shareOf(inner) > 0.8, shareOf(outer)]).toEqual([true, 0]);
    await areTheSame(balls, ['sight', 'judge']);
  });

  /** Expects one result in any threads. @param sent - kinds of jobs that the other thread gets. */
  async function areTheSame(figure: SourceProduct, sent: readonly string[]): Promise<void> {
    const alone = await writeMesh(figure, options);
    expect(alone.levels).toBeGreaterThan(2);
    const kinds: string[] = [];
    const started: Worker[] = [];
    const watched = () => {
      const worker = startWriter();
      started.push(worker);
      const post = worker.postMessage.bind(worker);
      worker.postMessage = message => {
        kinds.push(message.job.kind);
        post(message);
      };
      return worker;
    };
    // There is no memory for each third message.
    const forgetful = () => {
      const worker = startWriter();
      const post = worker.postMessage.bind(worker);
      let messages = 0;
      worker.postMessage = message => {
        if (++messages % 3 === 0) throw new Error('a job cannot be copied: out of memory');
        post(message);
      };
      return worker;
    };
    for (const start of [watched, forgetful, ...BROKEN]) {
      const threads = new WriteThreads(start);
      threads.expect(1, true);
      expect(await writeMesh(figure, options, threads)).toEqual(alone);
      await threads.close();
    }
    expect([...new Set(kinds)]).toEqual(sent);
    // Threads that have ended have no number.
    expect(started.map(worker => worker.threadId)).toEqual([-1]);
  }
});

describe('meshes and clips of several models', () => {
  const meshes = [4, 6, 8].map(n => bentSheet(n, 3));
  const skeleton = jointRow(3);
  const clip: AnimationAsset = {
    name: 'turn',
    loop: true,
    speed: 0,
    duration: 1,
    tracks: [
      {
        target: skeleton.names[1],
        path: 'rotation',
        interpolation: 'linear',
        times: Float32Array.of(0, 1),
        values: Float32Array.of(0, 0, 0, 1, 0, 0.6, 0, 0.8),
      },
    ],
  };
  const written = async (threads: WriteThreads) => ({
    meshes: await Promise.all(meshes.map(mesh => threads.writeMesh(mesh, options))),
    clip: Buffer.from(await threads.writeClip(clip, skeleton, 'figure')),
  });

  it.each([1, 5])('are the same whether %i or more are expected, and where threads fail', async models => {
    const alone = {
      meshes: await Promise.all(meshes.map(mesh => writeMesh(mesh, options))),
      clip: Buffer.from(await writeAnimation(compactClip(clip, skeleton), 'figure')),
    };
    for (const start of [undefined, ...BROKEN]) {
      const threads = new WriteThreads(start);
      threads.expect(models);
      expect(await written(threads)).toEqual(alone);
      await threads.close();
    }
  });

  it('are the same of a figure with a large picture, of which threads get a small copy', async () => {
    const rgba = Uint8Array.from({ length: 700 * 301 * 4 }, (_, i) => (Math.floor(i / 4 / 37) * 53 + i * 11) % 256);
    const figure = { ...bentSheet(24, 3), textures: [{ slot: 'cloth', width: 700, height: 301, rgba }] };
    const alone = await writeMesh(figure, options);
    expect(alone).not.toEqual(await writeMesh({ ...figure, textures: [] }, options));
    const sent: number[] = [];
    const threads = new WriteThreads(() => {
      const worker = startWriter();
      const post = worker.postMessage.bind(worker);
      worker.postMessage = message => {
        const { rgba, colours } = message.job.product.textures[0];
        sent.push(rgba.byteLength, colours.rgb.byteLength);
        post(message);
      };
      return worker;
    });
    threads.expect(5);
    expect(await threads.writeMesh(figure, options)).toEqual(alone);
    expect(sent).toEqual([0, 233 * 100 * 3]);
    await threads.close();
  });

  it('are checked with the reader of a page by the thread that wrote them, and by nobody where a thread fails', async () => {
    for (const start of [undefined, ...BROKEN]) {
      const threads = new WriteThreads(start);
      threads.expect(5);
      const bytes = await threads.writeClip(clip, skeleton, 'figure');
      expect(threads.hasChecked(bytes)).toBe(start === undefined);
      expect(threads.hasChecked(bytes.slice())).toBe(false);
      await threads.close();
    }
  });

  it('are dropped once the threads are closed', async () => {
    const threads = new WriteThreads();
    await threads.close();
    let done = false;
    void threads.writeMesh(meshes[0], options).finally(() => {
      done = true;
    });
    await writeMesh(meshes[0], options);
    await new Promise(setImmediate);
    expect(done).toBe(false);
  });

  it('fail with the error that writing has', async () => {
    const threads = new WriteThreads();
    threads.expect(5);
    try {
      const [part] = meshes[0].parts;
      const wrong = { ...meshes[0], parts: [{ ...part, positions: part.positions.map(() => Number.NaN) }] };
      await expect(threads.writeMesh(wrong, options)).rejects.toThrow('not a number');
    } finally {
      await threads.close();
    }
  });
});
