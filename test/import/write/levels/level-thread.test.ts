import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { LevelThread } from '../../../../src/import/write/levels/level-thread.ts';
import { writeMesh } from '../../../../src/import/write/meshes/mesh-writer.ts';
import { material, sheet } from '../fixtures.ts';

const options = { count: 4, maxError: 0.3, maxWeights: 4 };
const parts = Array.from({ length: 5 }, (_, i) => ({ ...sheet(24 + 5 * i, 0, i), material: material(`cloth ${i}`) }));
const product = { name: 'sheets', parts, textures: [] };

describe('levels of detail in two threads', () => {
  it('give the same bytes as in one', async () => {
    const thread = new LevelThread();
    try {
      const alone = await writeMesh(product, options);
      expect(alone.triangles).toBeGreaterThan(8000);
      expect(alone.levels).toBeGreaterThan(2);
      for (let time = 0; time < 2; time++) expect(await writeMesh(product, options, thread)).toEqual(alone);
    } finally {
      await thread.close();
    }
  });

  it('go on in this thread when the other one fails', async () => {
    const alone = await writeMesh(product, options);
    const starts = [
      () => new Worker(`require('node:worker_threads').parentPort.on('message', () => process.exit(1))`, { eval: true }),
      () => new Worker(`throw new Error('no such module')`, { eval: true }),
      () => {
        throw new Error('no thread can be started');
      },
    ];
    for (const start of starts) {
      const thread = new LevelThread(start);
      expect(await writeMesh(product, options, thread)).toEqual(alone);
      await thread.close();
    }
  });
});
