import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { judgeForTests } from './judge/for-tests.ts';
import { judgeModel } from './judge/shots.ts';
import { writeKind } from './kinds/files.ts';
import { KINDS, LEAST, LESS } from './kinds/index.ts';

/*
 * What models of other people hold: small files made here, each after one of Khronos' samples or a habit of exporters, in front of
 * the same judge as the models of ../shared/assets. Needs nothing but Chromium.
 */
const folder = mkdtempSync(join(tmpdir(), 'foyer-kinds-'));
const judge = judgeForTests();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(Object.entries(KINDS))('%s', (_, list) => {
  for (const [name, make] of Object.entries(list)) {
    const less = LESS[name];
    it(`${name}${less ? ` (${less.why})` : ''}`, async () => {
      const file = await writeKind(folder, name, await make());
      const { even, lambert, around, room } = await judgeModel(judge(), file);
      for (const { model } of even) expect(model).toBeGreaterThanOrEqual(less?.least ?? LEAST.even);
      for (const { model } of lambert) expect(model).toBeGreaterThanOrEqual(less?.least ?? LEAST.lambert);
      // The file's own materials in a world of one brightness: what is folded into the colours must come closer to them.
      if (name === 'PhysicallyBased') expect(around.model).toBeGreaterThan(Math.max(even[0].model, 0.85));
      // In the light of a room what the baking takes for granted (how much of it comes from all around) must fit too.
      if (name === 'PhysicallyBased') expect(room.model).toBeGreaterThan(0.805);
    });
  }
});
