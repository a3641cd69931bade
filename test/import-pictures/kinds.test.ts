import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { judgeForTests } from './judge/for-tests.ts';
import { judgeModel } from './judge/shots.ts';
import type { Maker } from './kinds/build.ts';
import { ENCODINGS } from './kinds/encodings.ts';
import { type Files, writeKind } from './kinds/files.ts';
import { MOVING } from './kinds/moving.ts';
import { SHAPES } from './kinds/shapes.ts';
import { SURFACES } from './kinds/surfaces.ts';

/*
 * What models of other people hold: small files made here, each after one of Khronos' samples or a habit of exporters, in front of
 * the same judge as the models of ../shared/assets. Needs nothing but Chromium.
 */
const LEAST = { even: 0.97, lambert: 0.95 };

/** Where less is right, and why. */
const LESS: Readonly<Record<string, { readonly least: number; readonly why: string } | undefined>> = {
  BoxTexturedNonPowerOfTwo: { least: 0.95, why: 'WebGL 1 repeats powers of two only: 211 x 150 became 256 x 256' },
  EmissiveTexture: { least: 0.93, why: 'emission is baked into the colour, which the light of the room then dims' },
  BasisEtc1s: { least: 0.95, why: 'compressed twice: three draws what the GPU makes of ETC1S, ours goes through WebP' },
  GrowsFromNothing: {
    least: 0.8,
    why: 'a joint that is smaller than at rest has shorter normals, which darken: no slots to mend that',
  },
  WideUvs: { least: 0.95, why: 'the nearest mip level, not two blended: half the texture reads' },
  PhysicallyBased: {
    least: 0.75,
    why: 'metal, relief and occlusion are folded into the colour, which simple materials do without',
  },
  MetalRoughSpheres: { least: 0.95, why: 'metal is drawn as a matt colour, not as what it would reflect' },
};
const folder = mkdtempSync(join(tmpdir(), 'foyer-kinds-'));
const judge = judgeForTests();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kinds: Readonly<Record<string, Readonly<Record<string, () => Promise<Maker | Files>>>>> = {
  SHAPES,
  SURFACES,
  MOVING,
  ENCODINGS,
};

describe.each(Object.entries(kinds))('%s', (_, list) => {
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
