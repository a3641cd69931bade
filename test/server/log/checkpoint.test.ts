import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkpoints } from '../../../src/server/log/checkpoint.ts';

let folder: string;
let warned: string[];
let checkpoints: Checkpoints;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foyer-checkpoint-'));
  warned = [];
  checkpoints = new Checkpoints(folder, (file, reason) => warned.push(`${file}: ${reason}`));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a checkpoint', () => {
  it('is read as it was written, with documents and without', async () => {
    for (const [position, lines] of [
      [0, []],
      [7, ['{"a":1}', '{"b":2}']],
    ] as const) {
      await checkpoints.write({ position, lines });
      expect(await checkpoints.read(9, line => line)).toEqual({ position, aggregates: lines });
    }
    expect(warned).toEqual([]);
  });

  it('of no documents is read in its older form, too', async () => {
    const hash = '01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b';
    writeFileSync(join(folder, '000000000000000.checkpoint'), `foyer checkpoint 1 ${hash}\n\n`);
    expect(await checkpoints.read(0, JSON.parse)).toEqual({ position: 0, aggregates: [] });
  });

  it('whose content is no document is skipped', async () => {
    await checkpoints.write({ position: 3, lines: ['{"a":1}'] });
    await checkpoints.write({ position: 5, lines: ['{"a":'] });
    expect(await checkpoints.read(9, JSON.parse)).toEqual({ position: 3, aggregates: [{ a: 1 }] });
    expect(warned).toEqual([expect.stringContaining('000000000000005.checkpoint: ')]);
  });
});
