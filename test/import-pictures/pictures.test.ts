import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { judgeForTests } from './judge/for-tests.ts';
import { judgeModel, type Verdict } from './judge/shots.ts';
import { writeTable } from './judge/table.ts';

/*
 * The judge of pictures: every model of ../shared/assets, drawn by Foyer from the room that it became, and by stock three.js from
 * its source, looks the same: unlit and by Lambert's law, at rest and at three moments of a clip. The table goes to docs/import.md.
 */
const assets = resolve(import.meta.dirname, '../../../shared/assets');
const page = resolve(import.meta.dirname, '../../docs/import.md');
const files = ['kaykit-characters', 'kaykit-furniture', 'cal3d/cally', 'cal3d/paladin'].flatMap(folder =>
  existsSync(join(assets, folder))
    ? readdirSync(join(assets, folder))
        .filter(f => /\.(glb|gltf|cfg)$/.test(f))
        .map(f => join(assets, folder, f))
    : [],
);
if (files.length === 0) console.warn(`skipped: there are no models at ${assets}`);

/** Over the windows that show the model; the empty background would flatter. */
const LEAST = 0.97;
describe.skipIf(files.length === 0)('pictures of every model of ../shared/assets', () => {
  const cache = mkdtempSync(join(tmpdir(), 'foyer-cache-'));
  const verdicts: Verdict[] = [];
  const judge = judgeForTests();
  afterAll(() => {
    rmSync(cache, { recursive: true, force: true });
    if (verdicts.length === files.length) writeTable(page, verdicts);
  });

  it.each(files.map(f => [basename(f), f]))('%s', async (_, file) => {
    const verdict = await judgeModel(judge(), file, { cache, rounds: 15 });
    verdicts.push(verdict);
    expect(verdict.even[0].covered).toBeGreaterThan(0.04);
    for (const { model } of [...verdict.even, ...verdict.lambert]) expect(model).toBeGreaterThanOrEqual(LEAST);
  });
});
